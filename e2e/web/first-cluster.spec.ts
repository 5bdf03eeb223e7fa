import { join } from 'node:path'
import { execa } from 'execa'
import { filesBelow } from '../support/cove.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { createLedger } from '../support/ledger.ts'
import { expect, test } from '../support/test.ts'

test.afterEach(() => removeCluster('dev'))

test('one click on an empty machine: tools downloaded and checked, a Ready cluster, its context, a pod’s live log, and all gone again', async ({
  ground,
  publisher,
  emptyMachine,
  openCove,
  page,
}) => {
  const engine = await engineState()
  const cove = await openCove(emptyMachine)
  const bin = join(emptyMachine.home, '.local/share/cove/bin')

  // What it will do is said before; nothing has to be filled in.
  const plan = page.getByRole('listitem')
  await expect(plan.filter({ hasText: 'Download kubectl' })).toContainText('v1.34.4')
  await expect(plan.filter({ hasText: 'Download kind' })).toContainText('v0.33.0')
  await expect(plan.filter({ hasText: 'Use the node image' })).toContainText('nothing to pull')
  await page.getByRole('button', { name: 'Create cluster' }).click()

  // Step by step.
  await expect(page).toHaveURL(/#\/jobs\//)
  const step = (name: string | RegExp) => page.getByRole('region', { name: 'Steps' }).getByRole('listitem').filter({ hasText: name })
  await expect(step('Download kubectl')).toContainText('done', { timeout: 30_000 })
  await expect(step('Download kind')).toContainText('done', { timeout: 30_000 })
  await expect(page.getByRole('progressbar')).toBeVisible()
  await expect(step(/control plane/i).first()).toHaveAttribute('aria-current', 'step', { timeout: 60_000 })
  await expect(page.getByRole('button', { name: /^Cancel/ })).toBeVisible()

  // It lands on the cluster page when nodes and DNS answer.
  await expect(page).toHaveURL(/#\/clusters\/kind/, { timeout: 180_000 })
  await expect(page.getByRole('heading', { name: 'dev', level: 2 })).toBeVisible()
  await expect(page.getByRole('row', { name: /dev-control-plane.*Ready/ })).toBeVisible()
  expect(publisher.asked.filter((path) => path.endsWith('/kubectl'))).toHaveLength(1)
  const { tools } = await cove.api.toolchain.list()
  for (const name of ['kubectl', 'kind'])
    expect(tools.find((tool) => tool.name === name)?.used).toMatchObject({
      origin: 'cove',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })

  // The downloaded kubectl agrees on which context is current.
  const own = await filesBelow(bin, /manifest/)
  const kubectlPath = join(bin, own.find((file) => file.endsWith('/kubectl')) ?? '')
  const kubectl = async (...args: string[]) =>
    (await execa(kubectlPath, args, { env: emptyMachine.env, extendEnv: false, stdin: 'ignore' })).stdout
  expect(await kubectl('config', 'current-context')).toBe('kind-dev')

  // Another context, and back, by the switcher of the header.
  await kubectl('config', 'set-context', 'quiet', '--cluster=kind-dev', '--user=kind-dev', '--namespace=kube-system')
  await page
    .getByRole('banner')
    .getByRole('button', { name: /kind-dev/ })
    .click()
  await page.getByRole('option', { name: /quiet/ }).click()
  await expect.poll(() => kubectl('config', 'current-context')).toBe('quiet')
  await page.getByRole('banner').getByRole('button', { name: /quiet/ }).click()
  await page.getByRole('option', { name: /kind-dev/ }).click()
  await expect.poll(() => kubectl('config', 'current-context')).toBe('kind-dev')

  // A pod that counts its lines.
  if (ground.sampleImage !== null) {
    await page
      .getByRole('button', { name: /^Load image/ })
      .first()
      .click()
    await page.getByRole('textbox').fill(ground.sampleImage)
    await page.getByRole('dialog').getByRole('button', { name: /^Load/ }).click()
    await expect(
      page
        .getByRole('status')
        .filter({ hasText: /Done|Succeeded|Ready|Loaded/i })
        .first(),
    ).toBeVisible({ timeout: 120_000 })
    await kubectl('run', 'talk', `--image=${ground.sampleImage}`, '--', 'log', '-shape', 'plain', '-rate', '50', '-count', '1000')
    await page.getByRole('link', { name: 'Clusters' }).first().click()
    await page.getByRole('link', { name: 'dev', exact: true }).click()
    await page.getByRole('tab', { name: 'Pods' }).click()
    const pod = page.getByRole('row', { name: /talk/ })
    await expect(pod).toContainText('Running', { timeout: 60_000 })
    await pod.click()
    await expect(page).toHaveURL(/#\/logs/)
    const ledger = await createLedger(page)
    await expect.poll(() => ledger.highest(), { timeout: 60_000 }).toBe(1000)
    const seen = await ledger.read()
    expect(seen.missing).toEqual([])
    expect(seen.twice).toEqual([])
    expect(seen.disorder).toEqual([])
  }

  // Deleted: the second step is its name.
  await page.getByRole('link', { name: 'Clusters' }).first().click()
  await page.getByRole('button', { name: 'More actions for dev' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const danger = page.getByRole('button', { name: 'Delete dev' })
  await expect(danger).toBeDisabled()
  await page.getByRole('dialog').getByRole('textbox').fill('dev')
  await danger.click()
  await expect(page.getByRole('region', { name: 'Steps' }).getByRole('listitem').last()).toContainText('done', { timeout: 60_000 })
  expect(await engineState()).toEqual(engine)
  expect(await kubectl('config', 'get-contexts', '-o', 'name')).not.toContain('kind-dev')
  expect(await filesBelow(join(emptyMachine.home, '.local/share/cove/tmp'))).toEqual([])
})
