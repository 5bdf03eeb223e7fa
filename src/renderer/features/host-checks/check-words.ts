import { CircleQuestionMark } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostFinding, HostReport } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
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

export type WayOut = { readonly tab: 'runtimes' | 'kubeadm' | 'downloads' } | { readonly tab: 'setup'; readonly intent: 'node' }

const setup = { tab: 'setup', intent: 'node' } as const

/**
 * Where Cove sets up what a check misses; null: nothing is missing, or no place does. Another machine is never led to what works on this one alone: packages are
 * what Set-up installs there, and cri-tools and kubernetes-cni come with those of kubeadm and the kubelet.
 */
export function wayOutOf({ id, variant, result }: HostFinding, target: TargetId): WayOut | null {
  // No fault: kubeadm pulls them itself, and its tab can do so before.
  if (id === 'control-plane-images' && variant === 'pulled') return { tab: 'kubeadm' }
  if (result !== 'problem' && result !== 'warning') return null
  if (/^(?:runtime-(?:cri|version)|cgroup-driver)/.test(id)) return { tab: 'runtimes' }
  if (/^(?:cni-binaries|tool-crictl)$/.test(id)) return setup
  if (/^(?:kubeadm-version|kubelet-version|kubelet-service)$/.test(id)) {
    if (variant === 'absent') return setup
    // Another version is there: this machine can have any, and a node elsewhere is moved by an upgrade.
    return id === 'kubelet-service' ? null : { tab: target === 'local' ? 'downloads' : 'kubeadm' }
  }
  return /^(?:file-(?:manifests|kubelet-conf|ca)|dir-etcd|cni-config)$/.test(id) ? { tab: 'kubeadm' } : null
}
