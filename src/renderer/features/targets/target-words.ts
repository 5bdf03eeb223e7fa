import { Box, CircleQuestionMark, Container, Monitor, Server } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Target, TargetId } from '#shared/contract/targets.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'

/** Nodes of clusters stand apart from other containers. */
export type TargetGroup = 'local' | 'node' | 'container' | 'ssh'
export const targetGroups: readonly TargetGroup[] = ['local', 'node', 'container', 'ssh']

export function groupOf(target: Pick<Target, 'kind' | 'clusterId'>): TargetGroup {
  return target.kind === 'container' && target.clusterId !== null ? 'node' : target.kind
}

export const targetIcons: Record<TargetGroup, LucideIcon> = { local: Monitor, node: Box, container: Container, ssh: Server }

export const stateLook: Record<Target['state'], { readonly tone: Tone; readonly icon?: LucideIcon }> = {
  up: { tone: 'ok' },
  down: { tone: 'idle' },
  unknown: { tone: 'idle', icon: CircleQuestionMark },
}

/** An ssh host is asked nothing before somebody chooses it; whether it runs cannot be known when it does not answer. */
export function stateWord({ kind, state, error }: Target): 'notAsked' | 'unreachable' | Target['state'] {
  if (kind !== 'ssh' || state === 'up') return state
  return error ? 'unreachable' : 'notAsked'
}

/** What a person calls it: the machine's own name is for machines that are elsewhere. */
export function useTargetName(): (target: Pick<Target, 'kind' | 'name'>) => string {
  const { t } = useTranslation('targets')
  return (target) => (target.kind === 'local' ? t('local') : target.name)
}

/** The name that stands in an id, for a target that is no longer in the list. */
export function nameOfId(id: TargetId): string {
  return id.replace(/^(?:container|ssh):/, '')
}
