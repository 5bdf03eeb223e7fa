import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setupPlanSchema } from '#shared/contract/setup.ts'
import { AppError } from '../error.ts'
import { installAction } from '../host-changes/packages.ts'
import { command, file, step } from '../host-changes/steps.ts'
import { partsOf, recorded } from '../runtimes/fixtures/parts.ts'
import { putProgram } from '../toolchain/fixtures/ground.ts'
import { createSetupGround, runtimesOf, type SetupGround } from './fixtures/ground.ts'
import { createSetup, type SetupDeps } from './setup.ts'

let at: SetupGround
beforeEach(async () => {
  at = await createSetupGround()
})
afterEach(async () => at.dispose())

const failed = () => new AppError('command-failed', { command: 'x', exitCode: 1, signal: null, tail: '' })
const noSignal = () => new AbortController().signal

test('each wish has its steps in the order in which they are done, and what is said fits the contract', async () => {
  const ids = async (intent: Parameters<typeof at.plan>[0]) => {
    const plan = await createSetup(at.deps).plan(at.wishOf(intent), noSignal())
    expect(setupPlanSchema.parse(plan)).toEqual(plan)
    return plan.steps.map(({ id }) => id)
  }
  expect(await ids('cluster')).toEqual(['engine', 'kubectl', 'kind', 'cluster', 'context'])
  expect(await ids('kubectl')).toEqual(['kubectl', 'kubectl-path', 'completion', 'context'])
  expect(await ids('node')).toEqual(['system', 'checks', 'runtime', 'cgroup-driver', 'programs', 'kubeadm', 'network'])
  // Of another host, only what is about it.
  expect(await ids('look')).toEqual(['system', 'checks', 'runtime', 'cgroup-driver', 'programs', 'kubeadm'])
  const here = { ...at.wishOf('look'), target: 'local' }
  const { steps } = await createSetup({ ...at.deps, targets: { get: async () => at.node.target } }).plan(here, noSignal())
  expect(steps.map(({ id }) => id).slice(0, 6)).toEqual(['engine', 'kubectl', 'kind', 'cluster', 'context', 'system'])
})

test('the Kubernetes is the one that was wished for, else that of the kubeadm that is there, else what Cove knows best', async () => {
  const minor = async (kubernetes: string | null) =>
    (await createSetup(at.deps).plan({ ...at.wishOf('node'), kubernetes }, noSignal())).kubernetes
  at.world.kubeadm = { ...at.world.kubeadm, programs: { kubeadm: 'v1.33.2', kubelet: 'v1.33.2', kubectl: null } }
  expect(await minor(null)).toBe('v1.33')
  expect(await minor('v1.35')).toBe('v1.35')
  at.world.kubeadm = { ...at.world.kubeadm, programs: { kubeadm: null, kubelet: null, kubectl: null } }
  expect(await minor(null)).toBe('v1.34')
})

test('engine: running, or what it says and what to do, with root where that is in it', async () => {
  expect((await at.plan('cluster'))['engine']).toMatchObject({ state: 'done', facts: { product: 'Docker Engine', version: '28.0.0' } })
  const error = { code: 'engine-stopped' as const, facts: {}, commandId: null }
  at.world.engine = {
    state: 'stopped',
    product: null,
    version: null,
    error,
    advice: [{ id: 'start', commands: ['sudo systemctl start docker'] }],
  }
  expect((await at.plan('cluster'))['engine']).toMatchObject({
    state: 'todo',
    error,
    root: true,
    commands: ['sudo systemctl start docker'],
    action: { kind: 'open', page: 'tools' },
  })
})

test('kubectl that is not there: from where, checked against what, to where, and the same by hand', async () => {
  const { kubectl } = await at.plan('kubectl')
  const url = `https://dl.k8s.io/release/v1.34.4/bin/${at.toolchain.os}/${at.toolchain.arch}/kubectl`
  expect(kubectl).toMatchObject({
    state: 'todo',
    root: false,
    facts: { version: 'v1.34.4' },
    download: { kind: 'file', url, digestFrom: `${url}.sha256`, bytes: null, to: at.ownPath('kubectl', 'v1.34.4') },
    action: { kind: 'download', tool: 'kubectl', version: 'v1.34.4' },
  })
  expect(kubectl?.commands).toEqual([
    `curl -fL -o kubectl ${url}`,
    `echo "$(curl -fsSL ${url}.sha256 | cut -d ' ' -f 1)  kubectl" | sha256sum --check`,
    'chmod +x kubectl',
  ])
})

test('kubectl that is there is done, one that gives no answer is not known, one on its way runs', async () => {
  const path = await at.onPath()
  expect((await at.plan('kubectl'))['kubectl']).toMatchObject({ state: 'done', facts: { version: 'v1.34.1', path }, download: null })
  await putProgram(path, '#!/bin/sh\nexit 3\n')
  expect((await at.plan('kubectl'))['kubectl']).toMatchObject({ state: 'unknown', error: { code: 'tool-unusable' } })
  const end = Promise.withResolvers<void>()
  const { id } = at.jobs.start({
    kind: 'tool.download',
    subject: 'kubectl',
    facts: {},
    key: 'tool:kubectl',
    steps: [{ id: 'download', facts: {}, usualMs: 1 }],
    cancellable: true,
    run: async (context) => {
      await context.step('download', () => end.promise)
      return {}
    },
  })
  const { kubectl } = await at.plan('kubectl')
  end.resolve()
  await at.jobs.done(id)
  expect(kubectl).toMatchObject({ state: 'running', jobId: id })
})

test('kind is needed only where there is no cluster', async () => {
  expect((await at.plan('cluster'))['kind']).toMatchObject({ state: 'todo', action: { kind: 'download', tool: 'kind' } })
  at.world.clusters = [{ name: 'shop', state: 'running', jobId: null }]
  expect((await at.plan('cluster'))['kind']).toMatchObject({ state: 'optional' })
})

test('cluster: made once the engine answers, waited for, started where it stands, followed while it is worked on', async () => {
  const cluster = async () => (await at.plan('cluster'))['cluster']
  const image = at.world.image.ref
  expect(await cluster()).toMatchObject({
    state: 'todo',
    download: { kind: 'images', names: [image], from: 'docker.io', digest: true },
    commands: [`kind create cluster --image=${image}`],
    action: { kind: 'create-cluster' },
  })
  at.world.image.local = true
  expect(await cluster()).toMatchObject({ state: 'todo', download: null })
  Object.assign(at.world.image, { ref: 'mirror.lan:5000/kindest/node:v1.37.0', local: false })
  expect(await cluster()).toMatchObject({ download: { from: 'mirror.lan:5000', digest: false } })
  at.world.clusters = [{ name: 'shop', state: 'stopped', jobId: null }]
  expect(await cluster()).toMatchObject({ state: 'todo', facts: { name: 'shop', count: 0 }, action: { kind: 'open', page: 'clusters' } })
  at.world.clusters = [{ name: 'shop', state: 'starting', jobId: 'job-1' }]
  expect(await cluster()).toMatchObject({ state: 'running', jobId: 'job-1' })
  at.world.clusters = [
    { name: 'old', state: 'stopped', jobId: null },
    { name: 'shop', state: 'running', jobId: null },
  ]
  expect(await cluster()).toMatchObject({ state: 'done', facts: { name: 'shop', count: 1 } })
  at.world.clusters = []
  at.world.engine = { state: 'absent', product: null, version: null, error: null, advice: [] }
  expect(await cluster()).toMatchObject({ state: 'waiting' })
})

test('context: none at all, none of them chosen, one chosen', async () => {
  const context = async () => (await at.plan('kubectl'))['context']
  expect(await context()).toMatchObject({ state: 'waiting' })
  at.world.contexts = ['a', 'b']
  expect(await context()).toMatchObject({ state: 'todo', facts: { count: 2 }, action: { kind: 'open', page: 'contexts' } })
  at.world.current = 'a'
  expect(await context()).toMatchObject({ state: 'done', facts: { name: 'a' } })
})

test('kubectl in the terminal: first kubectl, then a link, then a line, and then a shell finds it', async () => {
  const path = async () => (await at.plan('kubectl'))['kubectl-path']
  const link = join(at.homeDir, '.local/bin/kubectl')
  expect(await path()).toMatchObject({ state: 'waiting', commands: [] })
  const copy = await at.own()
  const before = await path()
  expect(before).toMatchObject({ state: 'todo', facts: { link: 'absent', path: link }, action: { kind: 'link', tool: 'kubectl' } })
  expect(before?.commands.join('\n')).toContain(`ln -s '${copy}' '${link}'`)
  await at.toolchain.care.link('kubectl')
  const linked = await path()
  expect(linked).toMatchObject({ state: 'todo', facts: { link: 'own', shell: 'bash' }, action: { kind: 'plan' } })
  expect(linked?.commands).toEqual([`echo 'export PATH="$HOME/.local/bin:$PATH"' >> '${join(at.homeDir, '.bashrc')}'`])
  const plan = await at.propose('kubectl-path')
  expect(plan).toMatchObject({ target: 'local', purpose: 'shell-path' })
  expect(await at.jobs.done((await at.hostChanges.apply(plan.id)).jobId)).toMatchObject({ state: 'succeeded' })
  expect(await readFile(join(at.homeDir, '.bashrc'), 'utf8')).toContain('export PATH=')
  expect(await path()).toMatchObject({ state: 'done', facts: { link: 'own' } })
})

test('a kubectl that is not Cove’s: found on PATH it is enough, under the name of the link it is left alone', async () => {
  await at.own()
  await mkdir(join(at.homeDir, '.local/bin'), { recursive: true })
  await writeFile(join(at.homeDir, '.local/bin/kubectl'), '#!/bin/sh\n')
  expect((await at.plan('kubectl'))['kubectl-path']).toMatchObject({
    state: 'todo',
    facts: { link: 'foreign' },
    action: { kind: 'open', page: 'tools' },
  })
  await at.onPath()
  expect((await at.plan('kubectl'))['kubectl-path']).toMatchObject({ state: 'done' })
})

test('completion need not be; it is planned as a line, and found when it is there', async () => {
  const completion = async () => (await at.plan('kubectl'))['completion']
  expect(await completion()).toMatchObject({ state: 'waiting' })
  await at.onPath()
  expect(await completion()).toMatchObject({ state: 'optional', facts: { shell: 'bash' }, action: { kind: 'plan' } })
  expect(await at.propose('completion')).toMatchObject({ purpose: 'shell-completion' })
  await writeFile(join(at.homeDir, '.bashrc'), 'source <(kubectl completion bash)\n')
  expect(await completion()).toMatchObject({ state: 'done' })
})

test('system: Linux with a way to root; without one it is said; elsewhere the rest is left out', async () => {
  const system = async (os: string, root: string) => {
    const { target } = at.node
    const look = async () => ({ os, arch: 'amd64', system: os, distribution: ['debian'], user: 'ann', root })
    return at.plan('node', {}, { targets: { get: async () => ({ ...target, look }) as typeof target } })
  }
  expect((await system('linux', 'sudo'))['system']).toMatchObject({ state: 'done', facts: { user: 'ann', root: 'sudo' } })
  const rootless = await system('linux', 'none')
  expect(rootless['system']).toMatchObject({ state: 'todo', root: true })
  expect(Object.keys(rootless)).toContain('network')
  expect(Object.keys(await system('darwin', 'sudo'))).toEqual(['system'])
})

test('checks: what is wrong and how much of it can be put right; a node has its own ports', async () => {
  const checks = async () => (await at.plan('node'))['checks']
  at.world.report.findings = [{ result: 'ok' }, { result: 'warning', fixable: true }, { result: 'unknown' }]
  expect(await checks()).toMatchObject({ state: 'done', facts: { problems: 0, warnings: 1, unknown: 1, fixable: 1, checks: 3 } })
  at.world.report.findings = [{ result: 'problem', fixable: true }]
  at.world.steps = [
    step('swap-off', null, [command(['swapoff', '-a'])]),
    step('fstab', null, [file('/etc/fstab', 'a\n', '#a\n'), file('/etc/old', 'x', null), file('/etc/new.d/k8s.conf', null, "it's\n")]),
    step('package-install', null, [installAction('dnf', ['conntrack-tools'])]),
    { ...step('hosts', null, [command(['true'])]), done: true },
  ]
  expect(await checks()).toMatchObject({
    state: 'todo',
    root: true,
    facts: { steps: 4 },
    download: { kind: 'packages', names: ['conntrack-tools'], from: null, key: null },
    action: { kind: 'plan' },
  })
  expect((await checks())?.commands).toEqual([
    'swapoff -a',
    "printf %s '#a\n' | tee /etc/fstab",
    'rm -f -- /etc/old',
    'mkdir -p -- /etc/new.d',
    "printf %s 'it'\\''s\n' | tee /etc/new.d/k8s.conf",
    'dnf -y install conntrack-tools',
  ])
  at.world.steps = []
  at.world.report.findings = [{ result: 'problem', fixable: false }]
  expect(await checks()).toMatchObject({
    state: 'todo',
    commands: ['cove host check --target container:host-1 --role control-plane'],
    action: { kind: 'open', page: 'checks' },
  })
  at.world.report.member = true
  expect(await checks()).toMatchObject({ state: 'done' })
  await at.propose('checks')
  expect(at.world.planned).toMatchObject([['container:host-1', { role: 'control-plane' }, []]])
})

test('runtime: as recorded on a bare host; what is off or absent has a plan, the rest a page', async () => {
  const runtime = async () => (await at.plan('node'))['runtime']
  expect(await runtime()).toMatchObject({ state: 'done', facts: { runtime: 'containerd', finding: null } })
  const wrong = (id: string) =>
    Object.assign(at.world.runtimes, { runtimes: [], findings: [{ id, level: 'problem' }] as unknown as typeof at.world.runtimes.findings })
  for (const [id, kind] of [
    ['no-runtime', 'plan'],
    ['runtime-stopped', 'open'],
    ['docker-without-cri', 'open'],
    ['cri-too-old', 'open'],
    ['several-sockets', 'open'],
  ] as const) {
    wrong(id)
    expect(await runtime()).toMatchObject({ state: 'todo', facts: { finding: id }, action: { kind } })
  }
})

test('cgroup driver: agreed, wrong before and after the host is a node, and waited for', async () => {
  const driver = async () => (await at.plan('node'))['cgroup-driver']
  expect(await driver()).toMatchObject({ state: 'done', facts: { driver: 'systemd', wanted: 'systemd' } })
  Object.assign(at.world.runtimes, runtimesOf(partsOf(recorded('joined-host'))))
  expect(await driver()).toMatchObject({
    state: 'todo',
    root: true,
    facts: { driver: 'cgroupfs' },
    action: { kind: 'open', page: 'runtimes' },
  })
  at.world.runtimes = { ...at.world.runtimes, kubelet: { ...at.world.runtimes.kubelet, joined: false } }
  const todo = await driver()
  expect(todo).toMatchObject({ state: 'todo', download: null, action: { kind: 'plan' } })
  expect(todo?.commands.map((line) => line.slice(-30))).toEqual([
    expect.stringContaining('| tee /etc/containerd/config.toml'.slice(-30)),
    'systemctl restart containerd.service'.slice(-30),
  ])
  expect(todo?.commands[0]).toContain('SystemdCgroup = true')
  // The step before is about the same file.
  at.world.runtimes = { ...at.world.runtimes, findings: [...at.world.runtimes.findings, { id: 'cri-disabled', level: 'problem' } as never] }
  expect(await driver()).toMatchObject({ state: 'waiting', commands: [], action: null })
  at.world.runtimes = { ...at.world.runtimes, findings: at.world.runtimes.findings.slice(0, -1) }
  expect(await at.propose('cgroup-driver')).toMatchObject({ purpose: 'runtime-driver', facts: { driver: 'systemd' } })
  Object.assign(at.world.runtimes, { runtimes: [], findings: [] })
  expect(await driver()).toMatchObject({ state: 'waiting' })
})

test('programs: there, or as packages of the minor that was wished for; a host without packages says so', async () => {
  const programs = async (kubernetes?: string) => (await at.plan('node', kubernetes ? { kubernetes } : {}))['programs']
  expect(await programs()).toMatchObject({ state: 'done', facts: { kubeadm: 'v1.34.4' }, root: false, commands: [], action: null })
  // Beside those that are there only their own kubectl comes, whatever is wished for.
  at.world.kubeadm = { ...at.world.kubeadm, programs: { kubeadm: 'v1.34.4', kubelet: 'v1.34.4', kubectl: null } }
  const alone = await programs('v1.35')
  expect(alone).toMatchObject({ state: 'todo', facts: { kubectl: null }, download: { names: ['kubectl'] }, action: { kind: 'plan' } })
  expect(alone?.commands.join('\n')).toContain('https://pkgs.k8s.io/core:/stable:/v1.34/deb/')
  expect(alone?.commands.join('\n')).not.toMatch(/kubeadm|kubelet/)
  const kubectlOnly = await at.propose('programs', { kubernetes: 'v1.35' })
  expect(kubectlOnly).toMatchObject({ facts: { kubernetes: 'v1.34' } })
  expect(kubectlOnly.steps.map(({ id }) => id)).not.toContain('kubelet-enable')
  at.world.kubeadm = { ...at.world.kubeadm, programs: { kubeadm: null, kubelet: 'v1.34.4', kubectl: null } }
  const todo = await programs('v1.33')
  expect(todo).toMatchObject({ state: 'todo', root: true, action: { kind: 'plan' } })
  expect(todo?.commands.join('\n')).toContain('https://pkgs.k8s.io/core:/stable:/v1.33/deb/')
  const key = 'https://pkgs.k8s.io/core:/stable:/v1.33/deb/Release.key'
  expect(todo?.download).toEqual({ kind: 'packages', names: ['kubelet', 'kubeadm', 'kubectl'], from: 'pkgs.k8s.io', key })
  expect(await at.propose('programs', { kubernetes: 'v1.33' })).toMatchObject({
    purpose: 'kubernetes-packages',
    facts: { kubernetes: 'v1.33' },
    warnings: [{ id: 'kubernetes-packages' }],
  })
  Object.assign(at.node.target, {
    look: async () => ({ os: 'linux', arch: 'amd64', system: 'Alpine', distribution: ['alpine'], user: 'root', root: 'direct' }),
  })
  expect(await programs()).toMatchObject({
    state: 'todo',
    commands: [],
    action: null,
    error: { code: 'runtime-install-unknown', facts: { reason: 'alpine' } },
  })
  await expect(at.propose('programs')).rejects.toMatchObject({ code: 'runtime-install-unknown' })
})

test('kubeadm and the pod network come one after the other', async () => {
  const both = async (role?: 'worker') => {
    const { kubeadm, network } = await at.plan('node', role ? { role } : {})
    return [kubeadm, network]
  }
  expect(await both()).toMatchObject([
    { state: 'todo', root: true, facts: { role: 'control-plane' }, commands: [expect.stringContaining('kubeadm init')] },
    { state: 'waiting' },
  ])
  expect(await both('worker')).toMatchObject([{ commands: [expect.stringContaining('kubeadm join')] }, {}])
  at.world.kubeadm = { ...at.world.kubeadm, jobId: 'job-9' }
  expect(await both()).toMatchObject([{ state: 'running', jobId: 'job-9' }, { state: 'waiting' }])
  at.world.kubeadm = { ...at.world.kubeadm, jobId: null, kind: 'worker' }
  expect(await both()).toMatchObject([{ state: 'done', facts: { kind: 'worker' }, commands: [] }, { state: 'todo' }])
  at.world.kubeadm = { ...at.world.kubeadm, network: true }
  expect(await both()).toMatchObject([{ state: 'done' }, { state: 'done', commands: [] }])
  at.world.kubeadm = { ...at.world.kubeadm, kind: 'none', programs: { kubeadm: null, kubelet: null, kubectl: null } }
  expect(await both()).toMatchObject([{ state: 'waiting' }, { state: 'done' }])
})

const rooms: readonly (readonly [keyof SetupDeps, readonly string[]])[] = [
  ['engines', ['engine']],
  ['toolchain', ['kubectl', 'kind', 'kubectl-path']],
  ['toolDetails', ['kubectl-path', 'completion']],
  ['clusters', ['kind', 'cluster']],
  ['kubeconfig', ['context']],
  ['targets', ['system']],
  ['hostChecks', ['checks']],
  ['runtimes', ['runtime', 'cgroup-driver']],
  ['kubeadm', ['programs', 'kubeadm', 'network']],
]
test.each(rooms)('where %s does not answer, only what it would have said is not known', async (room, ids) => {
  const broken = new Proxy({} as never, {
    get: (_, name) => (name === 'os' ? 'linux' : name === 'binDir' ? '/bin' : () => Promise.reject(failed())),
  })
  for (const intent of ['cluster', 'kubectl', 'node'] as const) {
    const steps = await at.plan(intent, {}, { [room]: broken })
    for (const step of Object.values(steps)) {
      if (ids.includes(step.id)) expect(step, step.id).toMatchObject({ state: 'unknown', error: { code: 'command-failed' }, action: null })
      else expect(step.state, step.id).not.toBe('unknown')
    }
  }
})

test('a bug is no unknown state', async () => {
  const engines = { status: () => Promise.reject(new Error('a bug')) }
  await expect(at.plan('cluster', {}, { engines })).rejects.toThrow('a bug')
})

test('a runtime that is not there is fetched: packages, commands and key as in its plan; without a plan it says why', async () => {
  Object.assign(at.world.runtimes, { runtimes: [], findings: [{ id: 'no-runtime', level: 'problem' }] })
  at.node.files.delete('/etc/containerd/config.toml')
  const on = async (user: string, ...names: string[]) => {
    const look = async () => ({
      os: 'linux',
      arch: 'amd64',
      system: names[0],
      distribution: names,
      user,
      root: user === 'root' ? 'direct' : 'sudo',
    })
    Object.assign(at.node.target, { look })
    return (await at.plan('node'))['runtime']
  }
  const planned = async () => (await at.propose('runtime')).steps.find(({ id }) => id === 'runtime-install')?.facts['package']
  const debian = await on('ann', 'debian')
  expect(debian).toMatchObject({ action: { kind: 'plan' }, download: { kind: 'packages', names: ['containerd'], from: null, key: null } })
  expect(debian?.commands.every((line) => /^sudo |\| sudo tee /.test(line))).toBe(true)
  expect(debian?.commands.map((line) => line.replace(/^printf .*\| /s, ''))).toEqual([
    'sudo mkdir -p -- /etc/containerd',
    'sudo tee /etc/containerd/config.toml',
    'sudo apt-get update',
    'sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confold install --no-install-recommends containerd',
    'sudo systemctl enable --now containerd.service',
  ])
  expect(await planned()).toBe('containerd')
  expect((await on('root', 'rocky', 'rhel', 'centos', 'fedora'))?.download).toEqual({
    kind: 'packages',
    names: ['containerd.io'],
    from: 'download.docker.com',
    key: 'https://download.docker.com/linux/rhel/gpg',
  })
  expect(await planned()).toBe('containerd.io')
  expect(await on('root', 'alpine')).toMatchObject({
    state: 'todo',
    commands: [],
    download: null,
    action: { kind: 'open', page: 'runtimes' },
    error: { code: 'runtime-install-unknown', facts: { reason: 'alpine' } },
  })
  await expect(planned()).rejects.toMatchObject({ code: 'runtime-install-unknown' })
})

test('containerd with its CRI plugin off is turned on', async () => {
  at.node.files.set('/etc/containerd/config.toml', 'disabled_plugins = ["cri"]\n')
  Object.assign(at.world.runtimes, { findings: [{ id: 'cri-disabled', level: 'problem' }] })
  expect(await at.propose('runtime')).toMatchObject({ purpose: 'runtime-enable-cri' })
  const { runtime } = await at.plan('node')
  expect(runtime).toMatchObject({ state: 'todo', download: null, action: { kind: 'plan' } })
  expect(runtime?.commands.at(-1)).toBe('systemctl restart containerd.service')
  at.node.files.set('/etc/containerd/config.toml', 'disabled_plugins = ["cri"\n')
  expect((await at.plan('node'))['runtime']).toMatchObject({
    error: { code: 'runtime-config-refused' },
    action: { kind: 'open' },
    commands: [],
  })
})

test('kubeadm is said to fetch the images of the version that is there, fewer for a worker, and none for a node', async () => {
  const images = async (role?: 'worker') => (await at.plan('node', role ? { role } : {}))['kubeadm']?.download
  expect(await images()).toMatchObject({ kind: 'images', from: 'registry.k8s.io', digest: false })
  expect((await images()) as { names?: string[] }).toHaveProperty('names.length', 7)
  expect(await images('worker')).toMatchObject({ names: ['registry.k8s.io/kube-proxy:v1.34.4', 'registry.k8s.io/pause:3.10.1'] })
  at.world.kubeadm = { ...at.world.kubeadm, programs: { kubeadm: null, kubelet: null, kubectl: null } }
  expect(await images()).toMatchObject({ names: [] })
  at.world.kubeadm = { ...at.world.kubeadm, kind: 'worker' }
  expect(await images()).toBeNull()
})

test('a step that plans nothing is refused', async () => {
  for (const step of ['engine', 'system', 'kubeadm', 'network'] as const)
    await expect(at.propose(step)).rejects.toMatchObject({ code: 'bad-input', facts: { field: 'step' } })
})
