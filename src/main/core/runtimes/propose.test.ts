import { expect, test } from 'vitest'
import type { RuntimeChange } from '#shared/contract/runtimes.ts'
import { createNode } from './fixtures/machine.ts'
import { criDockerdParts, partsOf, recorded } from './fixtures/parts.ts'
import { installSteps, type Install } from './install.ts'
import { look } from './look.ts'
import { proposal } from './propose.ts'
import { readLook } from './read-look.ts'

const plan = async (change: RuntimeChange, node = createNode('host-1')) => proposal(node.target, await look(node.target), change)
const short = ({ steps }: Awaited<ReturnType<typeof plan>>) =>
  steps.map(({ id, done, actions }) => [
    id,
    done,
    ...actions.map((action) => (action.kind === 'file' ? action.path : action.argv.join(' '))),
  ])

test('another driver on a node of a cluster: one file, a restart that is its own undo, and what it would break', async () => {
  const made = await plan({ kind: 'driver', runtime: 'containerd', driver: 'systemd' })
  expect(short(made)).toEqual([
    ['runtime-driver', false, '/etc/containerd/config.toml'],
    ['runtime-restart', false, 'systemctl restart containerd.service'],
  ])
  expect(made.steps[1]?.actions[0]).toMatchObject({
    undo: ['systemctl', 'restart', 'containerd.service'],
    check: ['systemctl', 'is-active', '--quiet', 'containerd.service'],
  })
  expect(made.warnings?.map(({ id }) => id)).toEqual(['runtime-breaks-kubelet', 'runtime-restarts'])
  expect(made.steps.every(({ root }) => root)).toBe(true)
})

test('what is so already is done, and nothing is restarted for it', async () => {
  const made = await plan({ kind: 'driver', runtime: 'containerd', driver: 'cgroupfs' })
  expect(short(made).map(([, done]) => done)).toEqual([true, true])
  expect(made.warnings).toEqual([])
})

test('the sandbox image is that of kubeadm where none is named; mirrors need no restart where their folder is known', async () => {
  const made = await plan({ kind: 'sandbox-image', runtime: 'containerd', image: null })
  expect(made.facts).toMatchObject({ image: 'registry.k8s.io/pause:3.10.1' })
  const mirrors: RuntimeChange = { kind: 'mirrors', runtime: 'containerd', registry: 'docker.io', endpoints: ['https://m.test'] }
  expect(short(await plan(mirrors))).toEqual([['runtime-mirrors', false, '/etc/containerd/certs.d/docker.io/hosts.toml']])
  const node = createNode('host-1')
  node.files.set('/etc/containerd/config.toml', 'version = 2\n')
  expect(short(await plan(mirrors, node))).toEqual([
    ['runtime-mirrors', false, '/etc/containerd/certs.d/docker.io/hosts.toml'],
    ['runtime-mirrors-folder', false, '/etc/containerd/config.toml'],
    ['runtime-restart', false, 'systemctl restart containerd.service'],
  ])
})

test('what cannot be is refused', async () => {
  await expect(plan({ kind: 'driver', runtime: 'cri-o', driver: 'systemd' })).rejects.toMatchObject({ code: 'runtime-not-installed' })
  await expect(plan({ kind: 'cri-dockerd-unit' })).rejects.toMatchObject({ code: 'runtime-not-installed' })
  const node = createNode('host-1')
  node.files.set('/etc/containerd/config.toml', '[plugins.cri]\nsystemd_cgroup = true\n')
  await expect(plan({ kind: 'driver', runtime: 'containerd', driver: 'systemd' }, node)).rejects.toMatchObject({
    code: 'runtime-config-refused',
    facts: { reason: 'config-version-1' },
  })
  const mac = createNode('mac')
  Object.assign(mac.target, {
    look: async () => ({ os: 'darwin', arch: 'arm64', system: 'macOS', distribution: [], user: 'ann', root: 'none' }),
  })
  await expect(plan({ kind: 'driver', runtime: 'containerd', driver: 'systemd' }, mac)).rejects.toMatchObject({ code: 'host-unsupported' })
})

test('a cri-dockerd without units gets them, and is started on the socket of kubeadm', async () => {
  const seen = { ...(await look(createNode('host-1').target)), ...readLook(partsOf(recorded('docker-machine'), criDockerdParts)) }
  const made = await proposal(createNode('host-1').target, seen, { kind: 'cri-dockerd-unit' })
  const [units, start] = made.steps
  const socket = units?.actions.find((action) => action.kind === 'file' && action.path.endsWith('.socket'))
  expect(socket).toMatchObject({ after: expect.stringContaining('ListenStream=%t/cri-dockerd.sock') })
  expect(start?.actions[0]).toMatchObject({ argv: ['systemctl', 'enable', '--now', 'cri-docker.socket', 'cri-docker.service'] })
  const docker = await proposal(createNode('host-1').target, seen, { kind: 'driver', runtime: 'docker', driver: 'systemd' })
  expect(short(docker).map(([id, , what]) => [id, what])).toEqual([
    ['runtime-driver', '/etc/docker/daemon.json'],
    ['runtime-restart', 'systemctl restart docker.service'],
    ['runtime-restart', 'systemctl restart cri-docker.service'],
  ])
})

const fresh = { package: null, isRunning: false }

/** os-release, then what is asked for, then the package and where it comes from. */
const installs: readonly (readonly [Install['distribution'], Install['runtime'], Install['source'], string | null, string | null])[] = [
  [['debian'], 'containerd', 'distribution', 'apt-get', 'containerd'],
  [['ubuntu', 'debian'], 'containerd', 'vendor', 'apt-get', 'containerd.io'],
  [['debian'], 'docker', 'distribution', 'apt-get', 'docker.io'],
  [['debian'], 'cri-o', 'vendor', 'apt-get', 'cri-o'],
  [['debian'], 'cri-o', 'distribution', null, null],
  [['rocky', 'rhel', 'centos', 'fedora'], 'containerd', 'vendor', 'dnf', 'containerd.io'],
  [['rocky', 'rhel', 'centos', 'fedora'], 'containerd', 'distribution', null, null],
  [['rhel', 'fedora'], 'cri-o', 'vendor', 'dnf', 'cri-o'],
  [['fedora'], 'containerd', 'distribution', 'dnf', 'containerd'],
  [['opensuse-leap', 'suse', 'opensuse'], 'containerd', 'distribution', 'zypper', 'containerd'],
  [['opensuse-tumbleweed', 'opensuse', 'suse'], 'cri-o', 'distribution', 'zypper', 'cri-o'],
  [['arch'], 'containerd', 'distribution', 'pacman', 'containerd'],
  [['arch'], 'docker', 'vendor', null, null],
  [['alpine'], 'containerd', 'distribution', null, null],
  [['nixos'], 'containerd', 'distribution', null, null],
]
test.each(installs)('%s, %s of the %s', async (distribution, runtime, source, manager, name) => {
  const node = createNode('host-1')
  node.files.set('/etc/os-release', 'ID=debian\nVERSION_CODENAME=bookworm\n')
  const steps = installSteps(node.target, { runtime, source, distribution, kubernetes: 'v1.34.4', ...fresh })
  if (manager === null) {
    await expect(steps).rejects.toMatchObject({
      code: 'runtime-install-unknown',
      facts: { reason: distribution[0] === 'alpine' ? 'alpine' : distribution[0] === 'nixos' ? 'distribution' : source },
    })
    return
  }
  const commands = (await steps).flatMap((step) => step.actions.flatMap((action) => (action.kind === 'command' ? [action] : [])))
  const install = commands.find(({ argv }) => argv.includes(manager) && argv.at(-1) === name)
  expect(install?.undo?.at(-1)).toBe(name)
  expect(commands.at(-1)).toMatchObject({
    argv: ['systemctl', 'enable', '--now', expect.stringMatching(/\.service$/)],
    check: expect.anything(),
  })
  // Nothing is a shell line, and every address is https.
  for (const { argv } of commands) expect(argv.join(' ')).not.toMatch(/[|;&`$]|http:/)
  for (const step of await steps) expect(step.link, step.id).toMatch(/^https:\/\//)
})

test('repositories are files that name their key and the release of the target', async () => {
  const node = createNode('host-1')
  node.files.set('/etc/os-release', 'ID=debian\nVERSION_CODENAME=bookworm\n')
  const steps = await installSteps(node.target, {
    runtime: 'containerd',
    source: 'vendor',
    distribution: ['debian'],
    kubernetes: null,
    ...fresh,
  })
  expect(steps[0]?.actions.find((action) => action.kind === 'file')).toMatchObject({
    path: '/etc/apt/sources.list.d/docker.list',
    before: null,
    after: 'deb [signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian bookworm stable\n',
  })
  // Before the package, so that it starts with systemd as driver.
  expect(steps.map(({ id }) => id)).toEqual(['runtime-repository', 'runtime-driver', 'runtime-install', 'runtime-start'])
  const crio = await installSteps(node.target, {
    runtime: 'cri-o',
    source: 'vendor',
    distribution: ['fedora'],
    kubernetes: 'v1.33.1',
    ...fresh,
  })
  expect(crio[0]?.actions[0]).toMatchObject({ path: '/etc/yum.repos.d/cri-o.repo', after: expect.stringContaining('/v1.33/rpm/') })
})

test.each([
  [true, []],
  [false, ['rm', '-f', '/etc/apt/keyrings/docker.asc']],
])('an undo of a repository whose key was there before: %s', async (there, undo) => {
  const node = createNode('host-1')
  if (there) node.files.set('/etc/apt/keyrings/docker.asc', 'key')
  const wish = { runtime: 'containerd', source: 'vendor', distribution: ['debian'], kubernetes: null, ...fresh } as const
  const [repository] = await installSteps(node.target, wish)
  const fetched = repository?.actions.find((action) => action.kind === 'command' && action.argv[0] === 'curl')
  expect(fetched).toMatchObject({ undo })
})

test('what is installed and runs already is done, so that an undo does not take it away', async () => {
  const made = await plan({ kind: 'install', runtime: 'containerd', source: 'distribution' })
  expect(short(made).map(([id, done]) => [id, done])).toEqual([
    ['runtime-driver', false],
    ['runtime-install', true],
    ['runtime-start', true],
    ['runtime-restart', false],
  ])
})
