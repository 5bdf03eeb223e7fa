import { evidence, type Ground, list, notKnown, type Rules } from '../rule.ts'

/** Lines of fstab that turn swap on at boot. https://man7.org/linux/man-pages/man5/fstab.5.html */
export const isSwapLine = (line: string): boolean => {
  const [device = '', , type, options = ''] = line.trim().split(/\s+/)
  return !device.startsWith('#') && type === 'swap' && !options.split(',').includes('noauto')
}

/** The kubelet is told not to mind: `failSwapOn: false`, or its flag. https://kubernetes.io/docs/concepts/architecture/nodes/#swap-memory */
export function swapAllowed({ facts }: Pick<Ground, 'facts'>): boolean {
  const flag = facts.kubeletFlags.get('fail-swap-on')
  return flag === undefined ? facts.kubeletConfig.known && facts.kubeletConfig.value['failSwapOn'] === false : flag === 'false'
}

export const swapRules: Rules<'swap' | 'swap-persistent'> = {
  swap: (ground) => {
    const { facts } = ground
    if (!facts.swaps.known) return notKnown(facts.swaps, '/proc/swaps')
    const swaps = facts.swaps.value
    if (swaps.length === 0) return { variant: 'off', evidence: [evidence('/proc/swaps', '')] }
    const shown = {
      facts: {
        devices: list(swaps.map(({ name }) => name)),
        mebibytes: Math.round(swaps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1024 ** 2),
      },
      evidence: swaps.map(({ name, sizeBytes }) => evidence('/proc/swaps', `${name} ${Math.round(sizeBytes / 1024 ** 2)} MiB`)),
    }
    if (!swapAllowed(ground)) {
      // Whether the kubelet minds stands in its configuration.
      if (!facts.kubeletConfig.known && facts.kubeletConfig.why !== 'absent')
        return notKnown(facts.kubeletConfig, '/var/lib/kubelet/config.yaml')
      return { variant: 'on', ...shown }
    }
    return { variant: facts.cgroup.version === 1 ? 'cgroup-v1' : 'allowed', ...shown }
  },
  'swap-persistent': (ground) => {
    const { facts } = ground
    if (swapAllowed(ground)) return { variant: 'allowed' }
    if (!facts.fstab.known) return notKnown(facts.fstab, '/etc/fstab')
    const lines = facts.fstab.value.filter(isSwapLine)
    if (lines.length > 0)
      return { variant: 'fstab', facts: { lines: lines.length }, evidence: lines.map((line) => evidence('/etc/fstab', line)) }
    const units = facts.swapUnits.known ? facts.swapUnits.value : []
    if (units.length > 0)
      return {
        variant: 'unit',
        facts: { units: list(units.map(({ name }) => name)) },
        evidence: units.map(({ name, file }) => evidence(name, file)),
      }
    return { variant: 'ok' }
  },
}
