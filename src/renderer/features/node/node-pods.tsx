import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { EmptyState } from '../../ui/index.ts'
import { PodList } from '../cluster/pod-list.tsx'
import { usePods } from '../cluster/use-pods.ts'

/** Pods that run on this node, live. */
export function NodePods({ cluster, name }: { readonly cluster: Cluster; readonly name: string }) {
  const { t } = useTranslation('clusters')
  const { t: nodes } = useTranslation('nodes')
  const [attempt, setAttempt] = useState(0)
  const { context } = cluster
  const view = usePods(context, null, attempt)
  if (!context) return <EmptyState title={t('pods.noContext')}>{t('pods.noContextText')}</EmptyState>
  return (
    <PodList
      context={context}
      view={view}
      shown={(view.pods ?? []).filter((pod) => pod.node === name)}
      grouped={false}
      namespaced
      empty={<EmptyState title={nodes('noPods')} />}
      onRetry={() => setAttempt(attempt + 1)}
    />
  )
}
