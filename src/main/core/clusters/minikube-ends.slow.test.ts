import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import { parseEvent } from '../providers/minikube/events.ts'
import { type Ground, makeGround } from '../providers/minikube/fixtures/ground.ts'
import { transcript } from '../providers/minikube/fixtures/transcripts.ts'
import { createStepReader } from '../providers/minikube/steps.ts'
import { createClusters } from './clusters.ts'
import { until } from './fixtures/ground.ts'

// Dozens of small processes each: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const tools = ['docker', 'kubectl', 'minikube']
const configOf = (file: string) => (JSON.parse(transcript(file)) as { valid: { Config: object }[] }).valid[0]?.Config ?? {}
const config = configOf('profile-list.json')
const live = { config }
const versions = { command: 'config defaults', stdout: '["v1.34.4","v1.33.1"]' }
const made = { command: 'start', file: 'start.jsonl', live }
const gone = { command: 'delete', file: 'delete.jsonl', live }
const mine = 'apiVersion: v1\nkind: Config\n# mine\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'

let at: Ground
let kubeconfig: string
beforeEach(async () => {
  at = await makeGround({ tools })
  kubeconfig = join(at.home, '.kube', 'config')
  await mkdir(join(at.home, '.kube'))
  await writeFile(kubeconfig, mine)
})
afterEach(() => at.dispose())

const spec = createSpecSchema.parse({ name: 'one', provider: 'minikube' })
const asked = (command: string, count = 1) => until(async () => (await at.calls(command)).length >= count)
const remains = async () => [
  ...(await readdir(at.profiles).catch(() => [])),
  ...(await readdir(join(at.home, '.minikube', 'machines')).catch(() => [])),
  ...(await readdir(join(at.home, 'engine', 'containers')).catch(() => [])),
  ...(await readdir(join(at.home, 'data', 'tmp')).catch(() => [])).filter((name) => name !== 'job'),
]
/** A cluster that is there already, of as many machines, and its id. */
async function cluster(machines: readonly string[], state = 'running') {
  const [name = ''] = machines
  await at.profile(
    name,
    configOf(machines.length > 1 ? 'profile-list-two-nodes.json' : 'profile-list.json'),
    transcript(machines.length > 1 ? 'start-two-nodes.jsonl' : 'start.jsonl'),
  )
  for (const machine of machines) {
    await at.container(machine, state)
    await mkdir(join(at.home, '.minikube', 'machines', machine), { recursive: true })
  }
  return (await at.clusters.refresh()).clusters.find((one) => one.name === name && one.provider === 'minikube')?.id ?? ''
}
const nodesOf = async (name: string) => (await at.provider.list()).find((one) => one.name === name)?.nodes.map((node) => node.name)

/** The transcript up to where each step begins: what minikube has said when that step runs. */
const beginnings = new Map<JobStepId, string>()
const next = createStepReader()
let said = ''
for (const line of transcript('start.jsonl').split('\n')) {
  said += `${line}\n`
  const event = parseEvent(line)
  const step = event === null ? null : next(event)
  if (step !== null) beginnings.set(step, said)
}

describe('a create', () => {
  test('the transcript has every step of a cluster of one node', () => {
    expect([...beginnings.keys()]).toEqual(at.provider.steps(spec).map(({ id }) => id))
  })

  // At the other steps e2e/web/with-minikube.spec.ts cancels the real one.
  const shownReally: readonly JobStepId[] = ['start-machine', 'create-machine', 'boot-control-plane']
  test.each([...beginnings.keys()].filter((step) => !shownReally.includes(step)))(
    'cancelled at %s leaves nothing, and says so after looking',
    async (step) => {
      await at.replay({ command: 'start', stdout: beginnings.get(step) ?? '', hang: true, live }, gone, versions)
      const { jobId } = await at.clusters.create(spec)
      await until(() => at.jobs.get(jobId)?.steps.find((one) => one.id === step)?.state === 'running')
      expect(await at.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
      expect(await remains()).toEqual([])
      expect(await readFile(kubeconfig, 'utf8')).toBe(mine)
    },
  )

  test.each(['wait-dns', 'add-context'] as const)('cancelled at %s, when minikube was done, leaves nothing either', async (step) => {
    await at.replay(made, gone, versions)
    if (step === 'wait-dns') await writeFile(join(at.home, 'engine', 'no-dns'), '')
    let cancelled: Promise<unknown> | null = null
    const { jobId } = await at.clusters.create(spec)
    const events = at.jobs.watch(jobId)
    for await (const event of events)
      if ('job' in event && event.job.steps.some(({ id, state }) => id === step && state === 'running')) cancelled ??= at.jobs.cancel(jobId)
    expect(await cancelled).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await remains()).toEqual([])
    expect((await at.kubeconfig.snapshot()).contexts.map(({ name }) => name)).toEqual(['mine'])
  })

  test('whose minikube is killed has failed with its signal; a double click is one create, and a delete meanwhile is refused', async () => {
    await at.replay({ command: 'start', stdout: beginnings.get('create-machine') ?? '', hang: true, live }, gone, versions)
    const [first, second] = await Promise.all([at.clusters.create(spec), at.clusters.create(spec)])
    expect(second).toEqual(first)
    await asked('start')
    await until(async () => (await at.provider.list()).length === 1)
    const half = (await at.clusters.refresh()).clusters.find((one) => one.name === 'one')
    await expect(at.clusters.delete(half?.id ?? '')).rejects.toMatchObject({ code: 'busy', facts: { jobId: first.jobId } })
    await at.jobs.cancel(first.jobId)

    await at.replay({ command: 'start', stdout: beginnings.get('create-machine') ?? '', crash: true, live }, gone, versions)
    const { jobId } = await at.clusters.create(spec)
    expect(await at.jobs.done(jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'command-failed', facts: { signal: 'SIGKILL' } },
      left: [],
    })
    expect(await remains()).toEqual([])
  })
})

/** What of the add-on is in the cluster, and what minikube notes of it. */
const addOnNow = async () => {
  const text = await readFile(join(at.home, 'engine', 'add-ons'), 'utf8').catch(() => '{}')
  return (JSON.parse(text) as { dashboard?: { here: boolean; noted: boolean } }).dashboard
}
/** What minikube was asked for an add-on, in order; with `ssh` for that which goes on in the machine when minikube has ended. */
const addOnOrder = async () =>
  (await at.calls()).map(({ args }) => args.slice(0, 2).join(' ')).filter((one) => /^ssh|^addons (?:en|dis)able$/.test(one))

describe('a cancel', () => {
  const enable = { command: 'addons enable', hang: true }
  test('of an add-on that is half there brings it to its end, since minikube turns off no other, and turns it off', async () => {
    const id = await cluster(['one'])
    await at.replay(enable)
    const { jobId } = await at.clusters.setAddOn(id, 'dashboard', true)
    await until(async () => (await addOnNow())?.here === true)
    await at.replay()
    expect(await at.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await addOnNow()).toEqual({ here: false, noted: false })
    expect(await addOnOrder()).toEqual(['addons enable', 'ssh --profile=one', 'addons enable', 'addons disable'])
  })

  test('of an add-on that can be brought to no end, or not be turned off, says how it is', async () => {
    const id = await cluster(['one'])
    const cancelled = async (...rows: Parameters<Ground['replay']>) => {
      await at.replay(enable)
      await rm(join(at.home, 'engine', 'hangs'), { force: true })
      const { jobId } = await at.clusters.setAddOn(id, 'dashboard', true)
      await until(() => existsSync(join(at.home, 'engine', 'hangs')))
      await at.replay(...rows)
      return at.jobs.cancel(jobId)
    }
    expect(await cancelled({ command: 'addons enable', exitCode: 1 })).toMatchObject({
      state: 'cancelled',
      left: ['add-on dashboard: perhaps in part'],
      error: { code: 'left-behind' },
    })
    // One that does not end is ended: the time that it has is over sooner here.
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    const short = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms === 90_000 ? 1_000 : ms))
    const hung = await cancelled(enable).finally(() => short.mockRestore())
    expect(hung).toMatchObject({ state: 'cancelled', left: ['add-on dashboard: perhaps in part'] })
    expect(await cancelled({ command: 'addons disable', exitCode: 1 })).toMatchObject({
      state: 'cancelled',
      left: ['add-on dashboard: on'],
    })
  })

  test('of turning one off turns it on again, which needs no other end first', async () => {
    const id = await cluster(['one'])
    await writeFile(join(at.home, 'engine', 'add-ons'), JSON.stringify({ dashboard: { here: true, noted: true } }))
    await at.replay({ command: 'addons disable', hang: true })
    const { jobId } = await at.clusters.setAddOn(id, 'dashboard', false)
    await until(() => existsSync(join(at.home, 'engine', 'hangs')))
    expect(await at.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await addOnNow()).toEqual({ here: true, noted: true })
    expect(await addOnOrder()).toEqual(['addons disable', 'ssh --profile=one', 'addons enable'])
  })

  test('an add-on that minikube could not turn on is perhaps in part: nothing is taken back after a failure', async () => {
    const id = await cluster(['one'])
    await at.replay({ command: 'addons enable', exitCode: 1 })
    const { jobId } = await at.clusters.setAddOn(id, 'dashboard', true)
    expect(await at.jobs.done(jobId)).toMatchObject({ state: 'failed', left: ['add-on dashboard: perhaps in part'] })
    expect(await at.calls('addons disable')).toEqual([])
  })

  test('of a removal lets a node that is whole take pods again', async () => {
    const id = await cluster(['two', 'two-m02'])
    const kubectl = 'ssh --profile=two -- sudo /var/lib/minikube/binaries/v1.34.4/kubectl --kubeconfig=/var/lib/minikube/kubeconfig'
    await at.replay({ command: `${kubectl} get node`, stdout: 'node/two-m02\n' }, { command: 'node delete', hang: true })
    const { jobId } = await at.clusters.removeNode(id, 'two-m02')
    await asked('node delete')
    expect(await at.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await at.calls(`${kubectl} uncordon -- two-m02`)).toHaveLength(1)
    expect(await nodesOf('two')).toEqual(['two', 'two-m02'])
  })

  test('of a removal after which Kubernetes has no such node takes its machine as well', async () => {
    const id = await cluster(['two', 'two-m02'])
    await at.replay({ command: 'ssh', stdout: 'node/two-m02\n' }, { command: 'node delete', hang: true })
    const { jobId } = await at.clusters.removeNode(id, 'two-m02')
    await asked('node delete')
    await at.replay({ command: 'ssh', stdout: '' })
    expect(await at.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: ['container two-m02: gone'] })
    expect(await nodesOf('two')).toEqual(['two'])
  })

  const begun = (file: string) => `${transcript(file).split('\n')[0]}\n`
  const paused = { command: 'pause', file: 'pause.jsonl', live }
  const stopped = { command: 'stop', file: 'stop.jsonl', live }
  const half = { command: 'start', stdout: beginnings.get('boot-control-plane') ?? '', hang: true, live }
  type Place = {
    readonly what: 'start' | 'stop' | 'restart' | 'pause' | 'unpause'
    /** What minikube is in the middle of, and what it does when it is asked for more. */
    readonly rows: Parameters<Ground['replay']>
    readonly was?: 'running' | 'exited' | 'paused'
    /** What it is asked for, in order, to be again as it was. */
    readonly after: readonly string[]
  }
  test.each<readonly [string, Place]>([
    ['a start stops what it had started', { what: 'start', rows: [half, stopped], was: 'exited', after: ['start', 'stop'] }],
    ['a stop starts again what it had stopped', { what: 'stop', rows: [{ ...stopped, hang: true }, made], after: ['stop', 'start'] }],
    ['a restart that still stops starts again', { what: 'restart', rows: [{ ...stopped, hang: true }, made], after: ['stop', 'start'] }],
    [
      'a restart that starts again brings that to its end: its machine runs, what is in it does not yet',
      { what: 'restart', rows: [stopped, half], after: ['stop', 'start', 'start'] },
    ],
    [
      'a pause lets go on what it had paused',
      { what: 'pause', rows: [{ command: 'pause', stdout: begun('pause.jsonl'), hang: true, live }, made], after: ['pause', 'start'] },
    ],
    [
      'a resume pauses again',
      {
        what: 'unpause',
        rows: [{ command: 'unpause', stdout: begun('unpause.jsonl'), hang: true, live }, made, paused],
        was: 'paused',
        after: ['unpause', 'start', 'pause'],
      },
    ],
  ])('of %s', async (_, { what, rows, was = 'running', after }) => {
    const state = async () => (await at.provider.list())[0]?.nodes[0]?.state
    let id = await cluster(['one'], was === 'exited' ? 'exited' : 'running')
    if (was === 'paused') {
      await at.profile('one', config, transcript('pause.jsonl'))
      await writeFile(join(at.home, 'engine', 'kubernetes'), 'Paused')
      id = (await at.clusters.refresh()).clusters.find((one) => one.name === 'one')?.id ?? ''
    }
    expect(await state()).toBe(was)
    await at.replay(...rows)
    const { jobId } = await at.clusters[what](id)
    await until(() => existsSync(join(at.home, 'engine', 'hangs')))
    // A second start is let go to its end.
    if (rows[1] === half) await at.replay(stopped, made)
    expect(await at.jobs.cancel(jobId)).toMatchObject({ kind: `cluster.${what}`, state: 'cancelled', left: [], error: null })
    expect(await state()).toBe(was)
    const changes = /^(?:start|stop|pause|unpause)$/
    expect((await at.calls()).flatMap(({ args: [first = ''] }) => (changes.test(first) ? [first] : []))).toEqual(after)
    expect((await at.clusters.refresh()).clusters.find((one) => one.name === 'one')).toMatchObject({ id })
  })

  test('of a load takes the image away again; where that does not help, the node is named', async () => {
    const id = await cluster(['one'])
    const holds = JSON.stringify([{ id: 'sha256:1', repoTags: ['docker.io/library/shop:1'], repoDigests: [], size: '1' }])
    const load = { command: 'image load', hang: true, live, holds }
    await writeFile(join(at.home, 'engine', 'held'), '[]')
    await writeFile(join(at.home, 'engine', 'images'), 'shop:1\n')
    await at.replay(load, { command: 'image rm', live, holds: '[]' })
    const first = await at.clusters.loadImage(id, { image: 'shop:1' })
    await asked('image load')
    await until(async () => (await readFile(join(at.home, 'engine', 'held'), 'utf8')) === holds)
    expect(await at.jobs.cancel(first.jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect((await at.calls('image rm')).map(({ args }) => args.at(-1))).toEqual(['docker.io/library/shop:1'])
    await at.replay(load, { command: 'image rm', exitCode: 1 })
    const second = await at.clusters.loadImage(id, { image: 'shop:1' })
    await asked('image load', 2)
    await until(async () => (await readFile(join(at.home, 'engine', 'held'), 'utf8')) === holds)
    expect(await at.jobs.cancel(second.jobId)).toMatchObject({ state: 'cancelled', left: ['image docker.io/library/shop:1 (one)'] })
    expect((await remains()).filter((name) => name !== 'one')).toEqual([])
  })

  /** Of a cluster that this engine has the memory for. */
  const own = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\n'
  test('of a rebuild while the old cluster goes takes effect when that is gone', async () => {
    const id = await cluster(['one'])
    await at.clusters.adopt(id, undefined, own)
    await at.replay({ ...gone, hang: true, late: '' }, made, versions)
    const { jobId } = await at.clusters.rebuild(id, { image: null, document: null })
    await asked('delete')
    const cancelled = at.jobs.cancel(jobId)
    await writeFile(join(at.home, 'engine', 'go'), '')
    expect(await cancelled).toMatchObject({ kind: 'cluster.rebuild', state: 'cancelled', left: [], error: null })
    expect([await at.calls('start'), await remains()]).toEqual([[], []])
  })

  test('of a rebuild while the new cluster is made takes that back', async () => {
    const id = await cluster(['one'])
    await at.clusters.adopt(id, undefined, own)
    await at.replay(half, gone, versions)
    const { jobId } = await at.clusters.rebuild(id, { image: null, document: null })
    await asked('start')
    await until(async () => (await remains()).includes('one'))
    expect(await at.jobs.cancel(jobId)).toMatchObject({ kind: 'cluster.rebuild', state: 'cancelled', left: [], error: null })
    expect([await remains(), await readFile(kubeconfig, 'utf8')]).toEqual([[], mine])
  })
})

test('a control plane is added only to a cluster that has several: minikube would go on with any other, and break it', async () => {
  const id = await cluster(['two', 'two-m02'])
  await at.replay({ command: 'node add', exitCode: 1, stderr: 'no more' })
  await expect(at.clusters.addNode(id, 'control-plane')).rejects.toMatchObject({
    code: 'cannot-add-control-plane',
    facts: { name: 'two' },
  })
  expect(await at.calls('node add')).toEqual([])

  const { Nodes, ...rest } = configOf('profile-list-two-nodes.json') as { Nodes: object[] }
  await at.profile('two', { ...rest, Nodes: Nodes.map((node) => ({ ...node, ControlPlane: true })) })
  const now = (await at.clusters.refresh()).clusters.find((one) => one.name === 'two')
  const { jobId } = await at.clusters.addNode(now?.id ?? '', 'control-plane')
  expect(await at.jobs.done(jobId)).toMatchObject({ facts: { role: 'control-plane' } })
  expect((await at.calls('node add')).map(({ args }) => args)).toEqual([['node', 'add', '--profile=two', '--control-plane=true']])
})

test('a node for which the engine has not the memory is not begun', async () => {
  const { Nodes, ...rest } = configOf('profile-list-two-nodes.json') as { Nodes: { Name: string }[] }
  const names = ['two', ...Array.from({ length: 12 }, (_, index) => `two-m${String(index + 2).padStart(2, '0')}`)]
  await cluster(['two', 'two-m02'])
  // The scripted engine has 3814 MiB.
  await at.profile('two', { ...rest, Nodes: names.map((name, index) => ({ ...Nodes[Math.min(index, 1)], Name: name.slice(4) })) })
  for (const name of names) await at.container(name)
  const { id = '', nodes = [] } = (await at.clusters.refresh()).clusters.find((one) => one.name === 'two') ?? {}
  expect(nodes).toHaveLength(13)
  const { jobId } = await at.clusters.addNode(id, 'worker')
  const job = await at.jobs.done(jobId)
  expect(job).toMatchObject({ state: 'failed', left: [], error: { code: 'memory-low', facts: { availableMiB: 3814, neededMiB: 3850 } } })
  expect(job.steps.map(({ id: step, state }) => [step, state])[0]).toEqual(['check-machine', 'failed'])
  expect(await at.calls('node add')).toEqual([])
})

test('a machine that does not answer keeps no other row back, and its row follows when it does', async () => {
  const hasty = await makeGround({ tools, patienceMs: 100 })
  try {
    await hasty.profile('one', config, transcript('start.jsonl'))
    await hasty.container('one')
    await hasty.profile('vm', { ...config, Name: 'vm', Driver: 'kvm2' }, transcript('start.jsonl'))
    const late = JSON.stringify({ Name: 'vm', Host: 'Running', Kubelet: 'Running', APIServer: 'Running', Worker: false })
    await hasty.replay({ command: 'status', hang: true, late })
    hasty.clusters.watch()
    const rows = () =>
      hasty.clusters.snapshot().then(({ clusters }) => Object.fromEntries(clusters.map(({ name, state }) => [name, state])))
    await until(async () => (await rows())['one'] === 'running')
    expect(await rows()).toEqual({ one: 'running', vm: 'unknown' })
    // The question is still open.
    await until(() => existsSync(join(hasty.home, 'engine', 'hangs')))
    const pid = Number(await readFile(join(hasty.home, 'engine', 'hangs'), 'utf8'))
    expect(process.kill(pid, 0)).toBe(true)
    await writeFile(join(hasty.home, 'engine', 'go'), '')
    await until(async () => (await rows())['vm'] === 'running')
  } finally {
    await hasty.clusters.dispose()
    await hasty.dispose()
  }
})

test('what is begun right after a job waits for its own provider alone: another one may be long silent', async () => {
  await cluster(['one'])
  const silent = { ...at.provider, name: 'kind', list: () => new Promise<never>(() => {}) } as const
  const clusters = await createClusters({ ...at, providers: [at.provider, silent] })
  try {
    clusters.watch()
    const known = async () => (await clusters.snapshot()).clusters.find(({ name }) => name === 'one')
    await until(async () => (await known()) !== undefined)
    const id = (await known())?.id ?? ''
    await at.replay({ command: 'stop', file: 'stop.jsonl', live }, made)
    await at.jobs.done((await clusters.stop(id)).jobId)
    const { jobId } = await clusters.start(id)
    expect(await at.jobs.done(jobId)).toMatchObject({ kind: 'cluster.start', state: 'succeeded' })
    expect((await at.calls('start')).length).toBe(1)
  } finally {
    await clusters.dispose()
  }
})

describe('killed with -9', () => {
  /** Lets another Cove work on this home, kills it when minikube was asked for `command`, and starts anew on what it left. */
  async function killedAt(command: string, what: string, name: string, whileDead: () => Promise<void> = async () => {}) {
    const program = fileURLToPath(new URL('../providers/minikube/fixtures/cove.ts', import.meta.url))
    const cove = execa(process.execPath, [program, at.home, what, name], { reject: false })
    await asked(command)
    cove.kill('SIGKILL')
    await cove
    await whileDead()
    const anew = await makeGround({ tools, existing: at.home })
    try {
      await anew.jobs.reconcile(anew.clusters.reconcileHandlers)
      return anew.jobs.list(10)[0]
    } finally {
      await anew.dispose()
    }
  }

  test('in a create, the next start takes back what was made', async () => {
    await at.replay({ command: 'start', stdout: beginnings.get('boot-control-plane') ?? '', hang: true, live }, gone, versions)
    const job = await killedAt('start', 'create', 'one', () => until(async () => (await remains()).length > 0))
    expect(job).toMatchObject({ kind: 'cluster.create', state: 'interrupted', left: [], error: null })
    expect(await remains()).toEqual([])
    expect(await readFile(kubeconfig, 'utf8')).toBe(mine)
  })

  test('in a delete, the next start deletes', async () => {
    await cluster(['one'])
    await at.replay({ command: 'delete', hang: true })
    const job = await killedAt('delete', 'delete', 'one', () => at.replay(gone))
    expect(job).toMatchObject({ kind: 'cluster.delete', state: 'succeeded', left: [] })
    expect(await remains()).toEqual([])
  })

  test('in a stop, the next start says what still runs', async () => {
    await cluster(['one'])
    await at.replay({ command: 'stop', hang: true })
    expect(await killedAt('stop', 'stop', 'one')).toMatchObject({ state: 'interrupted', left: ['container one: running'] })
  })

  test('while a node is added, the next start takes away what there is of it', async () => {
    await cluster(['one'])
    await at.replay({ command: 'node add', hang: true, live })
    const job = await killedAt('node add', 'add-node', 'one', () => until(async () => (await nodesOf('one'))?.length === 2))
    expect(job).toMatchObject({ kind: 'cluster.add-node', state: 'interrupted', left: [] })
    expect(await nodesOf('one')).toEqual(['one'])
    expect(await readdir(join(at.home, '.minikube', 'machines'))).toEqual(['one'])
  })

  test('while a node is taken away, the next start lets it take part again', async () => {
    await cluster(['two', 'two-m02'])
    await at.replay({ command: 'ssh', stdout: 'node/two-m02\n' }, { command: 'node delete', hang: true })
    const job = await killedAt('node delete', 'remove-node', 'two')
    expect(job).toMatchObject({ kind: 'cluster.remove-node', state: 'interrupted', left: [] })
    expect((await at.calls('ssh')).some(({ args }) => args.includes('uncordon'))).toBe(true)
  })

  test('while an image is loaded, the next start ends that in the machine before it looks, and says what is there', async () => {
    await cluster(['one'])
    await writeFile(join(at.home, 'engine', 'held'), '[]')
    await writeFile(join(at.home, 'engine', 'images'), 'shop:1\n')
    const holds = JSON.stringify([{ id: 'sha256:1', repoTags: ['docker.io/library/shop:1'], repoDigests: [], size: '1' }])
    await at.replay({ command: 'image load', hang: true, live, holds })
    let begun = 0
    const job = await killedAt('image load', 'load-image', 'one', async () => {
      await until(async () => (await readFile(join(at.home, 'engine', 'held'), 'utf8')) === holds)
      begun = (await at.calls()).length
    })
    expect(job).toMatchObject({ kind: 'cluster.load-image', state: 'interrupted', left: ['image docker.io/library/shop:1 (one)'] })
    const anew = (await at.calls()).slice(begun).map(({ args }) => args.slice(0, 2).join(' '))
    expect(anew.filter((one) => /^ssh|^image/.test(one))).toEqual(['ssh --profile=one', 'image ls'])
  })

  test('while an add-on is turned on, the next start turns it off, when kubectl in the machine is done', async () => {
    await cluster(['one'])
    await at.replay({ command: 'addons enable', hang: true })
    const job = await killedAt('addons enable', 'add-on', 'one', async () => {
      await until(async () => (await addOnNow())?.here === true)
      await at.replay()
    })
    expect(job).toMatchObject({ kind: 'cluster.add-on', state: 'interrupted', left: [] })
    expect(await addOnNow()).toEqual({ here: false, noted: false })
    expect(await addOnOrder()).toEqual(['addons enable', 'ssh --profile=one', 'addons enable', 'addons disable'])
  })
})
