import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import { type Ground, makeGround } from '../providers/minikube/fixtures/ground.ts'
import { transcript } from '../providers/minikube/fixtures/transcripts.ts'

const [config] = (JSON.parse(transcript('profile-list.json')) as { valid: { Config: object }[] }).valid.map(({ Config }) => Config) as [
  object,
]
const live = { config }
const works = [
  { command: 'start', file: 'start.jsonl', live },
  { command: 'stop', file: 'stop.jsonl', live },
  { command: 'delete', file: 'delete.jsonl', live },
  { command: 'config defaults', stdout: '["v1.34.4","v1.33.1"]' },
]
const mine = 'apiVersion: v1\nkind: Config\n# mine\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'

let at: Ground
let kubeconfig: string
beforeEach(async () => {
  at = await makeGround({ tools: ['docker', 'kubectl', 'minikube'] })
  kubeconfig = join(at.home, '.kube', 'config')
  await mkdir(join(at.home, '.kube'))
  await writeFile(kubeconfig, mine)
  await at.replay(...works)
})
afterEach(() => at.dispose())

const spec = createSpecSchema.parse({ name: 'one', provider: 'minikube' })
const ended = async (job: Promise<{ jobId: string }>) => at.jobs.done((await job).jobId)
const found = async () => (await at.clusters.refresh()).clusters.find((each) => each.name === 'one' && each.provider === 'minikube')
const remains = async () => [
  ...(await readdir(at.profiles).catch(() => [])),
  ...(await readdir(join(at.home, '.minikube', 'machines')).catch(() => [])),
  ...(await readdir(join(at.home, 'engine', 'containers')).catch(() => [])),
  ...(await readdir(join(at.home, 'data', 'tmp')).catch(() => [])).filter((name) => name !== 'job'),
]

test('made, stopped, started and deleted: its steps are those that were announced, its context stays its own while its network is down, and goes with it', async () => {
  const made = await ended(at.clusters.create(spec))
  expect(made).toMatchObject({ state: 'succeeded', error: null, result: { context: 'one', file: kubeconfig } })
  expect(made.steps.filter(({ state }) => state !== 'done' && state !== 'skipped')).toEqual([])
  expect(made.steps.map(({ id }) => id)).not.toContain('prepare-nodes')
  const cluster = await found()
  const id = cluster?.id ?? ''
  // 198.51.100.2 is in no network of any machine (RFC 5737), as that of a cluster after a stop.
  expect((await at.kubeconfig.snapshot()).contexts.find(({ name }) => name === 'one')).toMatchObject({ local: false })
  expect(cluster).toMatchObject({ state: 'running', context: { name: 'one' }, currentContext: true, server: 'https://198.51.100.2:8443' })
  expect((await at.clusters.belongings(id)).filter(({ kind }) => kind === 'context').map(({ name }) => name)).toEqual(['one'])

  expect(await ended(at.clusters.stop(id))).toMatchObject({ state: 'succeeded' })
  expect(await found()).toMatchObject({ id, state: 'stopped', context: { name: 'one' } })
  expect(await ended(at.clusters.start(id))).toMatchObject({ state: 'succeeded' })
  expect(await found()).toMatchObject({ id, state: 'running', context: { name: 'one' } })

  expect(await ended(at.clusters.delete(id))).toMatchObject({ state: 'succeeded', error: null })
  expect(await found()).toBeUndefined()
  expect(await remains()).toEqual([])
  const text = await readFile(kubeconfig, 'utf8')
  expect(text).toContain('# mine')
  expect(text).not.toContain('one:')
  expect((await at.kubeconfig.snapshot()).contexts.map(({ name }) => name)).toEqual(['mine'])
})

test('rebuilt from its document as another cluster of that name, restarted, without an image that it held, and its logs gathered', async () => {
  const document = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\ncontainerRuntime: containerd\n'
  await ended(at.clusters.create({ ...spec, document }))
  const id = (await found())?.id ?? ''
  const rebuilt = await ended(at.clusters.rebuild(id, { image: 'v1.33.1', document: null }))
  expect(rebuilt).toMatchObject({ kind: 'cluster.rebuild', state: 'succeeded', error: null, result: { context: 'one' } })
  expect(rebuilt.steps.filter(({ state }) => state !== 'done' && state !== 'skipped')).toEqual([])
  const changes = async () => (await at.calls()).flatMap(({ args: [first = ''] }) => (/^(?:start|stop|delete)$/.test(first) ? [first] : []))
  expect(await changes()).toEqual(['start', 'delete', 'start'])
  expect((await at.calls('start'))[1]?.args).toEqual(
    expect.arrayContaining(['--container-runtime=containerd', '--kubernetes-version=v1.33.1']),
  )
  const again = (await found())?.id ?? ''
  expect(again).not.toBe(id)
  expect(await at.clusters.document(again)).toMatchObject({ text: document, seen: 'made-from' })

  expect(await ended(at.clusters.restart(again))).toMatchObject({ kind: 'cluster.restart', state: 'succeeded', error: null })
  expect((await changes()).slice(3)).toEqual(['stop', 'start'])
  expect(await found()).toMatchObject({ id: again, state: 'running', context: { name: 'one' } })

  const holds = JSON.stringify([{ id: 'sha256:1', repoTags: ['docker.io/library/shop:1'], repoDigests: [], size: '1' }])
  await writeFile(join(at.state, 'held'), holds)
  expect((await at.clusters.images(again)).nodes[0]?.images?.map(({ ref }) => ref)).toEqual(['docker.io/library/shop:1'])
  await at.replay({ command: 'image rm', live, holds: '[]' }, ...works)
  expect(await ended(at.clusters.removeImage(again, 'docker.io/library/shop:1'))).toMatchObject({ state: 'succeeded', error: null })
  expect((await at.clusters.images(again)).nodes[0]?.images).toEqual([])
  // minikube exits with 0 also where a node keeps it.
  await writeFile(join(at.state, 'held'), holds)
  await at.replay({ command: 'image rm' }, ...works)
  expect(await ended(at.clusters.removeImage(again, 'docker.io/library/shop:1'))).toMatchObject({
    state: 'failed',
    error: { code: 'left-behind', facts: { what: 'docker.io/library/shop:1 (one)' } },
  })

  const logs = await ended(at.clusters.exportLogs(again, join(at.home, 'logs')))
  expect(logs).toMatchObject({ state: 'succeeded', result: { directory: join(at.home, 'logs') } })
  expect((await at.calls('logs')).map(({ args }) => args)).toEqual([
    ['logs', '--profile=one', `--file=${join(at.home, 'logs', 'one.log')}`],
  ])
})

test('a create that fails or is cancelled leaves neither machine nor profile nor context', async () => {
  await at.replay({ command: 'start', file: 'start-no-image.jsonl', exitCode: 48, live }, ...works)
  expect(await ended(at.clusters.create(spec))).toMatchObject({ state: 'failed', error: { code: 'base-image-missing' }, left: [] })
  expect(await remains()).toEqual([])
  await at.replay({ command: 'start', file: 'start-again.jsonl', hang: true, live }, ...works)
  const { jobId } = await at.clusters.create(spec)
  while ((await at.calls('start')).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await at.jobs.cancel(jobId)).toBeDefined()
  expect(await at.jobs.done(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(await remains()).toEqual([])
  expect(await readFile(kubeconfig, 'utf8')).toBe(mine)
})

test("somebody else's context of that name on another machine makes the name taken", async () => {
  await writeFile(
    kubeconfig,
    'apiVersion: v1\nkind: Config\nclusters: [{name: one, cluster: {server: "https://10.1.2.3:6443"}}]\nusers: [{name: one, user: {}}]\ncontexts: [{name: one, context: {cluster: one, user: one}}]\n',
  )
  expect((await at.clusters.plan(spec)).problems.map(({ code }) => code)).toContain('name-taken')
})

test('the nodes of its context are asked in the engine where they are containers of it, and not where they are virtual machines', async () => {
  await ended(at.clusters.create(spec))
  await at.clusters.refresh()
  expect(at.clusters.nodesOf({ file: kubeconfig, name: 'one' })).toEqual(['one'])
  expect(at.clusters.nodesOf({ file: kubeconfig, name: 'mine' })).toEqual([])
  const profile = join(at.profiles, 'one', 'config.json')
  const held = JSON.parse(await readFile(profile, 'utf8')) as object
  await writeFile(profile, JSON.stringify({ ...held, Driver: 'kvm2' }))
  expect(await found()).toMatchObject({ driver: 'kvm2', context: { name: 'one' }, nodes: [{ name: 'one', containerId: '' }] })
  expect(at.clusters.nodesOf({ file: kubeconfig, name: 'one' })).toEqual([])
})

test('a cluster that is no more is not started: minikube would make a new one of its name', async () => {
  await ended(at.clusters.create(spec))
  const id = (await found())?.id ?? ''
  await ended(at.clusters.stop(id))
  // What the stop left has been looked at; between the press and the job somebody deletes it.
  await at.clusters.refresh()
  const starting = at.clusters.start(id)
  await rm(join(at.profiles, 'one'), { recursive: true })
  await rm(join(at.home, 'engine', 'containers'), { recursive: true, force: true })
  expect(await ended(starting)).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
  expect(await readdir(at.profiles)).toEqual([])
})
