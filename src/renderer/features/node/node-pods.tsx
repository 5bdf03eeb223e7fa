import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { Age, EmptyState, Scroll } from '../../ui/index.ts'
import { PodTable } from '../cluster/pod-table.tsx'
import { usePods } from '../cluster/use-pods.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Pods that run on this node, live. A row leads to the pod's log. */
export function NodePods({ cluster, name }: { readonly cluster: Cluster; readonly name: string }) {
  const { t } = useTranslation('clusters')
  const { t: nodes } = useTranslation('nodes')
  const navigate = useNavigate()
  const [attempt, setAttempt] = useState(0)
  const { context } = cluster
  const { pods, asOf, error } = usePods(context, null, attempt)
  if (!context) return <EmptyState title={t('pods.noContext')}>{t('pods.noContextText')}</EmptyState>
  const mine = (pods ?? []).filter((pod) => pod.node === name)
  return (
    <Scroll>
      {error ? (
        <ErrorNotice
          className="page-notice"
          tone="warn"
          error={error}
          consequence={
            pods && asOf !== null ? (
              <>
                {t('pods.stale')} <Age at={asOf} ago />
              </>
            ) : null
          }
          onRetry={() => setAttempt(attempt + 1)}
        />
      ) : null}
      {pods === null && error ? null : (
        <PodTable
          pods={mine}
          loading={pods === null}
          grouped={false}
          namespaced
          old={error !== null}
          onOpen={(pod) => {
            const container = pod.containers.find((one) => one.kind === 'container')?.name
            void navigate({
              to: '/logs',
              search: {
                context: context.name,
                file: context.file,
                namespace: pod.namespace,
                pod: pod.name,
                ...(container ? { container } : {}),
              },
            })
          }}
        />
      )}
      {pods !== null && mine.length === 0 ? <EmptyState title={nodes('noPods')} /> : null}
    </Scroll>
  )
}
