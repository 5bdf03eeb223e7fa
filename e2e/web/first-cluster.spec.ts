import { join } from 'node:path'
import { execa } from 'execa'
import { filesBelow } from '../support/cove.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { createByClick, deleteByName, readLiveLog, stepOf } from '../support/journey.ts'
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
  test.skip(
    ground.kind === 'engine' && engine.containers.length > 0,
    'needs an engine without kind clusters, and those here are somebody’s',
  )
  const cove = await openCove(emptyMachine)
  const bin = join(emptyMachine.home, '.local/share/cove/bin')

  // What it will do is said before; nothing has to be filled in.
  const plan = page.getByRole('listitem')
  await expect(plan.filter({ hasText: 'Download kubectl' })).toContainText('v1.34.4')
  await expect(plan.filter({ hasText: 'Download kind' })).toContainText('v0.33.0')
  await expect(plan.filter({ hasText: 'Use the node image' })).toContainText('nothing to pull')
  // Both downloads are steps like the others.
  const downloads = (async () => {
    for (const tool of ['kubectl', 'kind']) await expect(stepOf(page, `Download ${tool}`)).toContainText('done', { timeout: 30_000 })
  })()
  await Promise.all([createByClick(page, 'dev'), downloads])
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

  // What core followed while it waited is told by the real kubectl in the words that core reads: a tab would have become blanks.
  const followed = (await cove.api.jobs.commands({ jobId: null })).map(({ argv }) => argv.slice(argv.indexOf('get')))
  for (const [what, told] of [
    ['nodes', /^dev-control-plane True$/],
    ['deployments', /^coredns [12]$/],
    ['endpointslices', /^kube-dns-\S+ (true|false true|true false|true true)$/],
  ] as const) {
    const watch = execa(kubectlPath, followed.find((args) => args[1] === what && args.includes('--watch')) ?? [], {
      env: emptyMachine.env,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    })
    const lines: string[] = []
    // A loop that is left would wait for the end of the program: it is ended in it.
    for await (const line of watch) {
      lines.push(line)
      watch.kill()
    }
    expect(lines[0]).toMatch(told)
  }

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

  if (ground.sampleImage !== null) await readLiveLog(page, 'dev', ground.sampleImage, kubectl)

  await deleteByName(page, 'dev')
  expect(await engineState()).toEqual(engine)
  expect(await kubectl('config', 'get-contexts', '-o', 'name')).not.toContain('kind-dev')
  expect(await filesBelow(join(emptyMachine.home, '.local/share/cove/tmp'))).toEqual([])
})
