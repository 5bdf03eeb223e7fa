import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JobDefinition } from '../jobs/types.ts'
import { reconcileRenew, renewJob } from './certificates.ts'
import { hostOf, job } from './fixtures/host-of.ts'
import { authorityIn } from './join-command.ts'
import { createKubeadm } from './kubeadm.ts'
import { reconcileJoin } from './join.ts'
import { findLeftovers } from './leftovers.ts'
import { resetJob } from './reset.ts'
import type { Host, KubeadmDeps, UpgradePlans } from './types.ts'
import { reconcileUpgrade, upgradeJob } from './upgrade.ts'

const depsOf = (hosts: Readonly<Record<string, Host>>) =>
  ({
    targets: { machine: async (id: string) => hosts[id] ?? Promise.reject(new Error(`no ${id}`)) },
    jobs: { list: () => [], running: () => undefined },
  }) as unknown as KubeadmDeps
/** Of kubeadm v1.34.4 for a cluster of v1.33.4. */
const plan = readFileSync(join(import.meta.dirname, 'fixtures/upgrade-plan.json'), 'utf8')
const killed = { id: 'j1', facts: {} } as never
/** What a look says where the parts of it are these. */
const look = (parts: Readonly<Record<string, string>>) =>
  `${Object.entries(parts)
    .map(([name, text]) => `\n== ${name}\n${text}\n`)
    .join('')}\n== end\n`

const half = look({ files: '/etc/kubernetes/kubelet.conf\n/etc/cni/net.d/mine.conflist', hostname: 'lab' })
const clean = look({ files: '/etc/cni/net.d/mine.conflist', hostname: 'lab' })

test('a join of a killed Cove is taken back: its token, its node, its reset, and nothing that was there before', async () => {
  let files = half
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('kubeadm reset')) files = clean
    return words.startsWith('sh ') ? { stdout: files } : {}
  })
  const via = hostOf('control', () => ({}))
  const deps = depsOf({ 'container:lab': host, 'container:control': via.host })
  const memory = {
    target: 'container:lab',
    via: 'container:control',
    token: 'abcdef',
    begun: 'yes',
    node: 'lab',
    criSocket: 'unix:///run/x.sock',
  }
  const before = 'cni-file:/etc/cni/net.d/mine.conflist'
  expect(await reconcileJoin(deps)(killed, { ...memory, before })).toEqual({ state: 'interrupted', left: [] })
  expect(said).toContain('kubeadm reset --force --cri-socket=unix:///run/x.sock')
  expect(said.join('\n')).not.toContain('mine.conflist')
  expect(via.said[0]).toBe('kubeadm token delete -- abcdef')
  expect(via.said.at(-1)).toContain('delete node lab')

  // Before it had begun there is its token alone; a node that is not known to be its own stays.
  const early = hostOf('lab', () => ({ stdout: half }))
  const again = depsOf({ 'container:lab': early.host, 'container:control': via.host })
  via.said.length = 0
  expect(await reconcileJoin(again)(killed, { ...memory, begun: '', node: '' })).toEqual({ state: 'interrupted', left: [] })
  expect(early.said).toEqual([])
  expect(via.said.some((words) => words.includes('delete node'))).toBe(false)
})

const aside = '/etc/kubernetes/cove-j1'
/** A control plane whose manifests lie aside, as far as they are named. */
function stopped(...names: readonly string[]) {
  const there = new Set(names.map((name) => `${aside}/${name}.yaml`))
  const made = hostOf('control', (words) => {
    const [program, , , from = ''] = words.split(' ')
    if (program === 'mv') there.delete(from)
    return program === 'rmdir' ? { exitCode: there.size === 0 ? 0 : 1 } : {}
  })
  made.host.readFile = async (path) => (there.has(path) ? 'kind: Pod\n' : null)
  return { ...made, there }
}

test.each([['a killed Cove'], ['a cancel']])(
  'after %s in the middle of a renewal the manifests that were taken away are put back',
  async (how) => {
    const { host, said, there } = stopped('etcd', 'kube-scheduler')
    const left =
      how === 'a cancel'
        ? await renewJob({} as KubeadmDeps, host, 'container:control').cleanUp?.(job, 'cancelled')
        : (await reconcileRenew(depsOf({ 'container:control': host }))(killed, { target: 'container:control' })).left
    expect(left).toEqual([])
    expect(there.size).toBe(0)
    expect(said).toEqual([
      `mv -f -- ${aside}/etcd.yaml /etc/kubernetes/manifests`,
      `mv -f -- ${aside}/kube-scheduler.yaml /etc/kubernetes/manifests`,
      `rmdir -- ${aside}`,
    ])
  },
)

test('a folder of manifests that cannot be emptied is named', async () => {
  const { host, there } = stopped()
  there.add(`${aside}/mine.yaml`)
  expect(await reconcileRenew(depsOf({ 'container:control': host }))(killed, { target: 'container:control' })).toEqual({
    state: 'interrupted',
    left: [aside],
  })
})

const nodes = (ready: 'True' | 'False') =>
  JSON.stringify({
    items: [
      { metadata: { name: 'lab' }, status: { conditions: [{ type: 'Ready', status: ready }], nodeInfo: { kubeletVersion: 'v1.34.4' } } },
    ],
  })

test.each([
  ['True', [], true],
  ['False', ['node lab (cordoned)'], false],
] as const)(
  'an upgrade of a killed Cove: half a program goes, and a drained node that is ready (%s) takes pods again',
  async (ready, left, letIn) => {
    const control = hostOf('control', (words) => (words.includes('get nodes') ? { stdout: nodes(ready) } : {}))
    const { host, said } = hostOf('lab', () => ({}))
    const memory = {
      target: 'container:control',
      targets: 'container:control\ncontainer:lab',
      drained: 'lab',
      fresh: '/usr/bin/kubelet.cove-j1',
      freshOn: 'container:lab',
      fetched: '/var/lib/cove-programs-abcdefgh container:lab\n/etc container:lab',
    }
    const deps = depsOf({ 'container:control': control.host, 'container:lab': host })
    expect(await reconcileUpgrade(deps)(killed, memory)).toEqual({ state: 'interrupted', left })
    expect(said).toEqual(['rm -f -- /usr/bin/kubelet.cove-j1', 'rm -rf -- /var/lib/cove-programs-abcdefgh'])
    expect(control.said.some((words) => words.includes(' uncordon lab'))).toBe(letIn)
  },
)

test.each([
  [
    'of another version',
    'v1.34.3',
    { code: 'kubeadm-program-version', facts: { program: '/new/kubeadm', found: 'v1.34.3', wanted: 'v1.34.4' } },
  ],
  ['that says nothing', '', { code: 'tool-absent', facts: { tool: 'kubeadm' } }],
])('a kubeadm %s in the folder of an upgrade is refused before anything of a node is changed', async (_, version, error) => {
  const files = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('sh ')) return { stdout: look({ files, hostname: 'lab', service: 'active' }) }
    if (words.includes('configmap')) return { stdout: JSON.stringify({ data: { ClusterConfiguration: 'kubernetesVersion: v1.33.1\n' } }) }
    return { stdout: words.includes('get nodes') ? nodes('True') : version }
  })
  const wish = {
    targets: ['container:lab'],
    version: 'v1.34.4',
    programs: { from: 'folder', folder: '/new' },
    ignore: [],
    apply: true,
  } as const
  await expect(upgradeJob(depsOf({}), [host], wish, { plans: new Map(), changed: () => {} }).run(job)).rejects.toMatchObject(error)
  expect(said.filter((words) => !/^(?:sh |kubectl .*get |\/new\/kubeadm version)/.test(words))).toEqual([])
})

test.each([
  ['whatever there is', null, 'there', 'v1.33.4', 'kubeadm upgrade plan --output=json'],
  ['a version', 'v1.34.4', 'folder', 'v1.34.4', '/new/kubeadm upgrade plan v1.34.4 --output=json'],
  ['a kubeadm without JSON', null, 'there', 'v1.29.1', 'kubeadm upgrade plan'],
] as const)('a plan of an upgrade is kept: %s', async (_, version, from, kubeadm, command) => {
  const files = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('sh ')) return { stdout: look({ files, hostname: 'lab', service: 'active' }) }
    if (words.includes('configmap')) return { stdout: JSON.stringify({ data: { ClusterConfiguration: 'kubernetesVersion: v1.33.4\n' } }) }
    if (words.includes('upgrade plan')) return { stdout: words.includes('json') ? plan : 'for people' }
    return { stdout: words.includes('get nodes') ? nodes('True') : kubeadm }
  })
  const plans: UpgradePlans = new Map()
  const programs = from === 'folder' ? { from, folder: '/new' } : { from }
  const wish = { targets: ['container:lab'], version, programs, ignore: [], apply: false } as const
  await upgradeJob(depsOf({}), [host], wish, { plans, changed: () => {} }).run(job)
  expect(said).toContain(command)
  const kept = plans.get('container:lab')?.plan
  expect(kept?.kubeadm).toBe(kubeadm)
  expect(kept?.upgrades?.map((one) => one.version) ?? null).toEqual(kubeadm === 'v1.29.1' ? null : ['v1.34.4'])
})

test('what was planned is said of that cluster alone: not of a host without one, nor of the next one there', async () => {
  const adminOf = (authority: string) =>
    `    certificate-authority-data: ${Buffer.from(readFileSync(join(import.meta.dirname, 'fixtures', authority), 'utf8')).toString('base64')}\n`
  const whole = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  let there: { readonly files: string; readonly conf: string | null } = { files: whole, conf: adminOf('ca.crt') }
  const { host } = hostOf('lab', (words) => {
    if (words.startsWith('sh ')) return { stdout: look({ files: there.files, hostname: 'lab', service: 'active' }) }
    if (words.includes('upgrade plan')) return { stdout: plan }
    return words.includes('configmap') || words.includes('get nodes') ? { exitCode: 1 } : { stdout: 'v1.34.4' }
  })
  Object.assign(host, { readFile: async () => there.conf })
  const started: Promise<unknown>[] = []
  const jobs = {
    start: (definition: JobDefinition) => {
      started.push(Promise.resolve(definition.run(job)))
      return { id: 'j1' }
    },
    running: () => undefined,
  }
  const kubeadm = createKubeadm({ ...depsOf({ 'container:lab': host }), jobs, changes: { emit: () => {} } } as unknown as KubeadmDeps)
  const planned = async () => (await kubeadm.state('container:lab')).upgradePlan
  await kubeadm.upgrade({ targets: ['container:lab'], version: null, programs: { from: 'there' }, ignore: [], apply: false })
  await Promise.all(started)
  expect(await planned()).toMatchObject({ kubeadm: 'v1.34.4', upgrades: [{ version: 'v1.34.4' }] })
  there = { files: '', conf: null }
  expect(await planned()).toBeNull()
  there = { files: whole, conf: adminOf('other-ca.crt') }
  expect(await planned()).toBeNull()
})

test.each([
  ['the digest of the publisher', true],
  ['another digest', false],
])('programs that a host fetches, with %s, go afterwards; only the right ones are put in place', async (_, right) => {
  const files = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  const folder = '/var/lib/cove-programs-abcdefgh'
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('sh -c command')) return { stdout: '/usr/bin/x\n' }
    if (words.startsWith('sh ')) return { stdout: look({ files, hostname: 'lab', service: 'active' }) }
    if (words.includes('configmap')) return { stdout: JSON.stringify({ data: { ClusterConfiguration: 'kubernetesVersion: v1.34.4\n' } }) }
    if (words.startsWith('mktemp')) return { stdout: `${folder}\n` }
    if (words.startsWith('sha256sum')) return { stdout: `${right ? 'ab' : 'cd'}  x\n` }
    if (words.includes('get nodes'))
      return { stdout: said.includes('systemctl restart kubelet') ? nodes('True') : nodes('True').replace('v1.34.4', 'v1.34.3') }
    return { stdout: words.includes('unschedulable') ? '' : 'v1.34.4' }
  })
  Object.assign(host, { look: async () => ({ arch: 'arm64' }) })
  const asked: unknown[] = []
  const program: KubeadmDeps['program'] = async (name, build) => {
    asked.push([name, build.arch])
    return { url: `https://dl.test/${name}`, sha256: 'ab' }
  }
  const wish = { targets: ['container:lab'], version: 'v1.34.4', programs: { from: 'publisher' }, ignore: [], apply: true } as const
  const plans: UpgradePlans = new Map([
    ['container:lab', { authority: null, plan: { at: 1, kubeadm: 'v1.34.4', upgrades: [], manual: [] } }],
  ])
  const end = await upgradeJob({ ...depsOf({}), program }, [host], wish, { plans, changed: () => {} })
    .run(job)
    .catch((error: unknown) => error)
  // A plan is of no use once its upgrade is done.
  expect(plans.size).toBe(right ? 0 : 1)
  if (right) expect(end).toMatchObject({ version: 'v1.34.4' })
  else expect(end).toMatchObject({ code: 'download-digest-mismatch' })
  const names = ['kubeadm', 'kubelet', 'kubectl']
  expect(asked).toEqual((right ? names : ['kubeadm']).map((name) => [name, 'arm64']))
  const placed = said.filter((words) => words.startsWith('cp ')).map((words) => words.split(' ')[3])
  expect(placed).toEqual(right ? names.map((name) => `${folder}/${name}`) : [])
  expect(said.some((words) => words.includes(' drain '))).toBe(right)
  expect(said.at(-1)).toBe(`rm -rf -- ${folder}`)
})

const ipvs = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A600001:01BB rr
  -> AC120002:192B      Masq    1      0          0
UDP  0A60000A:0035 rr
`
const links =
  '1: lo: <LOOPBACK> mtu 65536\n4: cni0: <BROADCAST> mtu 1500\n5: eth0@if6: <BROADCAST> mtu 1500\n7: kube-ipvs0: <BROADCAST> mtu 1500'
const routes = '10.244.1.0/24 via 172.18.0.3 dev eth0'

test.each([
  ['nothing of it is asked for', [], {}, [], null],
  [
    'it is asked for',
    ['ipvs:ipvsadm', 'interface:cni0', `route:${routes}`],
    {},
    ['ipvsadm --clear', 'ip link delete dev cni0', `ip route delete ${routes}`],
    null,
  ],
  ['ipvsadm is not there', ['ipvs:ipvsadm'], { ipvsadm: 127 }, ['ipvsadm --clear'], 'ipvsadm'],
] as const)('virtual services, interfaces and routes of a plugin: %s', async (_, leftovers, exits, expected, left) => {
  const parts = { ipvs, links, routes }
  const { host, said } = hostOf('lab', (words) => {
    const exitCode = exits[words.split(' ')[0] as keyof typeof exits] ?? 0
    if (exitCode === 0 && words === 'ipvsadm --clear') parts.ipvs = ''
    if (words === 'ip link delete dev cni0') parts.links = links.replace(/4: .*\n/, '')
    if (words.startsWith('ip route delete')) parts.routes = ''
    return words.startsWith('sh ') ? { stdout: look({ hostname: 'lab', ...parts }) } : { exitCode }
  })
  expect((await findLeftovers(host, { podSubnet: '10.244.0.0/16' })).map(({ id, count, byReset }) => [id, count, byReset])).toEqual([
    ['ipvs:ipvsadm', 2, false],
    ['interface:cni0', null, false],
    ['interface:kube-ipvs0', null, false],
    [`route:${routes}`, null, false],
  ])
  const reset = resetJob(depsOf({}), host, null, { target: 'container:lab', leftovers, via: null, context: false }).run(job)
  // What is still there afterwards is named, as nothing but ipvsadm takes virtual services away.
  if (left === null) await reset
  else await expect(reset).rejects.toMatchObject({ code: 'left-behind', facts: { what: left } })
  expect(said.filter((words) => /^(?:ipvsadm|ip )/.test(words))).toEqual(expected)
})

test('a reset removes the table of kube-proxy and copies of admin.conf, those of ordinary users too, when they are named', async () => {
  const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
  const conf = `clusters:\n- cluster:\n    certificate-authority-data: ${Buffer.from(recorded('ca.crt')).toString('base64')}\n    server: https://10.0.0.5:6443\ncontexts:\n- context:\n  name: kubernetes-admin@kubernetes\n`
  const table = recorded('nft-kube-proxy.txt')
  const copy = '/home/小 王/.kube/config'
  const files = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  const parts: Record<string, string> = {
    hostname: 'lab',
    files,
    'nft ip kube-proxy': table,
    configs: `${Buffer.from(conf).toString('base64')} ${copy}`,
  }
  const { host, said } = hostOf('lab', (words) => {
    if (words === 'kubeadm reset --force') parts['files'] = ''
    if (words === 'nft delete table ip kube-proxy') parts['nft ip kube-proxy'] = ''
    if (words === `rm -rf -- ${copy}`) parts['configs'] = ''
    return { stdout: words.startsWith('sh ') ? look(parts) : '' }
  })
  Object.assign(host, { readFile: async (path: string) => (path.endsWith('admin.conf') ? conf : null) })
  const known = { podSubnet: null, authority: authorityIn(conf) }
  const found = (await findLeftovers(host, known)).filter(({ byReset }) => !byReset)
  expect(found.map(({ id, count }) => [id, count])).toEqual([
    [`kubeconfig:${copy}`, null],
    ['rules:nft ip kube-proxy', 8],
  ])
  const leftovers = found.map(({ id }) => id)
  await resetJob(depsOf({}), host, null, { target: 'container:lab', leftovers, via: null, context: false }).run(job)
  expect(said).toEqual(expect.arrayContaining([`rm -rf -- ${copy}`, 'nft delete table ip kube-proxy']))
  expect(await findLeftovers(host, known)).toEqual([])
})

test.each([
  ['with others in the cluster it is told', ['lab', 'other'], true],
  ["alone it is nobody's", ['lab'], false],
])('a member that a reset could not take out of etcd: %s', async (_, names, isTold) => {
  const parts: Record<string, string> = {
    hostname: 'lab',
    files: ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml', 'manifests/etcd.yaml']
      .map((name) => `/etc/kubernetes/${name}`)
      .join('\n'),
  }
  const item = (name: string) => ({
    metadata: { name, labels: { 'node-role.kubernetes.io/control-plane': '' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.34.4' } },
  })
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('sh ')) return { stdout: look(parts) }
    if (words.includes('get nodes')) return { stdout: JSON.stringify({ items: names.map(item) }) }
    if (words !== 'kubeadm reset --force') return { exitCode: words.includes('configmap') ? 1 : 0 }
    parts['files'] = ''
    return {
      stderr:
        'W1127 02:40:11.1 9 removeetcdmember.go:69] [reset] Failed to remove etcd member: context deadline exceeded, please manually remove it\n',
    }
  })
  const reset = resetJob(depsOf({}), host, null, { target: 'container:lab', leftovers: [], via: null, context: false }).run(job)
  if (isTold) await expect(reset).rejects.toMatchObject({ code: 'etcd-member-left', facts: { node: 'lab' } })
  else await expect(reset).resolves.toMatchObject({ target: 'container:lab' })
  expect(said).toContain('kubeadm reset --force')
})
