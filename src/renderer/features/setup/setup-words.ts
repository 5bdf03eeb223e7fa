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

function programs({ kubeadm, kubelet, kubectl, kubernetes }: SetupStep['facts']): string {
  const missing = [kubeadm, kubelet, kubectl].filter((version) => version === null).length
  if (missing > 0) return missing === 3 ? 'none' : 'part'
  return typeof kubernetes === 'string' && !String(kubeadm).startsWith(`${kubernetes}.`) ? 'other' : ''
}

/** Words in capitals are to be filled in by who runs the line. */
const hasGap = (line: string): boolean => /\b(?:NAME|HOST|TOKEN|HASH|MANIFEST)\b/.test(line)

/** The commands of the checks only look, where nothing is known that puts right what they found. */
export const onlyLooks = ({ id, facts }: SetupStep): boolean => id === 'checks' && !facts['steps']

type ScriptWords = { readonly title: (step: SetupStep) => string /** Of a step without commands. */; readonly left: string }

/** Everything that is still to be done, in order, for a shell; what needs a word filled in, and what no command does, is left as a remark. */
export function scriptOf(steps: readonly SetupStep[], { title, left }: ScriptWords): string {
  const open = steps.filter(({ state }) => state === 'todo' || state === 'waiting' || state === 'unknown')
  const linesOf = (step: SetupStep) => (onlyLooks(step) ? [] : step.commands)
  if (open.every((step) => linesOf(step).length === 0)) return ''
  const parts = open.map((step) => {
    const lines = linesOf(step).map((line) => (hasGap(line) ? remark(line) : line))
    return [remark(title(step)), ...(lines.length > 0 ? lines : [remark(left)])].join('\n')
  })
  return `#!/bin/sh\nset -eu\n\n${parts.join('\n\n')}\n`
}

const remark = (text: string) => `# ${text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`
