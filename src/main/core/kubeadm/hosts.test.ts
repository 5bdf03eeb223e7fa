import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { kubeadmDocuments } from '#shared/contract/kubeadm-config.ts'
import { AppError } from '../error.ts'
import { createTargetGround } from '../targets/fixtures/ground.ts'
import { hostOf, job } from './fixtures/host-of.ts'
import { check, checkLines, jobFile } from './host.ts'
import { reconcileRenew } from './certificates.ts'
import { criSocketIn, reconcileInit } from './init.ts'
import { joinJob, reconcileJoin } from './join.ts'
import { authorityHash } from './join-command.ts'
import { joinPreflightJob, preflightJob, reconcilePreflight } from './preflight-jobs.ts'
import { reconcileReset, resetJob } from './reset.ts'
import { restartComponents } from './restart.ts'
import type { Findings, Host, KubeadmDeps } from './types.ts'
import { pullJob, reconcileSimple } from './simple-jobs.ts'
import { reconcileUpgrade, upgradeJob } from './upgrade.ts'

const [token, key] = ['abcdef.0123456789abcdef', 'f'.repeat(64)]
const hash = `sha256:${'a'.repeat(64)}`
const ca = readFileSync(join(import.meta.dirname, 'fixtures', 'ca.crt'), 'utf8')
const clean = (kubeadm: string) => `\n== files\n\n== kubeadm\n${kubeadm}\n\n== hostname\nlab\n\n== end\n`

test.each([
  ['v1.34.4', 'v1beta4'],
  ['v1.30.2', 'v1beta3'],
])('what everybody on a host may read of a join names neither token nor certificate key (kubeadm %s)', async (version, api) => {
  const { host, said, files } = hostOf('lab', (words) => (words.startsWith('sh ') ? { stdout: clean(version) } : {}))
  const command = `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${hash} --control-plane --certificate-key ${key}`
  const criSocket = 'unix:///var/run/crio/crio.sock'
  const wish = { target: 'container:lab', via: { kind: 'command', command }, controlPlane: true, criSocket, ignore: ['Swap'] } as const
  await joinJob({} as KubeadmDeps, host, null, wish).run(job)
  const file = '/run/cove-j1-config.yaml'
  expect(said.slice(-3)).toEqual([`write ${file} 600`, `kubeadm join --config=${file} --ignore-preflight-errors=Swap`, `rm -f -- ${file}`])
  const document = kubeadmDocuments[api as 'v1beta4'].JoinConfiguration.parse(parse(files.get(file) ?? ''))
  expect(document).toEqual({
    apiVersion: `kubeadm.k8s.io/${api}`,
    kind: 'JoinConfiguration',
    discovery: { bootstrapToken: { apiServerEndpoint: '10.0.0.5:6443', token, caCertHashes: [hash] } },
    nodeRegistration: { criSocket },
    controlPlane: { certificateKey: key },
  })
})

test('nor does the upload of certificates, whose file is gone when it fails', async () => {
  const { host } = hostOf('lab', () => ({ stdout: clean('v1.34.4') }))
  const via = hostOf('control', (words) =>
    words.includes('token create')
      ? { stdout: `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${authorityHash(ca)}\n` }
      : words.includes('upload-certs') || words.includes('get nodes')
        ? { exitCode: 1 }
        : { stdout: 'v1.34.4' },
  )
  via.host.readFile = async () => ca
  const wish = {
    target: 'container:lab',
    via: { kind: 'target', target: 'container:control' },
    controlPlane: true,
    criSocket: null,
    ignore: [],
  } as const
  await expect(joinJob({} as KubeadmDeps, host, via.host, wish).run(job)).rejects.toMatchObject({ code: 'command-failed' })
  const file = '/run/cove-j1-certificates.yaml'
  const [init, cluster] = parseAllDocuments(via.files.get(file) ?? '').map((one) => one.toJS() as Record<string, string>)
  expect(cluster).toMatchObject({ kind: 'ClusterConfiguration', kubernetesVersion: 'v1.34.4' })
  expect(init?.['certificateKey']).toMatch(/^[0-9a-f]{64}$/)
  expect(via.said.join('\n')).not.toContain(init?.['certificateKey'])
  expect(via.said.slice(-2)).toEqual([`kubeadm init phase upload-certs --upload-certs --config=${file}`, `rm -f -- ${file}`])
})

const preflightSaid = (level: string) => `[preflight] Running pre-flight checks\n\t[${level} Swap]: swap is supported for cgroup v2 only\n`

test('the checks of a join are those of kubeadm join, with its token in a file alone; the token that was made for them is taken back', async () => {
  const { host, said, files } = hostOf('lab', (words) =>
    words.startsWith('kubeadm join') ? { exitCode: 1, stdout: preflightSaid('ERROR') } : { stdout: 'v1.34.4' },
  )
  const via = hostOf('control', (words) =>
    words.includes('token create')
      ? { stdout: `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${authorityHash(ca)}\n` }
      : {},
  )
  via.host.readFile = async () => ca
  const findings: Findings = new Map()
  const wish = {
    target: 'container:lab',
    via: { kind: 'target', target: 'container:control' },
    controlPlane: true,
    criSocket: null,
  } as const
  const result = await joinPreflightJob(host, via.host, wish, { findings, changed: () => {} }).run(job)
  expect(result).toEqual({ target: 'container:lab', problems: '1', warnings: '0' })
  expect(findings.get('container:lab')).toMatchObject({ of: 'join', findings: [{ level: 'problem', check: 'Swap' }] })
  const file = '/run/cove-j1-config.yaml'
  expect(said.slice(-3)).toEqual([`write ${file} 600`, `kubeadm join phase preflight --config=${file}`, `rm -f -- ${file}`])
  expect(parse(files.get(file) ?? '')).toMatchObject({
    discovery: { bootstrapToken: { token } },
    controlPlane: { certificateKey: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  expect(said.join('\n')).not.toContain(token)
  expect(via.said.at(-1)).toBe('kubeadm token delete -- abcdef')
})

test('checks of a join that cannot be made say why, without the secrets of the line, and keep no findings', async () => {
  const { host, files } = hostOf('lab', (words) =>
    words.startsWith('kubeadm join')
      ? { exitCode: 1, stdout: `couldn't validate the identity of the API Server: ${token}` }
      : { stdout: 'v1.34.4' },
  )
  const command = `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${hash} --control-plane --certificate-key ${key}`
  const findings: Findings = new Map()
  const wish = { target: 'container:lab', via: { kind: 'command', command }, controlPlane: false, criSocket: null } as const
  const checks = joinPreflightJob(host, null, wish, { findings, changed: () => {} })
  expect(checks.steps.map(({ id }) => id)).toEqual(['preflight'])
  const error = await checks.run(job).then(
    () => null,
    (why: unknown) => why as AppError,
  )
  expect(error).toMatchObject({ code: 'kubeadm-configuration', facts: { reason: expect.stringContaining("couldn't validate") } })
  expect(JSON.stringify(error?.facts)).not.toContain(token)
  // What the line says counts, not the box beside it.
  expect(parse(files.get('/run/cove-j1-config.yaml') ?? '')).toMatchObject({ controlPlane: { certificateKey: key } })
  expect(findings.size).toBe(0)
})

test('checks of a join that Cove was killed in leave neither token nor file', async () => {
  const { host, said } = hostOf('lab', () => ({}))
  const via = hostOf('control', () => ({}))
  const deps = { targets: { machine: async (id: string) => (id === 'container:lab' ? host : via.host) } } as unknown as KubeadmDeps
  const killed = { id: 'j1', facts: { target: 'container:lab' } } as never
  const memory = { via: 'container:control', token: 'abcdef' }
  expect(await reconcilePreflight(deps)(killed, memory)).toEqual({ state: 'interrupted', left: [] })
  expect(via.said).toEqual(['kubeadm token delete -- abcdef'])
  expect(said.join()).toContain('/run/cove-j1-config.yaml')
})

test.each([
  ['the checks of init', 'kubeadm init phase preflight'],
  ['a pull of images', 'kubeadm config images pull'],
])('%s take the document in a file of root, which is gone afterwards, also when it fails', async (_, begins) => {
  const document = 'kind: InitConfiguration\nnodeRegistration: { criSocket: "unix:///run/x.sock" }\n'
  const findings: Findings = new Map()
  const run = async (exitCode: number) => {
    const { host, said, files } = hostOf('lab', (words) => (words.startsWith('kubeadm') ? { exitCode, stdout: 'unable to reach it' } : {}))
    const target = 'container:lab'
    const work = begins.includes('pull')
      ? pullJob(host, target, document)
      : preflightJob(host, target, document, { findings, changed: () => {} })
    const end = await work.run(job).then(
      () => null,
      (why: unknown) => (why as AppError).code,
    )
    return { said, end, text: files.get('/run/cove-j1-config.yaml') }
  }
  const file = '/run/cove-j1-config.yaml'
  const lines = [`write ${file} 600`, `${begins} --config=${file}`, `rm -f -- ${file}`]
  expect(await run(0)).toEqual({ said: lines, end: null, text: document })
  expect(await run(1)).toEqual({ said: lines, end: begins.includes('pull') ? 'command-failed' : 'kubeadm-configuration', text: document })
})

test('the socket that init was told of is read from its document', () => {
  const said = 'kind: ClusterConfiguration\n---\nkind: InitConfiguration\nnodeRegistration: { criSocket: "unix:///run/x.sock" }\n'
  expect([criSocketIn(said), criSocketIn('kind: InitConfiguration'), criSocketIn('a: [')]).toEqual(['unix:///run/x.sock', null, null])
})

test('a cancelled join resets with the socket that it was told of', async () => {
  const half = '\n== files\n/etc/kubernetes/kubelet.conf\n\n== kubeadm\nv1.34.4\n\n== end\n'
  let begun = false
  const { host, said } = hostOf('lab', (words) => {
    if (words.startsWith('kubeadm join')) begun = true
    return words.startsWith('sh ') ? { stdout: begun ? half : clean('v1.34.4') } : { exitCode: words.startsWith('kubeadm join') ? 1 : 0 }
  })
  const command = `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${hash}`
  const criSocket = 'unix:///var/run/crio/crio.sock'
  const wish = { target: 'container:lab', via: { kind: 'command', command }, controlPlane: false, criSocket, ignore: [] } as const
  const definition = joinJob({} as KubeadmDeps, host, null, wish)
  await expect(definition.run(job)).rejects.toMatchObject({ code: 'command-failed' })
  await definition.cleanUp?.(job, 'cancelled')
  expect(said).toContain(`kubeadm reset --force --cri-socket=${criSocket}`)
})

test('what an error of a join says holds neither token nor certificate key', async () => {
  const ground = await createTargetGround()
  try {
    const host = (await ground.target('container')) as Host
    const script = `echo "[bootstrap-token] Using token: ${token}"; echo "with ${key}" >&2; exit 3`
    const argv = ['sh', '-c', script, 'kubeadm', '--token', token, '--certificate-key', key] as const
    const more = { secrets: [key] }
    for (const work of [() => check({ host, job }, argv, more), () => checkLines({ host, job }, argv, () => {}, more)]) {
      const error = await work().then(
        () => null,
        (why: unknown) => why as AppError,
      )
      expect(error).toMatchObject({ code: 'command-failed', facts: { exitCode: 3, tail: expect.stringContaining('Using token: •••') } })
      expect(JSON.stringify(error?.facts)).not.toContain('0123456789abcdef')
      expect(JSON.stringify(error?.facts)).not.toContain(key)
    }
  } finally {
    await ground.dispose()
  }
})

test.each([
  ['a copied machine, whose name a node has already', 'lab', false],
  ['a machine with a name of its own', 'other', true],
])('a cancelled join of %s', async (_, inCluster, forgets) => {
  const { host } = hostOf('lab', () => ({ stdout: clean('v1.34.4') }))
  const status = { nodeInfo: { kubeletVersion: 'v1.34.4' } }
  const via = hostOf('control', (words) =>
    words.includes('get nodes')
      ? { stdout: JSON.stringify({ items: [{ metadata: { name: inCluster }, status }] }) }
      : words.includes('token create')
        ? { exitCode: 1 }
        : {},
  )
  const wish = {
    target: 'container:lab',
    via: { kind: 'target', target: 'container:control' },
    controlPlane: false,
    criSocket: null,
    ignore: [],
  } as const
  const definition = joinJob({} as KubeadmDeps, host, via.host, wish)
  await expect(definition.run(job)).rejects.toMatchObject({ code: 'command-failed' })
  expect(await definition.cleanUp?.(job, 'cancelled')).toEqual([])
  expect(via.said.some((words) => words.includes('delete node lab'))).toBe(forgets)
})

test('a host that does not say which ports are listened at has not stopped its components', async () => {
  const table = (port: string) => `  sl  local_address rem_address   st\n   0: 00000000:${port} 00000000:0000 0A 0\n`
  const answers = [{ exitCode: null as never, stdout: '', timedOut: true }, { stdout: table('0016') }, { stdout: table('192B') }]
  const { host, said } = hostOf('control', (words) =>
    words.startsWith('find')
      ? { stdout: '/etc/kubernetes/manifests/kube-apiserver.yaml\n' }
      : words.startsWith('cat')
        ? (answers.shift() ?? {})
        : {},
  )
  await restartComponents({ host, job }, job)
  expect(said.map((words) => words.split(' ')[0])).toEqual(['find', 'mkdir', 'mv', 'cat', 'cat', 'mv', 'rmdir', 'cat'])
})

const worker = '\n== files\n/etc/kubernetes/kubelet.conf\n\n== hostname\nlab\n\n== service\nactive\n\n== end\n'
const resetWish = { target: 'container:lab', leftovers: [], via: 'container:control', context: false } as const

test.each([
  ['a control plane that does not answer', 'get node', '', []],
  ['a node that cannot be drained', 'drain', 'lab/', ['drain', 'uncordon']],
  ['one that took no pods before', 'drain', 'lab/true', ['drain']],
])('nothing is reset with %s', async (_, refused, known, then) => {
  const { host, said } = hostOf('lab', (words) => (words.startsWith('sh ') ? { stdout: worker } : { exitCode: 1 }))
  const via = hostOf('control', (words) =>
    words.includes(refused) ? { exitCode: 1 } : { stdout: words.includes('get node') ? known : '' },
  )
  await expect(resetJob({} as KubeadmDeps, host, via.host, resetWish).run(job)).rejects.toMatchObject({ code: 'command-failed' })
  expect(said.filter((words) => words.startsWith('kubeadm'))).toEqual([])
  expect(via.said.map((words) => words.split(' ')[2]).filter((verb) => verb !== 'get')).toEqual(then)
})

test('a killed reset forgets the node under the name that it had, and says which one nobody forgot', async () => {
  let files = worker
  const { host } = hostOf('lab', (words) => {
    if (words.startsWith('kubeadm reset')) files = '\n== files\n\n== end\n'
    return words.startsWith('sh ') ? { stdout: files } : {}
  })
  const via = hostOf('control', () => ({ stdout: '' }))
  const machines = new Map([
    ['container:lab', host],
    ['container:control', via.host],
  ])
  const machine = async (id: string) => machines.get(id) ?? Promise.reject(new AppError('not-found', { what: 'target', name: id }))
  const again = () =>
    reconcileReset({ targets: { machine } } as unknown as KubeadmDeps)({ id: 'j1' } as never, {
      wish: JSON.stringify(resetWish),
      node: 'other',
    })
  expect(await again()).toMatchObject({ state: 'succeeded', left: [] })
  expect(via.said.at(-1)).toContain('delete node other')
  machines.delete('container:control')
  expect(await again()).toEqual({ state: 'interrupted', left: ['node other'] })
})

test('files of a job lie where nobody else can have put one before', () => {
  expect(jobFile(job, 'config.yaml')).toBe('/run/cove-j1-config.yaml')
})

test.each([
  ['', true],
  ['true', false],
])('an upgrade lets a node in again that took pods before: %j', async (unschedulable, letIn) => {
  const files = ['kubelet.conf', 'admin.conf', 'manifests/kube-apiserver.yaml'].map((name) => `/etc/kubernetes/${name}`).join('\n')
  const look = `\n== files\n${files}\n\n== hostname\nlab\n\n== service\nactive\n\n== end\n`
  const configuration = JSON.stringify({ data: { ClusterConfiguration: 'kubernetesVersion: v1.34.4\n' } })
  let kubelet = 'v1.34.3'
  const { host, said } = hostOf('lab', (words) => {
    if (words.includes('restart kubelet')) kubelet = 'v1.34.4'
    const conditions = [{ type: 'Ready', status: 'True' }]
    const items = [{ metadata: { name: 'lab' }, status: { conditions, nodeInfo: { kubeletVersion: kubelet } } }]
    if (words.startsWith('sh ')) return { stdout: look }
    if (words.includes('configmap')) return { stdout: configuration }
    if (words.includes('get nodes')) return { stdout: JSON.stringify({ items }) }
    return { stdout: words.includes('unschedulable') ? unschedulable : 'v1.34.4' }
  })
  const wish = { targets: ['container:lab'], version: 'v1.34.4', programs: { from: 'there' }, ignore: [], apply: true } as const
  const deps = { jobs: { list: () => [], running: () => undefined } } as unknown as KubeadmDeps
  await upgradeJob(deps, [host], wish, { plans: new Map(), changed: () => {} }).run(job)
  expect(said.some((words) => words.includes(' drain lab'))).toBe(true)
  expect(said.some((words) => words.includes(' uncordon lab'))).toBe(letIn)
})

const runs = 'kubeadm lab (may still run)'
const memory = {
  target: 'container:lab',
  targets: 'container:lab',
  begun: 'yes',
  drained: 'lab',
  wish: JSON.stringify({ ...resetWish, via: null }),
}
test.each([
  ['an init', reconcileInit, [runs]],
  ['a join', reconcileJoin, [runs]],
  ['a reset', reconcileReset, [runs]],
  ['a renewal', reconcileRenew, [runs, '/etc/kubernetes/cove-j1']],
  ['an upgrade', reconcileUpgrade, [runs, 'node lab (cordoned)']],
  ['a pull', reconcileSimple, [runs]],
])('nothing is taken back beside commands of %s that cannot be ended', async (_, reconcile, left) => {
  const { host, said } = hostOf('lab', () => ({ stdout: clean('v1.34.4') }), false)
  const deps = { targets: { machine: async () => host } } as unknown as KubeadmDeps
  expect(await reconcile(deps)({ id: 'j1', facts: { target: 'container:lab' } } as never, memory)).toEqual({ state: 'interrupted', left })
  expect(said).toEqual([])
})

test('a cancelled join takes nothing back beside a kubeadm that cannot be ended', async () => {
  const { host, said } = hostOf('lab', (words) => (words.startsWith('sh ') ? { stdout: clean('v1.34.4') } : { exitCode: 1 }), false)
  const command = `kubeadm join 10.0.0.5:6443 --token ${token} --discovery-token-ca-cert-hash ${hash}`
  const wish = { target: 'container:lab', via: { kind: 'command', command }, controlPlane: false, criSocket: null, ignore: [] } as const
  const definition = joinJob({} as KubeadmDeps, host, null, wish)
  await expect(definition.run(job)).rejects.toMatchObject({ code: 'command-failed' })
  const before = said.length
  expect(await definition.cleanUp?.(job, 'cancelled')).toEqual([runs])
  expect(said).toHaveLength(before)
})
