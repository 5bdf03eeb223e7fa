import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Leftover } from '../../src/shared/contract/leftovers.ts'
import { nodesOf, removeCluster } from '../support/engine.ts'
import { endOf, jobOfPage } from '../support/jobs.ts'
import { createLooks, twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { expect, test } from '../support/test.ts'

const living = 'cove-living'
const old = 'cove-old'
const gone = 'cove-gone'

const docker = (...args: string[]) => execa('docker', args, { stdin: 'ignore' })
const quietly = (...args: string[]) => execa('docker', args, { stdin: 'ignore', reject: false })

test.afterEach(async () => {
  await Promise.all([removeCluster(living), removeCluster(old)])
  await quietly('volume', 'rm', gone)
  await quietly('network', 'rm', gone)
})

test('leftovers made by hand beside a cluster that kind itself made, which appears and is taken over: exactly those are found, and exactly those are removed', async ({
  ground,
  machine,
  openCove,
  page,
}) => {
  test.setTimeout(240_000)
  test.skip(ground.sampleImage === null, 'needs the kit: a small image that is there without a registry')
  const sample = [ground.sampleImage ?? '', 'log', '-rate', '1']
  const cove = await openCove(machine)
  // What others left on this engine is not this test's.
  const others = new Set((await cove.api.leftovers.refresh()).items.map((item) => item.id))
  const found = async () => (await cove.api.leftovers.refresh()).items.filter((item) => !others.has(item.id))

  // A cluster that has lost its control plane; what minikube makes for a profile; a context, a profile and a download of no use.
  const labels = (role: string) => ['--label', `io.x-k8s.kind.cluster=${old}`, '--label', `io.x-k8s.kind.role=${role}`]
  for (const role of ['control-plane', 'worker'])
    await docker('run', '--detach', '--name', `${old}-${role}`, ...labels(role), '--volume', '/var', ...sample)
  await docker('rm', '--force', '--volumes', `${old}-control-plane`)
  const minikube = ['--label', 'created_by.minikube.sigs.k8s.io=true', '--label', `name.minikube.sigs.k8s.io=${gone}`]
  await docker('volume', 'create', ...minikube, gone)
  await docker('network', 'create', ...minikube, gone)
  const made = Date.now()
  await oldFile(join(machine.home, '.minikube/profiles/cove-broken/config.json'), '{"Name":"cove-')
  await oldFile(join(machine.home, '.minikube/cache/kic/amd64/base.tar'), 'x'.repeat(100_000))
  const kubeconfig = join(machine.home, '.kube/config')
  await mkdir(dirname(kubeconfig), { recursive: true })
  await writeFile(
    kubeconfig,
    `apiVersion: v1
kind: Config
clusters: [{ name: kind-${gone}, cluster: { server: "https://127.0.0.1:1" } }, { name: mine, cluster: { server: "https://api.example.com" } }]
users: [{ name: kind-${gone}, user: { token: x } }, { name: mine, user: { token: x } }]
contexts: [{ name: kind-${gone}, context: { cluster: kind-${gone}, user: kind-${gone} } }, { name: mine, context: { cluster: mine, user: mine } }]
`,
  )
  // The neighbour is made by kind itself.
  const kind = (...args: string[]) =>
    execa('kind', args, { env: { ...machine.env, KUBECONFIG: kubeconfig }, extendEnv: false, stdin: 'ignore' })
  await kind('create', 'cluster', `--name=${living}`, `--image=${ground.nodeImage}`)
  // It appears by itself; nobody looks again. Taken over, it has a document that a rebuild makes again.
  await goTo(page, cove.origin, '/clusters')
  await expect(page.getByRole('row', { name: new RegExp(living) })).toContainText('Running')
  const { id } = (await cove.api.clusters.list()).clusters.find((one) => one.name === living) ?? { id: '' }
  const looked = await cove.api.clusters.document({ id })
  expect(looked).toMatchObject({ provider: 'kind', seen: 'looked-at' })
  await cove.api.clusters.adopt({ id, document: looked.text })
  expect(await cove.api.clusters.document({ id })).toEqual({ ...looked, seen: 'made-from', since: expect.any(Number) })
  const kubectl = (...args: string[]) =>
    execa('kubectl', [`--context=kind-${living}`, ...args], { env: machine.env, extendEnv: false, stdin: 'ignore' })
  const neighbour = async () => ({
    containers: (
      await docker(
        'inspect',
        ...(await nodesOf(living)),
        '--format',
        '{{.Id}} {{.State.StartedAt}} {{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}',
      )
    ).stdout,
    network: (await docker('network', 'inspect', 'kind', '--format', '{{.Id}}')).stdout,
    uid: (await kubectl('get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}')).stdout,
  })
  const before = await neighbour()

  // Somebody could still be making what is younger than a minute.
  if (Date.now() - made < 55_000) expect((await found()).map((item) => item.kind).sort()).toEqual(['cache', 'context', 'profile'])
  await expect
    .poll(async () => words(await found()), { timeout: 90_000, intervals: [2_000] })
    .toEqual([
      'cache base.tar',
      `container ${old}-worker`,
      `context kind-${gone}`,
      `network ${gone}`,
      'profile cove-broken',
      `volume ${gone}`,
    ])
  const worker = (await found()).find((item) => item.kind === 'container')
  expect(worker).toMatchObject({ provider: 'kind', cluster: old, why: { code: 'control-plane-gone' } })
  expect(worker?.sizeBytes).not.toBeNull()

  // By the page: everything of no use is selected, the cache is not, and what is not this test's is left alone.
  await goTo(page, cove.origin, '/machine?tab=leftovers')
  const section = page.getByRole('region', { name: 'Leftovers' })
  await section.getByRole('button', { name: 'Look again for leftovers' }).click()
  for (const name of [`container ${old}-worker`, `volume ${gone}`, `network ${gone}`, `context kind-${gone}`, 'profile folder cove-broken'])
    await expect(section.getByRole('checkbox', { name: `Select ${name}` })).toBeChecked()
  await expect(section.getByRole('checkbox', { name: 'Select cached download base.tar' })).not.toBeChecked()
  for (const item of (await cove.api.leftovers.list()).items.filter(
    ({ id, preselected, blocked }) => others.has(id) && preselected && blocked === null,
  ))
    await section
      .getByRole('checkbox', { name: new RegExp(`${item.name.slice(0, 12)}`) })
      .first()
      .uncheck()
  await section.getByRole('button', { name: /^Remove 5, / }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove 5 leftovers?' })
  await expect(dialog).toContainText(`${old}-worker`)
  expect(await createLooks({ page, api: cove.api, shots: 'leftovers' }).faults(twoLooks)).toEqual([])
  await dialog.getByRole('button', { name: /^Remove 5 leftovers, / }).click()
  const job = await endOf(cove.api, await jobOfPage(page))
  expect(job).toMatchObject({ kind: 'leftovers.remove', state: 'succeeded', error: null, result: { removed: '5' } })

  // By what the engine, the files and kubectl say themselves.
  expect(await nodesOf(old)).toEqual([])
  expect((await quietly('volume', 'inspect', gone)).exitCode).toBe(1)
  expect((await quietly('network', 'inspect', gone)).exitCode).toBe(1)
  expect(await readdir(join(machine.home, '.minikube/profiles'))).toEqual([])
  expect(await readFile(kubeconfig, 'utf8')).not.toContain(gone)
  expect((await kubectl('config', 'get-contexts', '-o', 'name')).stdout.split('\n').sort()).toEqual([`kind-${living}`, 'mine'])
  expect(words(await found())).toEqual(['cache base.tar'])
  expect(await neighbour()).toEqual(before)
  // Stopped, it is as much alive.
  await docker('stop', ...(await nodesOf(living)))
  expect(words(await found())).toEqual(['cache base.tar'])
})

const words = (items: readonly Leftover[]) => items.map((item) => `${item.kind} ${item.name}`).sort()

/** A file that looks as if it and its folder had been there for a day. */
async function oldFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  const yesterday = new Date(Date.now() - 86_400_000)
  for (const one of [path, dirname(path)]) await utimes(one, yesterday, yesterday)
}
