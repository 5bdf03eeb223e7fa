import { CirclePause, CircleQuestionMark, CircleStop } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ClusterNode } from '#shared/contract/clusters.ts'
import type { ApiNode } from '#shared/contract/workloads.ts'
import { State } from '../../ui/index.ts'

/** What stops a node first: its container, then what the API says of it. */
export function NodeState({
  node,
  api,
  waiting,
}: {
  readonly node: ClusterNode | undefined
  readonly api: Pick<ApiNode, 'ready' | 'reason'> | undefined
  readonly waiting: boolean
}) {
  const { t } = useTranslation('clusters')
  if (node && node.state !== 'running') {
    const tone =
      node.state === 'dead' || node.state === 'restarting'
        ? 'bad'
        : node.state === 'unknown'
          ? 'idle'
          : node.state === 'exited'
            ? 'idle'
            : 'warn'
    const icon =
      node.state === 'paused'
        ? CirclePause
        : node.state === 'unknown'
          ? CircleQuestionMark
          : node.state === 'exited'
            ? CircleStop
            : undefined
    return (
      <State tone={tone} icon={icon}>
        {t(`nodeState.${node.state}`)}
      </State>
    )
  }
  if (api) {
    return (
      <>
        <State
          tone={api.ready === 'ready' ? 'ok' : api.ready === 'not-ready' ? 'warn' : 'idle'}
          icon={api.ready === 'unknown' ? CircleQuestionMark : undefined}
        >
          {t(`nodeReady.${api.ready}`)}
        </State>
        {api.reason && api.ready !== 'ready' ? (
          <span className="cut fg-2 sm" title={api.reason}>
            {api.reason}
          </span>
        ) : null}
      </>
    )
  }
  if (waiting) {
    return (
      <State tone="info" busy>
        {t('nodeState.asking')}
      </State>
    )
  }
  return node ? <State tone="ok">{t('nodeState.running')}</State> : <State tone="idle">{t('nodeState.unknown')}</State>
}
