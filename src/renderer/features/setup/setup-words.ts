import { useTranslation } from 'react-i18next'
import type { SetupStep } from '#shared/contract/setup.ts'
import { useShownPath } from '../machine/tool-words.ts'

/** What a step says of what is there. */
export function useSetupWords(): (step: SetupStep) => string {
  const { t } = useTranslation('setup')
  const shown = useShownPath()
  return (step) => {
    const facts = Object.fromEntries(
      Object.entries(step.facts).map(([name, value]) => [name, typeof value === 'string' ? shown(value) : (value ?? '–')]),
    )
    return t(`says.${step.id}.${step.state}`, { ...facts, context: contextOf(step), defaultValue: '' })
  }
}

/** Which of several sentences a state has. */
function contextOf({ id, state, facts, download }: SetupStep): string {
  switch (id) {
    case 'kubectl':
    case 'kind':
      return state === 'todo' && download === null ? 'page' : ''
    case 'cluster':
      return state === 'todo' && facts['name'] ? 'stopped' : ''
    case 'kubectl-path':
      return facts['link'] === 'own' || (facts['link'] === 'foreign' && state === 'todo') ? facts['link'] : ''
    case 'system':
      return state === 'todo' && facts['os'] !== 'linux' ? 'os' : state === 'done' ? String(facts['root']) : ''
    case 'checks':
      return state === 'done' && facts['problems'] !== 0 ? 'member' : ''
    case 'runtime':
      return state === 'todo' ? String(facts['finding'] ?? '') : ''
    case 'cgroup-driver':
      return facts['runtime'] === null ? 'none' : facts['kubelet'] === null ? 'alone' : ''
    case 'programs':
      return programs(facts)
    case 'kubeadm':
      return state === 'done' ? String(facts['kind']) : state === 'todo' ? String(facts['role']) : ''
    default:
      return ''
  }
}

function programs({ kubeadm, kubelet, kubernetes }: SetupStep['facts']): string {
  if (kubeadm === null && kubelet === null) return 'none'
  if (kubeadm === null || kubelet === null) return 'part'
  return typeof kubernetes === 'string' && !String(kubeadm).startsWith(`${kubernetes}.`) ? 'other' : ''
}

/** Words in capitals are to be filled in by who runs the line. */
const hasGap = (line: string): boolean => /\b(?:NAME|HOST|TOKEN|HASH|MANIFEST)\b/.test(line)

/** Everything that is still to be done, in order, for a shell; what needs a word filled in is left as a remark. Checks only look. */
export function scriptOf(steps: readonly SetupStep[], title: (step: SetupStep) => string): string {
  const parts = steps
    .filter(({ id, state, commands }) => id !== 'checks' && (state === 'todo' || state === 'waiting') && commands.length > 0)
    .map((step) => [`# ${title(step)}`, ...step.commands.map((line) => (hasGap(line) ? `# ${line}` : line))].join('\n'))
  return parts.length === 0 ? '' : `#!/bin/sh\nset -eu\n\n${parts.join('\n\n')}\n`
}
