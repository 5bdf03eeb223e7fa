import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { linesOf } from '../host-changes/lines.ts'
import { planScript } from '../host-changes/script.ts'
import { createNode } from '../runtimes/fixtures/machine.ts'
import { kubernetesSteps } from './kubernetes-packages.ts'

/** A host of that distribution: `ID` and `ID_LIKE` of its os-release. */
function hostOf(...distribution: string[]) {
  const node = createNode('host-1')
  Object.assign(node.target, {
    look: async () => ({ os: 'linux', arch: 'amd64', system: distribution[0], distribution, user: 'root', root: 'direct' }),
  })
  return node
}
const stepsOf = (minor: string, ...distribution: string[]) => kubernetesSteps(hostOf(...distribution).target, { minor })
const commandsOf = (steps: Awaited<ReturnType<typeof stepsOf>>) =>
  steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'command' ? action.argv.join(' ') : [])))
const filesOf = (steps: Awaited<ReturnType<typeof stepsOf>>) =>
  steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'file' ? [[action.path, action.after]] : [])))

/** As the official page has them: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/ */
const official = {
  aptKey: 'https://pkgs.k8s.io/core:/stable:/v1.34/deb/Release.key',
  aptLine: (keyring: string) => `deb [signed-by=${keyring}] https://pkgs.k8s.io/core:/stable:/v1.34/deb/ /`,
  yum: [
    '[kubernetes]',
    'name=Kubernetes',
    'baseurl=https://pkgs.k8s.io/core:/stable:/v1.34/rpm/',
    'enabled=1',
    'gpgcheck=1',
    'gpgkey=https://pkgs.k8s.io/core:/stable:/v1.34/rpm/repodata/repomd.xml.key',
    'exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni',
  ],
}

test.each([[['debian']], [['ubuntu', 'debian']]])(
  '%s: the key, the line of the page, the packages, held, the kubelet at boot',
  async (ids) => {
    const steps = await stepsOf('v1.34', ...ids)
    expect(steps.map(({ id }) => id)).toEqual(['kubernetes-repository', 'kubernetes-install', 'kubernetes-hold', 'kubelet-enable'])
    const [path, text] = filesOf(steps)[0] ?? []
    expect(path).toBe('/etc/apt/sources.list.d/kubernetes.list')
    expect(text).toBe(`${official.aptLine('/etc/apt/keyrings/kubernetes.asc')}\n`)
    const commands = commandsOf(steps)
    expect(commands.find((line) => line.startsWith('curl'))).toContain(`-o /etc/apt/keyrings/kubernetes.asc ${official.aptKey}`)
    expect(commands.filter((line) => line.startsWith('apt-get update'))).toHaveLength(1)
    expect(commands.find((line) => line.includes(' install --no-install-recommends'))).toMatch(/ kubelet kubeadm kubectl$/)
    expect(commands.slice(-2)).toEqual(['apt-mark hold kubelet kubeadm kubectl', 'systemctl enable --now kubelet'])
  },
)

test.each([
  ['debian', `deb [signed-by=/etc/apt/keyrings/kubernetes.asc] https://mirror.test/core/v1.34/deb/ /\n`],
  ['fedora', official.yum.join('\n').replace('baseurl=https://pkgs.k8s.io/core:/stable:', 'baseurl=https://mirror.test/core') + '\n'],
])('%s: from a mirror come the packages, never the key that they are checked by', async (id, text) => {
  const steps = await kubernetesSteps(hostOf(id).target, { minor: 'v1.34', mirror: 'https://mirror.test/core/' })
  expect(filesOf(steps)[0]?.[1]).toBe(text)
  expect(steps[0]?.facts).toMatchObject({ repository: 'mirror.test' })
  const fetches = commandsOf(steps).filter((line) => line.startsWith('curl'))
  expect(fetches.map((line) => line.split(' ').at(-1))).toEqual(id === 'debian' ? [official.aptKey] : [])
})

test('an address with blanks cannot bring words of its own into a file of root', async () => {
  const steps = await kubernetesSteps(hostOf('debian').target, { minor: 'v1.34', mirror: 'https://mirror.test/ [trusted=yes]' })
  expect(filesOf(steps)[0]?.[1]).toBe(
    'deb [signed-by=/etc/apt/keyrings/kubernetes.asc] https://mirror.test/%20[trusted=yes]/v1.34/deb/ /\n',
  )
})

test('a Debian without curl gets it before the key; an undo takes it away again, and leaves the authorities that others trust by then', async () => {
  const node = hostOf('debian')
  node.refuse = 'command -v curl'
  const [repository] = await kubernetesSteps(node.target, { minor: 'v1.34' })
  const commands = (repository?.actions ?? []).filter((action) => action.kind === 'command')
  expect(commands.map(({ argv }) => argv.join(' ')).slice(0, 2)).toEqual([
    'apt-get update',
    expect.stringMatching(/ install --no-install-recommends ca-certificates curl$/),
  ])
  expect(commands[1]?.undo?.join(' ')).toMatch(/ remove curl$/)
  expect(commands.findIndex(({ argv }) => argv[0] === 'curl')).toBeGreaterThan(1)
})

test.each([[['rocky', 'rhel', 'centos', 'fedora']], [['fedora']]])(
  '%s: the repository of the page leaves the packages out, and the install alone takes them',
  async (ids) => {
    const steps = await stepsOf('v1.34', ...ids)
    expect(filesOf(steps)).toEqual([['/etc/yum.repos.d/kubernetes.repo', `${official.yum.join('\n')}\n`]])
    expect(commandsOf(steps)).toEqual([
      'dnf -y install --setopt=disable_excludes=kubernetes kubelet kubeadm kubectl',
      'systemctl enable --now kubelet',
    ])
    const install = steps[1]?.actions[0]
    expect(install).toMatchObject({
      undo: ['dnf', '-y', 'remove', 'kubelet', 'kubeadm', 'kubectl'],
      check: ['rpm', '-q', 'kubelet', 'kubeadm', 'kubectl'],
    })
  },
)

test('opensuse: the same packages in the folder of zypper, which knows no excludes', async () => {
  const steps = await stepsOf('v1.34', 'opensuse-leap', 'suse', 'opensuse')
  expect(filesOf(steps)).toEqual([['/etc/zypp/repos.d/kubernetes.repo', `${official.yum.slice(0, -1).join('\n')}\n`]])
  // Of this repository alone: zypper's own option would trust the keys of all.
  expect(commandsOf(steps).slice(0, 2)).toEqual([
    'rpm --import https://pkgs.k8s.io/core:/stable:/v1.34/rpm/repodata/repomd.xml.key',
    'zypper --non-interactive install kubelet kubeadm kubectl',
  ])
})

test('arch has them itself', async () => {
  const steps = await stepsOf('v1.34', 'arch')
  expect(filesOf(steps)).toEqual([])
  expect(commandsOf(steps)).toEqual(['pacman -S --noconfirm --needed kubelet kubeadm kubectl', 'systemctl enable --now kubelet'])
})

test.each([
  [[], ['kubelet', 'kubeadm', 'kubectl']],
  [['kubectl'], ['kubelet', 'kubeadm']],
  [['kubectl', 'kubelet', 'kubeadm'], []],
])('an undo takes away what was not there before: %j', async (packages, removed) => {
  const host = hostOf('debian')
  host.packages = packages
  const install = (await kubernetesSteps(host.target, { minor: 'v1.34' }))[1]?.actions.find(
    (one) => one.kind === 'command' && one.argv.includes('install'),
  )
  const undo = install?.kind === 'command' ? (install.undo ?? ['nothing']) : ['nothing']
  expect(undo.slice(undo.indexOf('remove') + 1)).toEqual(removed)
})

test.each([
  ['alpine', 'alpine'],
  ['gentoo', 'distribution'],
])('%s is refused, with the reason', async (id, reason) => {
  await expect(stepsOf('v1.34', id)).rejects.toMatchObject({
    code: 'runtime-install-unknown',
    facts: { runtime: 'kubeadm', distribution: id, reason },
  })
})

test('another minor has its own repository', async () => {
  expect(filesOf(await stepsOf('v1.33', 'debian'))[0]?.[1]).toContain('/stable:/v1.33/deb/ /')
  expect(JSON.stringify(await stepsOf('v1.33', 'fedora'))).not.toContain('v1.34')
})

test('a repository that is there already is not written again', async () => {
  const host = hostOf('fedora')
  host.files.set('/etc/yum.repos.d/kubernetes.repo', `${official.yum.join('\n')}\n`)
  const [repository] = await kubernetesSteps(host.target, { minor: 'v1.34' })
  expect(repository?.actions[0]).toMatchObject({ before: `${official.yum.join('\n')}\n` })
  expect(repository?.done).toBe(true)
  expect(linesOf([repository as never], true)).toEqual([])
})

test.each([[['debian']], [['ubuntu', 'debian']], [['rocky', 'rhel']], [['fedora']], [['opensuse-tumbleweed', 'suse']], [['arch']]])(
  '%s: script and lines are what a shell reads',
  async (ids) => {
    const steps = await stepsOf('v1.34', ...ids)
    const script = planScript('kubernetes', steps)
    expect(script).toContain('kubelet')
    execFileSync('sh', ['-n'], { input: script })
    const lines = linesOf(steps, true)
    execFileSync('sh', ['-n'], { input: lines.join('\n') })
    expect(lines.every((line) => /^sudo |\| sudo tee /.test(line))).toBe(true)
    expect(linesOf(steps, false).join('\n')).not.toContain('sudo')
  },
)
