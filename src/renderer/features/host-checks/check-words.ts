import { CircleQuestionMark } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostFinding, HostReport } from '#shared/contract/host-checks.ts'
import { findingWords, type FindingWords, type Say } from '#shared/words/finding-words.ts'
import { countOf } from '#shared/words/host-report-markdown.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'

export const resultLook: Record<HostFinding['result'], { readonly tone: Tone; readonly icon?: LucideIcon }> = {
  problem: { tone: 'bad' },
  warning: { tone: 'warn' },
  unknown: { tone: 'idle', icon: CircleQuestionMark },
  ok: { tone: 'ok' },
  'not-applicable': { tone: 'idle' },
}

/** Words of findings in the language of the page. */
export function useSay(): Say {
  const { t } = useTranslation('host-checks')
  return (key, facts = {}) => t(key, Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? ''])))
}

export function useCheckWords(): (finding: HostFinding) => FindingWords {
  const say = useSay()
  return (finding) => findingWords(finding, say)
}

export const filters = ['wrong', 'problem', 'warning', 'unknown', 'all'] as const
export type Filter = (typeof filters)[number]

const isWrong = ({ result }: HostFinding) => result === 'problem' || result === 'warning' || result === 'unknown'

export function filtered(findings: readonly HostFinding[], filter: Filter): readonly HostFinding[] {
  switch (filter) {
    case 'all':
      return findings
    case 'wrong':
      return findings.filter(isWrong)
    default:
      return findings.filter(({ result }) => result === filter)
  }
}

export const numberOf = ({ findings }: HostReport, filter: Filter): number =>
  filter === 'all' || filter === 'wrong' ? filtered(findings, filter).length : countOf(findings, filter)

/** The tab that sets up what a check misses, where Cove has one. */
export function tabFor({ id }: HostFinding): 'runtimes' | 'downloads' | 'kubeadm' | null {
  if (/^(?:runtime-(?:cri|version)|cgroup-driver)/.test(id)) return 'runtimes'
  if (/^(?:kubeadm-version|kubelet-version|cni-binaries|control-plane-images)$/.test(id)) return 'downloads'
  return /^(?:file-|dir-etcd|cni-config)/.test(id) ? 'kubeadm' : null
}
