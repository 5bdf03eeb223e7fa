import { evidence, notKnown, type Rules } from '../rule.ts'

type Ids = 'os' | 'privilege' | 'init-system' | 'time-sync' | 'clock'

/** https://kubernetes.io/releases/download/ */
const architectures = ['x86_64', 'aarch64', 'ppc64le', 's390x']
const timeServices = ['systemd-timesyncd', 'chronyd', 'chrony', 'ntpd', 'ntp', 'ntpsec', 'openntpd']
/** Certificates and tokens of kubeadm are valid from the second in which they are made. */
const tolerableSeconds = 5
const harmfulSeconds = 60

export const systemRules: Rules<Ids> = {
  os: ({ facts }) => {
    const shown = {
      facts: { os: facts.os, arch: facts.arch, system: facts.system },
      evidence: [evidence('uname', `${facts.os} ${facts.arch}`)],
    }
    if (facts.os !== 'Linux') return { variant: 'other-os', ...shown }
    return { variant: architectures.includes(facts.arch) ? 'ok' : 'other-arch', ...shown }
  },
  privilege: ({ facts, rootWay }) => {
    if (facts.root) return { variant: 'root', evidence: [evidence('id -u', '0')] }
    return { variant: rootWay === 'none' ? 'none' : 'way', facts: { way: rootWay }, evidence: [evidence('id -u', facts.user)] }
  },
  'init-system': ({ facts }) => ({
    variant: facts.systemd ? 'systemd' : 'other',
    facts: { init: facts.init },
    evidence: [evidence('/proc/1/comm', facts.init)],
  }),
  'time-sync': ({ facts }) => {
    // The clock of a container is its host's.
    if (facts.container !== 'none') return { variant: 'container', facts: { container: facts.container } }
    const services = facts.services.known ? facts.services.value : null
    const running = timeServices.filter((name) => services?.get(name)?.active)
    const shown = [
      evidence('timedatectl', facts.ntpSynchronized === null ? '' : `NTPSynchronized=${facts.ntpSynchronized ? 'yes' : 'no'}`),
      evidence('systemctl', running.join(', ')),
    ].filter(({ text }) => text !== '')
    if (facts.ntpSynchronized === true) return { variant: 'ok', facts: { service: running[0] ?? 'NTP' }, evidence: shown }
    if (services === null && facts.ntpSynchronized === null) return notKnown(facts.services, 'systemctl')
    if (running.length === 0) return { variant: 'none', evidence: shown }
    return { variant: facts.ntpSynchronized === false ? 'not-yet' : 'ok', facts: { service: running[0] ?? null }, evidence: shown }
  },
  clock: ({ facts, clockAheadSeconds }) => {
    if (!facts.clock.known) return notKnown(facts.clock, 'date')
    const off = Math.abs(clockAheadSeconds)
    const shown = {
      facts: { seconds: Math.round(clockAheadSeconds) },
      evidence: [evidence('date', new Date(facts.clock.value * 1000).toISOString())],
    }
    return { variant: off >= harmfulSeconds ? 'far-off' : off >= tolerableSeconds ? 'off' : 'ok', ...shown }
  },
}
