import { isIPv6 } from 'node:net'
import { evidence, type Ground, list, notKnown, type Rule, type Rules } from '../rule.ts'

type Ids =
  | 'kernel-version'
  | 'kernel-config'
  | 'module-overlay'
  | 'module-br-netfilter'
  | 'modules-persistent'
  | 'sysctl-ip-forward'
  | 'sysctl-ipv6-forward'
  | 'sysctl-bridge-iptables'
  | 'sysctl-bridge-ip6tables'
  | 'sysctl-persistent'

// All as in https://github.com/kubernetes/system-validators/blob/master/validators/types_unix.go (v1.10), which kubeadm runs.
const testedKernels = [/^5\.4(?!\d)/, /^5\.10(?!\d)/, /^5\.15(?!\d)/, /^(?:[6-9]|[1-9]\d+)\.\d+/]
const requiredOptions = [
  ['NAMESPACES'],
  ['NET_NS'],
  ['PID_NS'],
  ['IPC_NS'],
  ['UTS_NS'],
  ['CGROUPS'],
  ['CPUSETS'],
  ['MEMCG'],
  ['INET'],
  ['EXT4_FS'],
  ['PROC_FS'],
  ['NETFILTER_XT_TARGET_REDIRECT', 'IP_NF_TARGET_REDIRECT'],
  ['NETFILTER_XT_MATCH_COMMENT'],
  ['FAIR_GROUP_SCHED'],
] as const
/** AUFS and device mapper are left out: no runtime that Kubernetes takes today uses them. */
const optionalOptions = [['OVERLAY_FS', 'OVERLAYFS_FS'], ['CFS_BANDWIDTH'], ['SECCOMP'], ['SECCOMP_FILTER']] as const

export const neededModules = ['overlay', 'br_netfilter'] as const

const families = ({ intent }: Ground) =>
  [...intent.podSubnets, ...intent.serviceSubnets].map((subnet) => (isIPv6(subnet.split('/')[0] ?? '') ? 6 : 4))
export const wantsIpv6 = (ground: Ground) => families(ground).includes(6)
/** Without a word of subnets a cluster is one of IPv4. */
export const wantsIpv4 = (ground: Ground) => families(ground).length === 0 || families(ground).includes(4)

/** Settings of the kernel that a node of this kind needs, with the value that they need. */
export function neededSysctls(ground: Ground): string[] {
  return [
    ...(wantsIpv4(ground) ? ['net.ipv4.ip_forward'] : []),
    'net.bridge.bridge-nf-call-iptables',
    'net.bridge.bridge-nf-call-ip6tables',
    ...(wantsIpv6(ground) ? ['net.ipv6.conf.default.forwarding', 'net.ipv6.conf.all.forwarding'] : []),
  ]
}

export const kernelRules: Rules<Ids> = {
  'kernel-version': ({ facts }) => {
    const shown = { facts: { kernel: facts.kernel }, evidence: [evidence('uname -r', facts.kernel)] }
    if (testedKernels.some((tested) => tested.test(facts.kernel))) return { variant: 'ok', ...shown }
    const [major = 0, minor = 0] = facts.kernel.split('.').map((part) => Number.parseInt(part, 10))
    return { variant: major < 4 || (major === 4 && minor < 19) ? 'old' : 'untested', ...shown }
  },
  'kernel-config': ({ facts }) => {
    if (!facts.kernelConfig.known) return notKnown(facts.kernelConfig, `/boot/config-${facts.kernel}`)
    const { file, options } = facts.kernelConfig.value
    const lacks = (wanted: readonly (readonly string[])[]) =>
      wanted
        .filter((names) => !names.some((name) => /^[ym]/.test(options.get(`CONFIG_${name}`) ?? '')))
        .map(([name = '']) => `CONFIG_${name}`)
    const missing = lacks(requiredOptions)
    const optional = lacks(optionalOptions)
    const variant = missing.length > 0 ? 'missing' : optional.length > 0 ? 'optional' : 'ok'
    return {
      variant,
      facts: { file, options: list(missing.length > 0 ? missing : optional) },
      evidence: [evidence(file, list([...missing, ...optional]))],
    }
  },
  'module-overlay': moduleRule('overlay'),
  'module-br-netfilter': moduleRule('br_netfilter'),
  'modules-persistent': ({ facts }) => {
    const loadable = neededModules.filter((name) => facts.modules.get(name) !== 'builtin')
    if (loadable.length === 0) return { variant: 'builtin' }
    if (!facts.modulesAtBoot.known) return notKnown(facts.modulesAtBoot, '/etc/modules-load.d')
    const named = facts.modulesAtBoot.value.filter(({ name }) => loadable.some((one) => one === name.replaceAll('-', '_')))
    const missing = loadable.filter((one) => !named.some(({ name }) => name.replaceAll('-', '_') === one))
    const shown = named.map(({ file, name }) => evidence(file, name))
    return {
      variant: missing.length > 0 ? 'missing' : 'ok',
      facts: { modules: list(missing.length > 0 ? missing : loadable) },
      evidence: shown,
    }
  },
  'sysctl-ip-forward': (ground) => (wantsIpv4(ground) ? forwarding(ground, 'net.ipv4.ip_forward') : { variant: 'not-ipv4' }),
  'sysctl-ipv6-forward': (ground) => (wantsIpv6(ground) ? forwarding(ground, 'net.ipv6.conf.default.forwarding') : { variant: 'not-ipv6' }),
  'sysctl-bridge-iptables': bridgeRule('net.bridge.bridge-nf-call-iptables'),
  'sysctl-bridge-ip6tables': bridgeRule('net.bridge.bridge-nf-call-ip6tables'),
  'sysctl-persistent': (ground) => {
    const { facts } = ground
    if (!facts.sysctlFiles.known) return notKnown(facts.sysctlFiles, '/etc/sysctl.d')
    const settings = facts.sysctlFiles.value
    const last = neededSysctls(ground).map((key) => ({ key, setting: settings.findLast((one) => one.key === key) }))
    const shown = last.flatMap(({ setting }) => (setting ? [evidence(setting.file, `${setting.key} = ${setting.value}`)] : []))
    const contrary = last.find(({ setting }) => setting && setting.value !== '1')?.setting
    if (contrary) return { variant: 'contrary', facts: { ...contrary }, evidence: shown }
    const missing = last.flatMap(({ key, setting }) => (setting ? [] : [key]))
    return {
      variant: missing.length > 0 ? 'missing' : 'ok',
      facts: { keys: list(missing.length > 0 ? missing : neededSysctls(ground)) },
      evidence: shown,
    }
  },
}

function moduleRule(name: (typeof neededModules)[number]): Rule<'module-overlay' | 'module-br-netfilter'> {
  return ({ facts }) => {
    const state = facts.modules.get(name)
    if (state === undefined) return notKnown('failed', '/proc/modules')
    const shown = [evidence('/proc/modules', `${name} ${state}`)]
    if (state === 'loaded' || state === 'builtin') return { variant: state, evidence: shown }
    return { variant: state === 'absent' ? 'absent' : 'not-loaded', facts: { kernel: facts.kernel }, evidence: shown }
  }
}

function forwarding({ facts }: Ground, key: string) {
  const value = facts.sysctl.get(key)
  if (value === undefined) return notKnown('absent', `/proc/sys/${key.replaceAll('.', '/')}`)
  // kubeadm reads just as many bytes as it wants to see.
  return { variant: value.startsWith('1') ? 'ok' : 'off', facts: { key, value }, evidence: [evidence(key, value)] } as const
}

function bridgeRule(key: string): Rule<'sysctl-bridge-iptables' | 'sysctl-bridge-ip6tables'> {
  return ({ facts }) => {
    const value = facts.sysctl.get(key)
    if (value === undefined) return { variant: 'no-module' }
    return { variant: value.startsWith('1') ? 'ok' : 'off', facts: { value }, evidence: [evidence(key, value)] }
  }
}
