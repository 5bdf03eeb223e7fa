import type { HostIntent } from '../../src/shared/contract/host-checks.ts'
import type { HostPlan } from '../../src/shared/contract/host-changes.ts'
import type { RuntimeChange } from '../../src/shared/contract/runtimes.ts'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { createStack } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import { makeMachine } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { succeeds } from '../support/jobs.ts'
import { kubeadmVersionOf } from '../support/kubeadm.ts'
import { installedOf, servePackages } from '../support/packages.ts'
import { expect, realGround, test } from '../support/test.ts'

// What plans install, applied with the package manager of a real Debian, read back and undone. Not here, as neither Debian nor Go's modules have them:
// CRI-O, cri-dockerd, Mirantis Container Runtime. Their texts and units are read and written by the unit tests beside src/main/core/runtimes.
const name = 'cove-host-packages'
const target = `container:${name}`
const config = '/etc/containerd/config.toml'
const intent: HostIntent = { role: 'control-plane', kubernetes: null, podSubnets: [], serviceSubnets: [], criSocket: null }

test.describe.configure({ mode: 'serial' })

test.describe('packages and services of a host', () => {
  let host: BareHost
  let api: CoveClient['api']
  const { onEnd, end } = createStack()

  test.beforeAll(async () => {
    const chosen = realGround()
    test.skip(chosen.kind !== 'kit', 'needs the kit: its host has Debian and packages')
    // Where the image of such a host is not there yet, it is made first.
    test.setTimeout(400_000)
    host = await startBareHost(chosen, { name, ssh: true })
    onEnd(host.end)
    await servePackages(host)
    const machine = await makeMachine({ programs: {} })
    onEnd(machine.remove)
    const cove = await coveOn(machine)
    onEnd(cove.end)
    api = cove.api
  })
  test.afterAll(end)

  const sh = (script: string, ...args: string[]) => host.run('sh', '-ec', script, 'sh', ...args)
  /** Applies a plan; resolves with what undoes it. */
  const apply = async (planned: Promise<HostPlan>) => {
    const { id } = await planned
    await succeeds(api, api.hostChanges.apply({ planId: id }))
    const [record] = await api.hostChanges.records({ target })
    return () => succeeds(api, api.hostChanges.undo({ recordId: record?.id ?? '' }))
  }
  const change = (what: RuntimeChange) => apply(api.runtimes.propose({ target, change: what }))
  const runtime = async (which: 'containerd' | 'docker') => {
    const seen = await api.runtimes.look({ target })
    return { ...seen.runtimes.find((each) => each.name === which), findings: seen.findings.map(({ id }) => id) }
  }

  test('a program that is missing comes with its package, ufw opens the ports of a control plane; undone, both are as before', async () => {
    await sh('dpkg --purge ethtool; apt-get -qq update')
    await sh('DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ufw; ufw --force enable')
    const wrong = { 'tool-ethtool': 'useful', 'firewall-ufw': 'closed' }
    const ids = Object.keys(wrong)
    const found = async () => {
      const { findings } = await api.hostChecks.run({ target, intent })
      return Object.fromEntries(findings.filter(({ id }) => ids.includes(id)).map(({ id, variant }) => [id, variant]))
    }
    expect(await found()).toEqual(wrong)
    const undo = await apply(api.hostChecks.plan({ target, intent, ids }))
    expect(await found()).toEqual({ 'tool-ethtool': 'ok', 'firewall-ufw': 'open' })
    expect(await installedOf(host, 'ethtool')).toEqual(['ethtool'])
    expect(await sh('ufw status')).toMatch(/^2379:2380\/tcp +ALLOW/m)
    await undo()
    expect(await found()).toEqual(wrong)
    expect(await installedOf(host, 'ethtool')).toEqual([])
    expect(await sh('ufw status')).not.toContain('ALLOW')
    await sh('ufw --force disable')
  })

  test('firewalld opens the ports now and for good; undone, what was open before stays open', async () => {
    await sh('DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends firewalld; systemctl start firewalld')
    // Open until the next reload alone.
    await sh('firewall-cmd --quiet --add-port=6443/tcp')
    const ids = ['firewall-firewalld']
    const variant = async () =>
      (await api.hostChecks.run({ target, intent })).findings.find(({ id }) => id === 'firewall-firewalld')?.variant
    const ports = async () => [await sh('firewall-cmd --list-ports'), await sh('firewall-cmd --permanent --list-ports')]
    expect(await variant()).toBe('closed')
    const undo = await apply(api.hostChecks.plan({ target, intent, ids }))
    expect(await variant()).toBe('open')
    expect(await ports()).toEqual(['2379-2380/tcp 6443/tcp 10250/tcp', '2379-2380/tcp 6443/tcp 10250/tcp'])
    await sh('firewall-cmd --quiet --reload')
    expect(await variant()).toBe('open')
    await undo()
    expect(await ports()).toEqual(['6443/tcp', ''])
    expect(await variant()).toBe('closed')
    await sh('systemctl disable --quiet --now firewalld')
    expect(await variant()).toBe('off')
  })

  test('kubelet, kubeadm and kubectl: the repository and its key, the packages held, the kubelet at boot; undone, nothing is left', async () => {
    await sh('systemctl disable --quiet kubelet')
    const kubernetes = /^v1\.\d+/.exec(await kubeadmVersionOf(host))?.[0] ?? ''
    const names = ['kubeadm', 'kubectl', 'kubelet']
    // Beside programs that are there already only the missing one would come.
    const bin = await sh('dirname "$(command -v kubeadm)"')
    await sh('mkdir /aside; mv "$1/kubeadm" "$1/kubelet" /aside/', bin)
    const traces = 'ls /etc/apt/sources.list.d /etc/apt/keyrings; apt-mark showhold; systemctl is-enabled kubelet || true'
    const before = await sh(traces)
    const undo = await apply(api.setup.propose({ intent: 'node', target, step: 'programs', kubernetes }))
    expect((await installedOf(host, ...names)).sort()).toEqual(names)
    expect((await sh('apt-mark showhold')).split('\n')).toEqual(names)
    expect(await sh('cat /etc/apt/sources.list.d/kubernetes.list')).toContain(`https://pkgs.k8s.io/core:/stable:/${kubernetes}/deb/`)
    expect(await sh('systemctl is-enabled kubelet')).toBe('enabled')
    await undo()
    expect(await installedOf(host, ...names)).toEqual([])
    expect(await sh(traces)).toBe(before)
    await sh('mv /aside/* "$1/"; rmdir /aside', bin)
  })

  test('a containerd whose CRI is off is told, and answers after its plan', async () => {
    const kept = `${await sh('cat "$1"', config)}\n`
    // As Docker's own package of containerd has it.
    const off = '#root = "/var/lib/containerd"\ndisabled_plugins = ["cri"]\n'
    const put = (text: string) => sh('printf %s "$2" > "$1"; systemctl restart containerd', config, text)
    await put(off)
    expect(await runtime('containerd')).toMatchObject({ cri: { api: 'disabled' }, findings: expect.arrayContaining(['cri-disabled']) })
    const undo = await change({ kind: 'enable-cri', runtime: 'containerd' })
    await expect
      .poll(() => runtime('containerd'))
      .toMatchObject({ cri: { api: 'v1' }, findings: expect.not.arrayContaining(['cri-disabled']) })
    await undo()
    expect(`${await sh('cat "$1"', config)}\n`).toBe(off)
    await put(kept)
  })

  test('containerd is installed with systemd as its cgroup driver, runs, and goes again', async () => {
    await sh('systemctl stop containerd; dpkg --purge containerd; rm -rf /etc/containerd')
    expect(await runtime('containerd')).toMatchObject({ installed: 'no' })
    const undo = await change({ kind: 'install', runtime: 'containerd', source: 'distribution' })
    await expect
      .poll(() => runtime('containerd'))
      .toMatchObject({ installed: 'yes', driver: 'systemd', cri: { api: 'v1' }, unit: { state: 'running', enabled: true } })
    await undo()
    expect(await runtime('containerd')).toMatchObject({ installed: 'no' })
    // The package's own text, which dpkg lays beside, is dpkg's.
    await sh('test ! -e "$1"', config)
  })

  test('Docker Engine is installed; its driver and mirrors are told by itself after their plans; all of it is undone', async () => {
    const file = '/etc/docker/daemon.json'
    const told = (format: string) => host.run('docker', 'info', `--format=${format}`)
    const uninstall = await change({ kind: 'install', runtime: 'docker', source: 'distribution' })
    const first = await told('{{.CgroupDriver}}')
    expect(await runtime('docker')).toMatchObject({
      installed: 'yes',
      driver: first,
      unit: { state: 'running' },
      shim: { installed: 'no' },
      findings: expect.arrayContaining(['docker-without-cri']),
    })
    const other = first === 'systemd' ? 'cgroupfs' : 'systemd'
    const undoDriver = await change({ kind: 'driver', runtime: 'docker', driver: other })
    expect(await told('{{.CgroupDriver}}')).toBe(other)
    expect(await runtime('docker')).toMatchObject({ driver: other })
    const undoMirrors = await change({ kind: 'mirrors', runtime: 'docker', registry: 'docker.io', endpoints: ['https://mirror.cove.test'] })
    expect(await told('{{json .RegistryConfig.Mirrors}}')).toBe('["https://mirror.cove.test/"]')
    await undoMirrors()
    expect(await told('{{json .RegistryConfig.Mirrors}}')).toMatch(/^(?:null|\[\])$/)
    expect(await told('{{.CgroupDriver}}')).toBe(other)
    await undoDriver()
    expect(await told('{{.CgroupDriver}}')).toBe(first)
    await sh('test ! -e "$1"', file)
    await uninstall()
    expect(await installedOf(host, 'docker.io')).toEqual([])
    expect(await runtime('docker')).toMatchObject({ installed: 'no' })
  })
})
