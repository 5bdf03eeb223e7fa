import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MigrationSpec } from '#shared/contract/runtimes.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import { createExec } from '../exec/exec.ts'
import { createJobs } from '../jobs/jobs.ts'
import { createNode } from './fixtures/machine.ts'
import { createMigrationStore } from './migration-store.ts'
import { createRuntimes } from './runtimes.ts'

type Node = ReturnType<typeof createNode>
const folders: string[] = []
const ends: (() => Promise<void>)[] = []
let dataDir = ''

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove migrations '))
  folders.push(dataDir)
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** Cove over these nodes; a second one over the same folder is Cove started again. */
function cove(nodes: readonly Node[], limitMs = 5000, replaced: string | null = null) {
  const changes = createChanges()
  const exec = createExec({ dataDir, env: {}, homeDir: dataDir, changes })
  const jobs = createJobs({ dataDir, exec, changes })
  const runtimes = createRuntimes({
    exec,
    toolchain: { resolve: () => Promise.reject(new Error('not asked')) },
    kubeconfig: null,
    targets: {
      get: async (id) => {
        const found = nodes.find((node) => node.target.id === id)
        if (found === undefined) throw new AppError('not-found', { what: 'target', name: id })
        return found.target
      },
      machine: async (id) => ({
        endJob: async (jobId) => {
          nodes.find((node) => node.target.id === id)?.said.push(`end ${jobId}`)
          return true
        },
      }),
    },
    hostChanges: { offer: () => Promise.reject(new Error('not asked')) },
    jobs,
    changes,
    dataDir,
    replaced: async () => replaced,
    limitMs,
    pauseMs: 50,
  })
  ends.push(async () => {
    await jobs.dispose()
    await exec.dispose()
  })
  const ended = async (started: Promise<{ jobId: string }>) => jobs.done((await started).jobId)
  return { jobs, runtimes, ended }
}

const specOf = (...nodes: readonly Node[]): MigrationSpec => ({
  nodes: nodes.map((node) => node.target.id),
  driver: 'systemd',
  kube: { through: 'target', target: nodes[0]?.target.id ?? '' },
  drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 30 },
})
const isOn = (node: Node, driver: 'systemd' | 'cgroupfs') => {
  expect(node.files.get('/etc/containerd/config.toml')).toContain(`SystemdCgroup = ${driver === 'systemd'}`)
  expect(node.files.get('/var/lib/kubelet/config.yaml')).toContain(`cgroupDriver: ${driver}`)
  expect([...node.units.values()]).toEqual([true, true])
  expect(node.podDriver).toBe(driver)
}

test('a node that another job works on is left alone, also where it is not the first', async () => {
  const [first, second] = [createNode('host-1'), createNode('host-2')]
  const { jobs, runtimes, ended } = cove([first, second])
  const over = Promise.withResolvers<null>()
  const other = jobs.start({ kind: 'host.apply', subject: 'host-2', key: `host:${second.target.id}`, steps: [], run: () => over.promise })
  await expect(runtimes.migrate(specOf(first, second))).rejects.toMatchObject({ code: 'busy', facts: { jobId: other.id } })
  expect([...first.said, ...second.said]).toEqual([])
  over.resolve(null)
  await jobs.done(other.id)
  expect(await ended(runtimes.migrate(specOf(first, second)))).toMatchObject({ kind: 'cgroup.migrate', subject: 'host-1 + 1' })
})

test('beside a replacement that is not finished none begins', async () => {
  const node = createNode('host-1')
  const { runtimes } = cove([node], 5000, 'host-1')
  await expect(runtimes.migrate(specOf(node))).rejects.toMatchObject({ code: 'replacement-open', facts: { node: 'host-1' } })
  expect(node.said).toEqual([])
})

test('in the documented order, each thing once', async () => {
  const node = createNode('host-1')
  const { runtimes, ended } = cove([node])
  expect(await ended(runtimes.migrate(specOf(node)))).toMatchObject({ state: 'succeeded', subject: 'host-1' })
  expect(node.said).toEqual([
    'replace',
    'drain',
    'stop kubelet.service',
    'stop containerd.service',
    'write /etc/containerd/config.toml',
    'write /var/lib/kubelet/config.yaml',
    'start containerd.service',
    'start kubelet.service',
    'uncordon',
  ])
  isOn(node, 'systemd')
  expect(node.kubeletConfig).toContain('cgroupDriver: systemd')
  expect(await runtimes.migrations(node.target.id)).toEqual([])
})

test('a failure halts; resumed it goes on with what is left, and a node that took no pods before takes none after', async () => {
  const node = createNode('host-1')
  node.cordoned = true
  node.refuse = 'systemctl start containerd.service'
  const { runtimes, ended } = cove([node])
  expect(await ended(runtimes.migrate(specOf(node)))).toMatchObject({
    state: 'failed',
    error: { code: 'command-failed' },
    left: ['host-1'],
  })
  const [halted] = await runtimes.migrations(node.target.id)
  expect(halted).toMatchObject({ state: 'halted', nodes: [{ node: 'host-1', state: 'started', step: 'start' }] })
  await expect(runtimes.migrate(specOf(node))).rejects.toMatchObject({ code: 'migration-open' })
  node.refuse = null
  node.said.length = 0
  expect(await ended(runtimes.resume(halted?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect(node.said).not.toContain('write /etc/containerd/config.toml')
  expect(node.said).not.toContain('uncordon')
  isOn(node, 'systemd')
})

test('gone on with, it sets the driver in what somebody wrote into the cluster since, and rolled back leaves that', async () => {
  const node = createNode('host-1')
  node.refuse = 'systemctl stop kubelet.service'
  const { runtimes, ended } = cove([node])
  await ended(runtimes.migrate(specOf(node)))
  const mine = `${node.kubeletConfig.replace('cgroupDriver: systemd', 'cgroupDriver: cgroupfs').trimEnd()}\n# mine\n`
  node.kubeletConfig = mine
  const id = (await runtimes.migrations(node.target.id))[0]?.id ?? ''
  expect(await ended(runtimes.resume(id))).toMatchObject({ error: { code: 'command-failed' } })
  expect(node.kubeletConfig).toBe(mine.replace('cgroupDriver: cgroupfs', 'cgroupDriver: systemd'))
  node.refuse = null
  expect(await ended(runtimes.rollBack(id))).toMatchObject({ state: 'succeeded' })
  expect(node.kubeletConfig).toBe(mine)
})

test('a halted one is rolled back: files, services, the cluster; a file that somebody changed since is not overwritten', async () => {
  const node = createNode('host-1')
  const before = new Map(node.files)
  node.refuse = 'systemctl start kubelet.service'
  const { runtimes, ended } = cove([node])
  await ended(runtimes.migrate(specOf(node)))
  node.refuse = null
  const mine = `${node.files.get('/etc/containerd/config.toml') ?? ''}# mine\n`
  node.files.set('/etc/containerd/config.toml', mine)
  const id = (await runtimes.migrations(node.target.id))[0]?.id ?? ''
  expect(await ended(runtimes.rollBack(id))).toMatchObject({ state: 'failed', error: { code: 'host-file-changed' } })
  expect(node.files.get('/etc/containerd/config.toml')).toBe(mine)
  node.files.set('/etc/containerd/config.toml', mine.replace('# mine\n', ''))
  expect(await ended(runtimes.rollBack(id))).toMatchObject({ state: 'succeeded' })
  expect(node.files).toEqual(before)
  isOn(node, 'cgroupfs')
  expect(node.cordoned).toBe(false)
  expect(node.kubeletConfig).toContain('cgroupDriver: cgroupfs')
})

test('node by node: what fails on the second leaves the first changed; rolled back, the last comes first', async () => {
  const [one, two] = [createNode('host-1'), createNode('host-2')]
  const { runtimes, ended } = cove([one, two])
  // The cluster is asked through the first, which knows the second too.
  const run = one.target.run.bind(one.target)
  Object.assign(one.target, {
    run: (command: Parameters<typeof run>[0]) =>
      command.argv[0] === 'kubectl' && command.argv.at(-1) === 'host-2' ? two.target.run(command) : run(command),
  })
  two.refuse = 'kubectl drain'
  expect(await ended(runtimes.migrate(specOf(one, two)))).toMatchObject({
    state: 'failed',
    error: { code: 'drain-failed' },
    subject: 'host-1 + 1',
    left: ['host-2'],
  })
  isOn(one, 'systemd')
  isOn(two, 'cgroupfs')
  two.refuse = null
  const order: string[] = []
  one.before = (words) => void (words.includes('start kubelet') && order.push('one'))
  two.before = (words) => void (words.includes('uncordon') && order.push('two'))
  const id = (await runtimes.migrations(two.target.id))[0]?.id ?? ''
  expect(await ended(runtimes.rollBack(id))).toMatchObject({ state: 'succeeded' })
  isOn(one, 'cgroupfs')
  isOn(two, 'cgroupfs')
  expect(order).toEqual(['two', 'one'])
})

test('cancelled in the middle the node is put back, and nothing is left', async () => {
  const node = createNode('host-1')
  const before = new Map(node.files)
  const { jobs, runtimes, ended } = cove([node])
  let jobId = ''
  node.before = (words) => {
    if (words !== 'systemctl start kubelet.service' || jobId === '') return
    const id = jobId
    jobId = ''
    void jobs.cancel(id)
  }
  const started = runtimes.migrate(specOf(node))
  jobId = (await started).jobId
  expect(await ended(started)).toMatchObject({ state: 'cancelled', left: [] })
  expect(node.files).toEqual(before)
  isOn(node, 'cgroupfs')
  expect(node.cordoned).toBe(false)
  expect(node.kubeletConfig).toContain('cgroupDriver: cgroupfs')
  expect(await runtimes.migrations(node.target.id)).toEqual([])
})

test('Cove killed in the middle finds it halted, and rolls back', async () => {
  const node = createNode('host-1')
  const first = cove([node])
  // Nothing answers any more from here on, as when the process is gone.
  node.before = (words) => (words === 'systemctl start containerd.service' ? new Promise<void>(() => undefined) : undefined)
  const { jobId } = await first.runtimes.migrate(specOf(node))
  const store = createMigrationStore(dataDir)
  await expect.poll(async () => (await store.list())[0]?.nodes[0]?.step).toBe('start')
  ends.length = 0
  node.before = () => undefined
  const second = cove([node])
  await second.jobs.reconcile(second.runtimes.reconcileHandlers)
  expect(second.jobs.get(jobId)).toMatchObject({ state: 'interrupted', left: ['host-1'] })
  expect(node.said.at(-1)).toBe(`end ${jobId}`)
  const [halted] = await second.runtimes.migrations(node.target.id)
  expect(halted).toMatchObject({ state: 'halted', nodes: [{ step: 'start' }] })
  expect(await second.ended(second.runtimes.rollBack(halted?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  isOn(node, 'cgroupfs')
})

test.each([
  ['another machine has that name', (node: Node) => (node.machineId = 'other'), 'other-machine'],
  ['it is no node', (node: Node) => Object.assign(node.target, { readFile: async () => null }), 'not-joined'],
])('refused before anything is changed: %s', async (_, change, reason) => {
  const node = createNode('host-1')
  change(node)
  const { runtimes, ended } = cove([node])
  const job = await ended(runtimes.migrate(specOf(node)))
  expect(job).toMatchObject({ state: 'failed', error: { code: 'migration-node-unfit', facts: { reason } } })
  expect(node.said).toEqual([])
})

test('pods that do not move are told with their number, and the node stays without new ones', async () => {
  const node = createNode('host-1')
  const { runtimes, ended } = cove([node], 1500)
  node.before = () => void (node.podDriver = 'cgroupfs')
  expect(await ended(runtimes.migrate(specOf(node)))).toMatchObject({
    state: 'failed',
    error: { code: 'cgroups-not-moved', facts: { count: 1, driver: 'systemd' } },
  })
  expect(node.cordoned).toBe(true)
})

test('a node without any pod is through once none has come for a while', async () => {
  const node = createNode('host-1')
  const { runtimes, ended } = cove([node], 30_000)
  node.before = () => void (node.podDriver = 'none')
  expect(await ended(runtimes.migrate(specOf(node)))).toMatchObject({ state: 'succeeded' })
})
