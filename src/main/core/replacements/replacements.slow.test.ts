import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ReplacementSpec } from '#shared/contract/replacements.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import { createExec } from '../exec/exec.ts'
import { createJobs } from '../jobs/jobs.ts'
import { createCluster, kubeconfigOf, otherCa } from './fixtures/cluster.ts'
import { newRecordId } from '../record-store.ts'
import { createReplacementStore } from './replacement-store.ts'
import { createReplacements } from './replacements.ts'

type Cluster = ReturnType<typeof createCluster>
const folders: string[] = []
const ends: (() => Promise<void>)[] = []
let dataDir = ''

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove replacements '))
  folders.push(dataDir)
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** Cove beside this cluster; a second one over the same folder is Cove started again. */
function cove(cluster: Cluster, migrations: readonly { readonly nodes: [] }[] = []) {
  const changes = createChanges()
  const exec = createExec({ dataDir, env: {}, homeDir: dataDir, changes })
  const jobs = createJobs({ dataDir, exec, changes })
  const machine = async (id: string) => {
    const found = [cluster.host, cluster.via].find((one) => one.id === id)
    if (found === undefined) throw new AppError('not-found', { what: 'target', name: id })
    return found
  }
  const replacements = createReplacements({
    exec,
    toolchain: { resolve: () => Promise.reject(new Error('not asked')) },
    kubeconfig: null,
    targets: { get: machine, machine },
    runtimes: { migrations: async () => migrations },
    jobs,
    changes,
    store: createReplacementStore(dataDir),
    limitMs: 5000,
    pauseMs: 20,
  })
  ends.push(async () => {
    await jobs.dispose()
    await exec.dispose()
  })
  const ended = async (started: Promise<{ jobId: string }>) => jobs.done((await started).jobId)
  const open = async () => (await replacements.list(spec.target))[0]
  return { jobs, replacements, ended, open }
}

const spec: ReplacementSpec = {
  target: 'container:host-1',
  via: 'container:control',
  driver: 'systemd',
  drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 30 },
  leftovers: ['cni-file:/etc/cni/net.d/10-mine.conflist'],
  ignore: ['Mem'],
}
const inOrder = [
  'replace',
  'drain',
  'reset',
  'delete node',
  'rm /etc/cni/net.d/10-mine.conflist',
  'stop containerd.service',
  'write /etc/containerd/config.toml',
  'start containerd.service',
  'join',
  'start kubelet.service',
  'label',
]
/** What was done, without what a job ended there. */
const done = ({ said }: Cluster) => said.filter((words) => !words.startsWith('end '))
const isNew = (cluster: Cluster) => {
  expect(cluster.machine.files.get('/etc/containerd/config.toml')).toContain('SystemdCgroup = true')
  expect(cluster.machine.files.get('/var/lib/kubelet/config.yaml')).toContain('cgroupDriver: systemd')
  expect(cluster.node?.metadata.labels).toEqual({ 'kubernetes.io/hostname': 'host-1', tier: 'gpu', 'node-role.kubernetes.io/worker': '' })
  expect(cluster.tokens).toEqual([])
}

test('in the documented order, each thing once; what somebody gave the old node the new one has', async () => {
  const cluster = createCluster()
  const { ended, replacements, open } = cove(cluster)
  const job = await ended(replacements.start(spec))
  expect(job).toMatchObject({ state: 'succeeded', kind: 'cgroup.replace', facts: { target: spec.target, driver: 'systemd' } })
  expect(job.steps.filter(({ state }) => state !== 'done')).toEqual([])
  expect(cluster.said).toEqual(inOrder)
  isNew(cluster)
  expect(cluster.joins.map((text) => parse(text) as object)).toMatchObject([
    {
      kind: 'JoinConfiguration',
      nodeRegistration: {
        name: 'host-1',
        taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
        kubeletExtraArgs: [{ name: 'node-ip', value: '10.0.0.7' }],
      },
    },
  ])
  expect(cluster.machine.files.has(`/run/cove-${job.id}-config.yaml`)).toBe(false)
  expect(await open()).toBeUndefined()
})

test('a plan says what would be done, what would stand in the way, and what comes back; nothing is done', async () => {
  const cluster = createCluster()
  cluster.refuse = '--dry-run=server'
  const { replacements } = cove(cluster)
  const plan = await replacements.plan(spec, new AbortController().signal)
  expect(plan).toMatchObject({
    node: 'host-1',
    controlPlane: false,
    refusal: 'error: --dry-run=server was refused',
    others: ['control'],
    labels: ['tier=gpu', 'node-role.kubernetes.io/worker='],
    taints: ['dedicated=gpu:NoSchedule'],
    cordoned: false,
  })
  expect(plan.configMap.before).toContain('cgroupDriver: cgroupfs')
  expect(plan.configMap.after).toBe(plan.configMap.before.replace('cgroupDriver: cgroupfs', 'cgroupDriver: systemd'))
  // What kubeadm writes goes with the reset.
  expect(plan.files.map(({ path }) => path)).toEqual(['/etc/containerd/config.toml'])
  expect(plan.leftovers.filter(({ byReset }) => !byReset).map(({ id }) => id)).toEqual(spec.leftovers)
  expect(cluster.said).toEqual([])
  cluster.refuse = null
  expect((await replacements.plan(spec, new AbortController().signal)).refusal).toBeNull()
})

test('what fails after the reset halts with its cause; there is no way back, and gone on with nothing is done twice', async () => {
  const cluster = createCluster()
  cluster.refuse = 'systemctl start containerd.service'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({
    state: 'failed',
    error: { code: 'command-failed' },
    left: ['host-1'],
  })
  const halted = await open()
  expect(halted).toMatchObject({ state: 'halted', step: 'runtime', canGoBack: false, node: 'host-1' })
  await expect(replacements.takeBack(halted?.id ?? '')).rejects.toMatchObject({ code: 'replacement-no-way-back' })
  await expect(replacements.start(spec)).rejects.toMatchObject({ code: 'replacement-open' })
  cluster.refuse = null
  cluster.said.length = 0
  const job = await ended(replacements.resume(halted?.id ?? ''))
  expect(job).toMatchObject({ state: 'succeeded' })
  expect(job.steps.filter(({ state }) => state === 'skipped').map(({ id }) => id)).toEqual([
    'migrate-config-map',
    'migrate-drain',
    'reset-host',
    'forget-node',
    'remove-leftovers',
    'verify-gone',
  ])
  expect(cluster.said).toEqual(['stop containerd.service', 'start containerd.service', 'join', 'start kubelet.service', 'label'])
  isNew(cluster)
})

test('a join that broke off is reset before the next, which has a token of its own', async () => {
  const cluster = createCluster()
  cluster.breaksJoin = true
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed', left: ['host-1'] })
  expect(cluster.tokens).toEqual([])
  expect(await open()).toMatchObject({ step: 'join', canGoBack: false })
  cluster.breaksJoin = false
  cluster.said.length = 0
  expect(await ended(replacements.resume((await open())?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect(done(cluster).filter((words) => words === 'reset' || words === 'join')).toEqual(['reset', 'join'])
  const tokenOf = (text: string) => (parse(text) as { discovery: { bootstrapToken: { token: string } } }).discovery.bootstrapToken.token
  expect(new Set(cluster.joins.map(tokenOf)).size).toBe(2)
  isNew(cluster)
})

test('a join passes over the checks that were named, or those that are named when it is gone on with', async () => {
  const cluster = createCluster()
  const joins: string[] = []
  cluster.before = (words) => void (words.startsWith('kubeadm join ') && joins.push(words.split(' ').at(-1) ?? ''))
  cluster.breaksJoin = true
  const { ended, replacements, open } = cove(cluster)
  await ended(replacements.start(spec))
  const id = (await open())?.id ?? ''
  await ended(replacements.resume(id, ['Mem', 'NumCPU']))
  cluster.breaksJoin = false
  expect(await ended(replacements.resume(id))).toMatchObject({ state: 'succeeded' })
  expect(joins).toEqual(['Mem', 'Mem,NumCPU', 'Mem,NumCPU'].map((names) => `--ignore-preflight-errors=${names}`))
})

test('somebody joined it by hand meanwhile: it is not joined again', async () => {
  const cluster = createCluster()
  cluster.refuse = 'kubeadm join'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  cluster.refuse = null
  await cluster.host.run({ argv: ['kubeadm', 'join'], root: true })
  cluster.said.length = 0
  expect(await ended(replacements.resume((await open())?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect(done(cluster)).toEqual(['label'])
  isNew(cluster)
})

test('a machine is not reset because its cluster does not answer: it may be in it by now', async () => {
  const cluster = createCluster()
  cluster.refuse = 'kubeadm join'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  cluster.refuse = null
  await cluster.host.run({ argv: ['kubeadm', 'join'], root: true })
  cluster.refuse = 'kubectl get --kubeconfig=/etc/kubernetes/admin.conf node '
  cluster.said.length = 0
  const id = (await open())?.id ?? ''
  expect(await ended(replacements.resume(id))).toMatchObject({ state: 'failed', error: { code: 'command-failed' }, left: ['host-1'] })
  expect(done(cluster)).toEqual([])
  cluster.refuse = null
  expect(await ended(replacements.resume(id))).toMatchObject({ state: 'succeeded' })
  expect(done(cluster)).toEqual(['label'])
})

test('a drain that is refused halts, and is taken back whole: pods are let in, the cluster is told the old driver, nothing else was touched', async () => {
  const cluster = createCluster()
  const before = new Map(cluster.machine.files)
  cluster.machine.cordoned = false
  cluster.before = (words) => void (words.includes(' drain ') && (cluster.machine.cordoned = true))
  cluster.refuse = 'kubectl drain'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed', error: { code: 'drain-failed' }, left: ['host-1'] })
  const halted = await open()
  expect(halted).toMatchObject({ step: 'drain', canGoBack: true })
  expect(cluster.kubeletConfig).toContain('cgroupDriver: systemd')
  expect(await ended(replacements.takeBack(halted?.id ?? ''))).toMatchObject({ state: 'succeeded', kind: 'cgroup.take-back' })
  expect(cluster.kubeletConfig).toContain('cgroupDriver: cgroupfs')
  expect(cluster.machine.cordoned).toBe(false)
  expect(cluster.machine.files).toEqual(before)
  expect(done(cluster)).toEqual(['replace', 'uncordon', 'replace'])
  expect(await open()).toBeUndefined()
})

/** Cancels the job when a command with these words begins. */
async function cancelledAt(cluster: Cluster, words: string) {
  const { jobs, ended, replacements, open } = cove(cluster)
  let jobId = ''
  cluster.before = (said) => {
    if (!said.includes(words) || jobId === '') return
    const id = jobId
    jobId = ''
    void jobs.cancel(id)
  }
  const started = replacements.start(spec)
  jobId = (await started).jobId
  return { job: await ended(started), replacements, ended, open }
}

test('cancelled before the reset it is taken back, and nothing is left', async () => {
  const cluster = createCluster()
  const { job, open } = await cancelledAt(cluster, 'kubectl drain')
  expect(job).toMatchObject({ state: 'cancelled', left: [] })
  expect(cluster.kubeletConfig).toContain('cgroupDriver: cgroupfs')
  expect(cluster.machine.cordoned).toBe(false)
  expect(cluster.said).not.toContain('reset')
  expect(await open()).toBeUndefined()
})

test.each(['kubeadm reset', 'systemctl stop containerd.service', 'kubeadm join'])(
  'cancelled at %s it has halted, says so, and leaves neither token nor file; gone on with it comes to its end',
  async (words) => {
    const cluster = createCluster()
    const { job, replacements, ended, open } = await cancelledAt(cluster, words)
    expect(job).toMatchObject({ state: 'cancelled', left: ['host-1'] })
    expect(cluster.tokens).toEqual([])
    expect([...cluster.machine.files.keys()].filter((path) => path.startsWith('/run/'))).toEqual([])
    expect(cluster.said).toContain(`end ${job.id} on host-1`)
    expect(await open()).toMatchObject({ state: 'halted', canGoBack: false })
    expect(await ended(replacements.resume((await open())?.id ?? ''))).toMatchObject({ state: 'succeeded' })
    isNew(cluster)
  },
)

test.each([
  ['kubectl drain', 'drain', true],
  ['kubeadm reset', 'reset', false],
  ['kubeadm join', 'join', false],
] as const)('Cove killed at %s: it has halted there, its token is taken back, and it goes on', async (words, step, canGoBack) => {
  const cluster = createCluster()
  const first = cove(cluster)
  // Nothing answers any more from here on, as when the process is gone.
  let isThere = false
  cluster.before = (said) => {
    if (!said.includes(words)) return undefined
    isThere = true
    return new Promise<void>(() => undefined)
  }
  const { jobId } = await first.replacements.start(spec)
  await expect.poll(() => isThere).toBe(true)
  expect(cluster.tokens).toEqual(step === 'join' ? ['abcde0'] : [])
  ends.length = 0
  cluster.before = () => undefined
  const second = cove(cluster)
  await second.jobs.reconcile(second.replacements.reconcileHandlers)
  expect(second.jobs.get(jobId)).toMatchObject({ state: 'interrupted', left: ['host-1'] })
  expect(cluster.said).toContain(`end ${jobId} on host-1`)
  expect(cluster.said).toContain(`end ${jobId} on control`)
  expect(cluster.tokens).toEqual([])
  const halted = await second.open()
  expect(halted).toMatchObject({ state: 'halted', step, canGoBack })
  expect(await second.ended(second.replacements.resume(halted?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  isNew(cluster)
})

test('a control plane leaves where another answers: reset before its Node goes, certificates under a key, its address kept', async () => {
  const cluster = createCluster()
  cluster.kind = 'control-plane'
  cluster.machine.files.set('/etc/kubernetes/admin.conf', cluster.machine.files.get('/etc/kubernetes/kubelet.conf') ?? '')
  cluster.machine.files.set(
    '/etc/kubernetes/manifests/kube-apiserver.yaml',
    'metadata:\n  annotations:\n    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: 10.0.0.7:6443\n',
  )
  const { ended, replacements } = cove(cluster)
  const job = await ended(replacements.start(spec))
  expect(job).toMatchObject({ state: 'succeeded' })
  expect(job.steps.find(({ id }) => id === 'upload-certificates')).toMatchObject({ state: 'done' })
  expect(cluster.said.indexOf('reset')).toBeLessThan(cluster.said.indexOf('delete node'))
  expect(parse(cluster.joins[0] ?? '')).toMatchObject({
    controlPlane: {
      certificateKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      localAPIEndpoint: { advertiseAddress: '10.0.0.7', bindPort: 6443 },
    },
  })
})

const asControlPlane = (cluster: Cluster) => {
  cluster.kind = 'control-plane'
  cluster.machine.files.set('/etc/kubernetes/admin.conf', cluster.machine.files.get('/etc/kubernetes/kubelet.conf') ?? '')
}
const byName = (cluster: Cluster, hosts: Partial<Cluster['hosts']>, endpoint = 'api.lab:6443') =>
  Object.assign(cluster, { endpoint, hosts: { ...cluster.hosts, ...hosts } })
test.each<readonly [string, (cluster: Cluster) => unknown, Partial<ReplacementSpec>]>([
  ['only-control-plane', (cluster) => (asControlPlane(cluster), (cluster.others = [])), {}],
  ['control-plane-not-ready', (cluster) => (asControlPlane(cluster), (cluster.others = [true, false])), {}],
  ['endpoint-here', (cluster) => (asControlPlane(cluster), (cluster.endpoint = '10.0.0.7:6443')), {}],
  ['endpoint-here', (cluster) => (asControlPlane(cluster), byName(cluster, { here: '10.0.0.7 STREAM api.lab\n10.0.0.7 DGRAM\n' })), {}],
  ['endpoint-here', (cluster) => (asControlPlane(cluster), byName(cluster, { there: '10.0.0.7 STREAM api.lab\n' })), {}],
  ['endpoint-here', (cluster) => (asControlPlane(cluster), byName(cluster, { here: '127.0.1.1 STREAM api.lab\n' })), {}],
  ['etcd-unhealthy', (cluster) => (asControlPlane(cluster), (cluster.etcdWell = false)), {}],
  ['no-answer-here', (cluster) => (asControlPlane(cluster), (cluster.answersHere = false)), {}],
  ['static-pods', (cluster) => (asControlPlane(cluster), (cluster.signs = ['/etc/kubernetes/manifests/kube-vip.yaml'])), {}],
  ['same-machine', () => {}, { via: 'container:host-1' }],
  ['other-cluster', (cluster) => cluster.machine.files.set('/etc/kubernetes/kubelet.conf', 'certificate-authority-data: bm9uZQ==\n'), {}],
  ['half', (cluster) => (cluster.kind = 'half'), {}],
  ['not-joined', (cluster) => (cluster.kind = 'none'), {}],
  ['kubeadm-older', (cluster) => (cluster.kubeadm = 'v1.33.4'), {}],
  ['kubeadm-newer', (cluster) => (cluster.kubeadm = 'v1.36.0'), {}],
])('refused before anything is changed, in the plan and in the job: %s', async (reason, change, other) => {
  const cluster = createCluster()
  change(cluster)
  const { ended, replacements, open } = cove(cluster)
  const refused = { code: 'replacement-refused', facts: { reason } }
  await expect(replacements.plan({ ...spec, ...other }, new AbortController().signal)).rejects.toMatchObject(refused)
  expect(await ended(replacements.start({ ...spec, ...other }))).toMatchObject({ state: 'failed', error: refused, left: [] })
  expect(done(cluster)).toEqual([])
  // There is nothing to go on with.
  expect(await open()).toBeUndefined()
})

test.each<readonly [string, (cluster: Cluster) => unknown]>([
  [
    'the name of the endpoint leads to several machines',
    (cluster) => byName(cluster, { here: '10.0.0.5 STREAM api.lab\n10.0.0.7 STREAM\n' }),
  ],
  ['a balancer on the machine itself', (cluster) => byName(cluster, { here: '127.0.0.1 STREAM api.lab\n' }, 'api.lab:8443')],
  ['a file among the manifests that the kubelet passes over', (cluster) => (cluster.signs = ['/etc/kubernetes/manifests/.keep'])],
  ['no kubectl on the machine, which kubeadm does not need', (cluster) => Object.assign(cluster, { kubectl: '', answersHere: false })],
  ['a kubeadm one minor newer', (cluster) => (cluster.kubeadm = 'v1.35.0')],
])('not refused: %s', async (_, change) => {
  const cluster = createCluster()
  asControlPlane(cluster)
  change(cluster)
  await expect(cove(cluster).replacements.plan(spec, new AbortController().signal)).resolves.toMatchObject({ refusal: null })
})

test('gone on with before the reset, what was safe then is looked at again; that Cove cordoned the node does not come to be how it was', async () => {
  const cluster = createCluster()
  asControlPlane(cluster)
  cluster.before = (words) => void (words.includes(' drain ') && (cluster.machine.cordoned = true))
  cluster.refuse = 'kubectl drain'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed', error: { code: 'drain-failed' } })
  cluster.refuse = null
  cluster.etcdWell = false
  const id = (await open())?.id ?? ''
  expect(await ended(replacements.resume(id))).toMatchObject({
    state: 'failed',
    error: { code: 'replacement-stopped', facts: { node: 'host-1', reason: 'etcd-unhealthy' } },
    left: ['host-1'],
  })
  expect(cluster.said).not.toContain('reset')
  expect(await open()).toMatchObject({ state: 'halted', canGoBack: true })
  cluster.etcdWell = true
  expect(await ended(replacements.resume(id))).toMatchObject({ state: 'succeeded' })
  expect(cluster.said).not.toContain('cordon')
})

test.each<readonly [string, (cluster: Cluster) => unknown]>([
  [
    'joined-elsewhere',
    (cluster) => ((cluster.kind = 'worker'), cluster.machine.files.set('/etc/kubernetes/kubelet.conf', kubeconfigOf(otherCa))),
  ],
  ['joined-elsewhere', (cluster) => ((cluster.kind = 'half'), cluster.machine.files.set('/etc/kubernetes/pki/ca.crt', otherCa))],
  ['other-machine', (cluster) => cluster.machine.files.set('/etc/machine-id', 'bar\n')],
])("gone on with after the reset, a machine or a name that is another one's by now stays as it is: %s", async (reason, change) => {
  const cluster = createCluster()
  cluster.breaksJoin = true
  const { node } = cluster
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  cluster.breaksJoin = false
  cluster.node = node
  cluster.said.length = 0
  change(cluster)
  expect(await ended(replacements.resume((await open())?.id ?? ''))).toMatchObject({
    state: 'failed',
    error: { code: 'replacement-stopped', facts: { reason } },
  })
  expect(done(cluster)).toEqual([])
  expect(await open()).toMatchObject({ state: 'halted', step: 'join' })
})

test('a member that kubeadm could not take out of etcd is not joined beside, also when the next reset says nothing of it', async () => {
  const cluster = createCluster()
  asControlPlane(cluster)
  cluster.memberStays = true
  const { ended, replacements, open } = cove(cluster)
  const isLeft = { state: 'failed', error: { code: 'etcd-member-left', facts: { node: 'host-1' } }, left: ['host-1'] }
  expect(await ended(replacements.start(spec))).toMatchObject(isLeft)
  const id = (await open())?.id ?? ''
  expect(await ended(replacements.resume(id))).toMatchObject(isLeft)
  cluster.members = ['control']
  expect(await ended(replacements.resume(id))).toMatchObject({ state: 'succeeded' })
  expect(done(cluster).filter((words) => words === 'join')).toEqual(['join'])
})

test("a leftover that stays is in no join's way: the node comes back, and it is told", async () => {
  const cluster = createCluster()
  cluster.refuse = 'rm -rf -- /etc/cni'
  const { ended, replacements } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({
    state: 'succeeded',
    result: { leftBehind: '/etc/cni/net.d/10-mine.conflist' },
  })
  isNew(cluster)
})

test('what nodes join with is set once more before the join, where somebody set it back', async () => {
  const cluster = createCluster()
  const before = cluster.kubeletConfig
  cluster.refuse = 'systemctl start containerd.service'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  cluster.refuse = null
  cluster.kubeletConfig = `${before}# mine\n`
  expect(await ended(replacements.resume((await open())?.id ?? ''))).toMatchObject({ state: 'succeeded' })
  expect(cluster.kubeletConfig).toMatch(/cgroupDriver: systemd[^]*# mine/)
  isNew(cluster)
})

test('taken back, kubelet-config stays where another node has been made with it since', async () => {
  const cluster = createCluster()
  cluster.refuse = 'kubectl drain'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  const halted = await createReplacementStore(dataDir).get((await open())?.id ?? '')
  if (halted === null) throw new Error('nothing halted')
  const other = { ...halted, id: newRecordId(), startedAt: halted.startedAt + 1, step: 'check', state: 'done' } as const
  await createReplacementStore(dataDir).save({ ...other, spec: { ...spec, target: 'container:host-2' } })
  expect(await ended(replacements.takeBack(halted.id))).toMatchObject({ state: 'succeeded' })
  expect(cluster.kubeletConfig).toContain('cgroupDriver: systemd')
  expect(done(cluster)).toEqual(['replace', 'uncordon'])
})

test('labels of a control plane that somebody took from it do not come back with the join', async () => {
  const cluster = createCluster()
  asControlPlane(cluster)
  if (cluster.node !== null) cluster.node.metadata.labels['node-role.kubernetes.io/control-plane'] = ''
  const { ended, replacements } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'succeeded' })
  expect(Object.keys(cluster.node?.metadata.labels ?? {}).filter((key) => /control-plane|balancers/.test(key))).toEqual([
    'node-role.kubernetes.io/control-plane',
  ])
})

test('a kubelet that follows another setting is told, and the node stays to be looked at', async () => {
  const cluster = createCluster()
  // Pods are where they should be, but the file says another driver.
  cluster.before = (words) => {
    if (words.includes('kubectl label'))
      cluster.machine.files.set('/var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration\ncgroupDriver: cgroupfs\n')
  }
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({
    state: 'failed',
    error: { code: 'drivers-differ', facts: { node: 'host-1', driver: 'systemd', kubelet: 'cgroupfs', runtime: 'systemd' } },
  })
  expect(await open()).toMatchObject({ step: 'check' })
})

test('a node that took no pods takes none after', async () => {
  const cluster = createCluster()
  cluster.machine.cordoned = true
  const { ended, replacements } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'succeeded' })
  expect(cluster.said.slice(-2)).toEqual(['label', 'cordon'])
})

test('before the reset too it can be left: whom it would be taken back through may be gone', async () => {
  const cluster = createCluster()
  cluster.refuse = 'kubectl drain'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  await replacements.giveUp((await open())?.id ?? '')
  expect(await open()).toBeUndefined()
})

test('left where it halted it is not spoken of any more; beside a change in place none begins', async () => {
  const cluster = createCluster()
  cluster.refuse = 'kubeadm reset'
  const { ended, replacements, open } = cove(cluster)
  expect(await ended(replacements.start(spec))).toMatchObject({ state: 'failed' })
  await replacements.giveUp((await open())?.id ?? '')
  expect(await open()).toBeUndefined()
  await expect(cove(cluster, [{ nodes: [] }]).replacements.start(spec)).rejects.toMatchObject({ code: 'migration-open' })
})

test('kubelet-config alone: what was shown is what is written, and what somebody wrote since stays', async () => {
  const cluster = createCluster()
  const { replacements } = cove(cluster)
  const of = { via: spec.via, driver: 'systemd' } as const
  const { before, after } = await replacements.configMap(of, new AbortController().signal)
  cluster.kubeletConfig = `${before}# mine\n`
  await expect(replacements.setConfigMap({ ...of, before })).rejects.toMatchObject({ code: 'host-file-changed' })
  cluster.kubeletConfig = before
  await replacements.setConfigMap({ ...of, before })
  expect(cluster.kubeletConfig).toBe(after)
  expect(cluster.said).toEqual(['replace'])
})
