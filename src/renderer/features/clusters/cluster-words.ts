import { CircleDotDashed, CirclePause, CircleQuestionMark, CircleStop, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'

type Look = { readonly tone: Tone; readonly icon?: LucideIcon; readonly busy?: boolean }

export const clusterLook: Record<Cluster['state'], Look> = {
  running: { tone: 'ok' },
  stopped: { tone: 'idle', icon: CircleStop },
  paused: { tone: 'idle', icon: CirclePause },
  starting: { tone: 'info', busy: true },
  'partly-running': { tone: 'warn', icon: CircleDotDashed },
  broken: { tone: 'bad', icon: CircleX },
  unknown: { tone: 'idle', icon: CircleQuestionMark },
}

/** Why a cluster is in its state, in words; empty when there is nothing to add. */
export function useReason(): (cluster: Cluster) => string {
  const { t } = useTranslation('clusters')
  return ({ reason }) => {
    if (reason.code === 'none') return ''
    const facts = reason.facts
    if (reason.code === 'nodes-down' && facts['node'] !== undefined && facts['exitCode'] !== undefined)
      return t('reason.node-exited', facts)
    return t(`reason.${reason.code}`, facts)
  }
}

/** `2 of 3` when some do not run, else the count. */
export function useNodeCount(): (cluster: Cluster) => string {
  const { t } = useTranslation('clusters')
  return ({ nodes }) => {
    const running = nodes.filter((node) => node.state === 'running').length
    if (nodes.length === 0) return '–'
    return running === nodes.length || running === 0 ? String(nodes.length) : t('nodesOf', { running, all: nodes.length })
  }
}
