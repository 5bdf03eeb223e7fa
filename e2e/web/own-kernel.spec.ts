import type { HostIntent, HostReport } from '../../src/shared/contract/host-checks.ts'
import { createStack } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import { makeMachine } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { succeeds } from '../support/jobs.ts'
import { type OwnMachine, startOwnMachine } from '../support/own-machine.ts'
import { expect, realGround, test } from '../support/test.ts'
import { startTimeServer } from '../support/time-server.ts'

// What containers share with the machine below them, on a machine with a kernel of its own, through ssh: modules, swap, SELinux, the clock and who sets it,
// limits of the whole system, cgroup v2. A look takes some seconds there, so what does not depend on each other is provoked, put right and undone together.
const name = 'cove-host-kernel'
const intent: HostIntent = { role: 'control-plane', kubernetes: 'v1.34.4', podSubnets: [], serviceSubnets: [], criSocket: null }

/** Until somebody loads what a node needs. */
const withoutModules = {
  'module-overlay': 'not-loaded',
  'module-br-netfilter': 'not-loaded',
  'modules-persistent': 'missing',
  'sysctl-ip-forward': 'off',
  'sysctl-bridge-iptables': 'no-module',
  'sysctl-bridge-ip6tables': 'no-module',
  'sysctl-persistent': 'missing',
}

/** A machine as Debian comes, small, with a containerd that is off: what is found there at once. */
const asItComes = {
  os: 'ok',
  privilege: 'root',
  'init-system': 'systemd',
  'kernel-version': 'ok',
  // Debian's user-mode Linux has no cpusets.
  'kernel-config': 'missing',
  'cgroup-version': 'ok',
  'cgroup-controllers': 'missing',
  ...withoutModules,
  swap: 'off',
  'swap-persistent': 'ok',
  'runtime-cri': 'stopped',
  'runtime-service': 'stopped',
  'kubeadm-version': 'absent',
  'kubelet-version': 'absent',
  'kubelet-service': 'absent',
  cpus: 'few',
  memory: 'little',
  'disk-space': 'low',
  'inotify-instances': 'low',
  'inotify-watches': 'low',
  'file-limits': 'ok',
  'time-sync': 'not-yet',
  clock: 'ok',
  selinux: 'permissive',
  apparmor: 'off',
  'tool-crictl': 'useful',
}

const provoke = `
systemctl stop systemd-timesyncd
mkdir -p /etc/systemd/timesyncd.conf.d
printf '[Time]\\nNTP=%s\\n' "$1" > /etc/systemd/timesyncd.conf.d/test.conf
date -s '+1 hour' > /dev/null
dd if=/dev/zero of=/swap bs=1M count=16 status=none
chmod 600 /swap
mkswap -q /swap
chcon -t swapfile_t /swap
printf '/swap none swap sw 0 0\\n' >> /etc/fstab
systemctl daemon-reload
modprobe zram
echo 8M > /sys/block/zram0/disksize
mkswap -q /dev/zram0
swapon /swap /dev/zram0
sysctl -qw fs.file-max=65536
sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
setenforce 1
`
const provoked = {
  ...withoutModules,
  swap: 'on',
  'swap-persistent': 'fstab',
  'inotify-instances': 'low',
  'inotify-watches': 'low',
  'file-limits': 'system',
  selinux: 'enforcing',
}
const repaired = {
  'module-overlay': 'loaded',
  'module-br-netfilter': 'loaded',
  'modules-persistent': 'ok',
  'sysctl-ip-forward': 'ok',
  'sysctl-bridge-iptables': 'ok',
  'sysctl-bridge-ip6tables': 'ok',
  'sysctl-persistent': 'ok',
  swap: 'off',
  'swap-persistent': 'ok',
  'inotify-instances': 'ok',
  'inotify-watches': 'ok',
  'file-limits': 'ok',
  selinux: 'permissive',
}

test.describe.configure({ mode: 'serial' })

test.describe('a machine with a kernel of its own', () => {
  let host: OwnMachine
  let api: CoveClient['api']
  const { onEnd, end } = createStack()

  test.beforeAll(async () => {
    const chosen = realGround()
    test.skip(chosen.kind !== 'kit', 'needs the kit: its machine is built from its base')
    // Where it is not there yet, it is built first.
    test.setTimeout(600_000)
    host = await startOwnMachine(chosen, name)
    onEnd(host.end)
    const time = await startTimeServer(host.gateway)
    onEnd(time.stop)
    const machine = await makeMachine({ programs: { ssh: host.ssh.program } })
    onEnd(machine.remove)
    const cove = await coveOn(machine)
    onEnd(cove.end)
    api = cove.api
    await api.targets.addSsh({ destination: host.ssh.destination })
  })
  test.afterAll(end)

  const look = (more: Partial<HostIntent> = {}) => api.hostChecks.run({ target: host.target, intent: { ...intent, ...more } })
  const found = (report: HostReport, ids: readonly string[]) =>
    Object.fromEntries(report.findings.filter(({ id }) => ids.includes(id)).map(({ id, variant }) => [id, variant]))

  test('what a small machine without anything has and has not', async () => {
    // A time service that reaches nobody.
    await host.run('systemctl start systemd-timesyncd')
    expect(found(await look(), Object.keys(asItComes))).toEqual(asItComes)
  })

  test('modules, swap, SELinux, limits and the clock are put right by one plan, read back and undone', async () => {
    await host.run(provoke, host.gateway)
    const traces = `
getenforce; grep ^SELINUX= /etc/selinux/config; cat /etc/fstab; tail -n +2 /proc/swaps | cut -d ' ' -f 1 | sort
ls -Z /etc/fstab /etc/selinux/config; lsmod | grep -cE '^(overlay|br_netfilter) ' || true
ls /etc/modules-load.d /etc/sysctl.d; sysctl -n fs.file-max net.ipv4.ip_forward fs.inotify.max_user_watches
systemctl is-enabled systemd-timesyncd || true; systemctl is-active systemd-timesyncd || true`
    const before = await host.run(traces)
    const ids = [...Object.keys(provoked), 'time-sync']
    const plan = await api.hostChecks.plan({ target: host.target, intent, ids })
    // Each of them was wrong.
    expect(String(plan.facts['checks']).split(', ').sort()).toEqual(ids.toSorted())
    expect(plan.warnings.map(({ id }) => id)).toContain('swap-off')
    await succeeds(api, api.hostChanges.apply({ planId: plan.id }))
    await host.run('timeout 20 sh -c "until timedatectl show -p NTPSynchronized | grep -q yes; do sleep 0.2; done"')
    const after = await look()
    expect(found(after, ids)).toEqual({ ...repaired, 'time-sync': 'ok' })
    // The service that was turned on has set it: an hour ahead a moment ago.
    expect(found(after, ['clock'])).toEqual({ clock: 'ok' })
    expect(await host.run('systemctl is-enabled systemd-timesyncd; cat /etc/modules-load.d/k8s.conf; tail -n +2 /proc/swaps')).toBe(
      'enabled\noverlay\nbr_netfilter',
    )

    const [record] = await api.hostChanges.records({ target: host.target })
    await succeeds(api, api.hostChanges.undo({ recordId: record?.id ?? '' }))
    expect(await host.run(traces)).toBe(before)
    expect(found(await look(), Object.keys(provoked))).toEqual(provoked)
  })

  test('swap that was turned on by hand comes at no boot; a kubelet that was told so does not mind it', async () => {
    await host.run('setenforce 0; swapoff /swap; sed -i /swap/d /etc/fstab; systemctl daemon-reload; date -s "+1 hour" > /dev/null')
    expect(found(await look({ role: 'worker' }), ['swap', 'swap-persistent', 'cpus', 'memory', 'clock'])).toEqual({
      swap: 'on',
      'swap-persistent': 'ok',
      cpus: 'few-worker',
      memory: 'little-worker',
      clock: 'far-off',
    })
    await host.run(
      `mkdir -p /var/lib/kubelet; echo 'failSwapOn: false' > /var/lib/kubelet/config.yaml; date -s '-3650 seconds' > /dev/null`,
    )
    expect(found(await look(), ['swap', 'swap-persistent', 'clock'])).toEqual({
      swap: 'allowed',
      'swap-persistent': 'allowed',
      clock: 'off',
    })
  })
})
