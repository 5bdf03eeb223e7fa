import { isSwapLine } from '../rules/swap.ts'
import { command, fileAction, shell, step, type Fix } from './step.ts'

const reload = ['systemctl', 'daemon-reload']

/** https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/#swap-configuration */
export const swapFix: Fix = {
  ids: ['swap', 'swap-persistent'],
  files: () => ['/etc/fstab'],
  steps: ({ facts }, read, wrong) => {
    const swaps = facts.swaps.known ? facts.swaps.value.map(({ name }) => name) : []
    const fstab = read('/etc/fstab')
    const lines = (fstab ?? '').split('\n')
    const units = facts.swapUnits.known ? facts.swapUnits.value : []
    const inFstab = lines.some(isSwapLine)
    return [
      ...(wrong.includes('swap') && swaps.length > 0
        ? [
            step('swap-off', 'swap', { devices: swaps.join(', ') }, [
              // The first line of the table is its head.
              command(['swapoff', '-a'], ['swapon', ...swaps], shell('test "$(wc -l </proc/swaps)" -le 1')),
            ]),
          ]
        : []),
      ...(wrong.includes('swap-persistent') && fstab !== null && inFstab
        ? [
            step('swap-fstab', 'swap', {}, [
              fileAction('/etc/fstab', fstab, lines.map((line) => (isSwapLine(line) ? `#${line}` : line)).join('\n')),
              // Until then the units that systemd made of these lines are there, and whatever wants swap.target starts them.
              ...(facts.systemd ? [command(reload, reload, null)] : []),
            ]),
          ]
        : []),
      ...(wrong.includes('swap-persistent') && !inFstab
        ? units.map(({ name: unit, file }) =>
            step('swap-unit', 'swap', { unit }, [
              // A unit that somebody wrote stands where its mask would; one that a generator makes cannot be disabled.
              file.startsWith('/etc/systemd/system/')
                ? command(['systemctl', 'disable', unit], ['systemctl', 'enable', unit], shell('! systemctl is-enabled --quiet "$1"', unit))
                : command(
                    ['systemctl', 'mask', unit],
                    ['systemctl', 'unmask', unit],
                    shell('test "$(systemctl is-enabled "$1" 2>/dev/null)" = masked', unit),
                  ),
            ]),
          )
        : []),
    ]
  },
}
