import type { HostStep } from '#shared/contract/host-changes.ts'
import type { CheckId } from '../catalog.ts'
import type { Ground } from '../rule.ts'
import { runtimeOf } from '../runtime-of.ts'
import { command, fileAction, step, withLines, type Fix } from './step.ts'

const timeServices = ['systemd-timesyncd', 'chronyd', 'chrony', 'ntpsec', 'ntpd', 'ntp', 'openntpd']

/** On at boot, and now where `now`; undone to what it was. */
function serviceOn({ facts }: Ground, unit: string, check: CheckId, now: boolean): HostStep[] {
  const service = facts.services.known ? facts.services.value.get(unit) : undefined
  if (!service?.there) return []
  const start = now && !service.active
  const actions = [
    ...(service.enabled
      ? []
      : [command(['systemctl', 'enable', unit], ['systemctl', 'disable', unit], ['systemctl', 'is-enabled', '--quiet', unit])]),
    ...(start ? [command(['systemctl', 'start', unit], ['systemctl', 'stop', unit], ['systemctl', 'is-active', '--quiet', unit])] : []),
  ]
  return actions.length === 0 ? [] : [step(start ? 'service-start' : 'service-enable', check, { unit }, actions)]
}

export const servicesFix: Fix = {
  ids: ['kubelet-service', 'runtime-service', 'runtime-cri', 'time-sync'],
  steps: (ground, _, wrong) => {
    const { facts, intent } = ground
    const known = facts.services.known ? facts.services.value : null
    const time = timeServices.find((name) => known?.get(name)?.there)
    const units = runtimeOf(facts, intent)?.units ?? []
    return [
      ...(wrong.includes('runtime-service') || wrong.includes('runtime-cri')
        ? units.flatMap((unit) => serviceOn(ground, unit, 'runtime-service', true))
        : []),
      // kubeadm starts it itself, once it has something to do.
      ...(wrong.includes('kubelet-service') ? serviceOn(ground, 'kubelet', 'kubelet-service', false) : []),
      ...(wrong.includes('time-sync') && time !== undefined ? serviceOn(ground, time, 'time-sync', true) : []),
    ]
  },
}

export const hostsFix: Fix = {
  ids: ['hostname-resolves'],
  files: () => ['/etc/hosts'],
  steps: ({ facts }, read) => {
    const address = facts.addresses.find((one) => !one.address.includes(':'))?.address.split('/')[0]
    if (address === undefined || facts.hostname === '') return []
    const before = read('/etc/hosts')
    return [
      step('hosts-entry', 'hostname-resolves', { address, hostname: facts.hostname }, [
        fileAction('/etc/hosts', before, withLines(before, [`${address} ${facts.hostname}`])),
      ]),
    ]
  },
}

/** kubeadm's own page says so for distributions whose policy Kubernetes does not ship with. */
export const selinuxFix: Fix = {
  ids: ['selinux'],
  files: () => ['/etc/selinux/config'],
  steps: (_, read) => {
    const before = read('/etc/selinux/config')
    const after = before?.replace(/^SELINUX=enforcing\s*$/m, 'SELINUX=permissive')
    return [
      step('selinux-permissive', 'selinux', {}, [
        command(['setenforce', '0'], ['setenforce', '1'], ['grep', '-qx', '0', '/sys/fs/selinux/enforce']),
        ...(before !== null && after !== undefined && after !== before ? [fileAction('/etc/selinux/config', before, after)] : []),
      ]),
    ]
  },
}

/** The kubelet reads the file with the real servers, so that CoreDNS does not ask itself. */
export const resolvFix: Fix = {
  ids: ['dns-loop'],
  files: () => [kubeletFile],
  steps: ({ facts }, read) => {
    const real =
      facts.resolvedUpstream.length > 0 && !facts.resolvedUpstream.some((address) => address.startsWith('127.') || address === '::1')
    const before = read(kubeletFile)
    if (!real || before === null) return []
    const line = 'resolvConf: /run/systemd/resolve/resolv.conf'
    const after = /^resolvConf:.*$/m.test(before) ? before.replace(/^resolvConf:.*$/m, line) : withLines(before, [line])
    const restart = ['systemctl', 'restart', 'kubelet']
    return [step('kubelet-resolv-conf', 'dns-loop', {}, [fileAction(kubeletFile, before, after), command(restart, restart, null)])]
  },
}
const kubeletFile = '/var/lib/kubelet/config.yaml'
