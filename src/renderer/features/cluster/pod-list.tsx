import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import { Age, Scroll } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { PodTable } from './pod-table.tsx'
import type { usePods } from './use-pods.ts'

type PodListProps = {
  readonly context: ContextRef
  readonly view: ReturnType<typeof usePods>
  /** Those of the view that are shown. */
  readonly shown: readonly Pod[]
  readonly grouped: boolean
  readonly namespaced: boolean
  /** Instead of a list without rows. */
  readonly empty: ReactNode
  readonly onRetry: () => void
}

/** Pods as they are watched: the last ones stay, greyed, when the source fails. A row leads to the pod's log. */
export function PodList({ context, view, shown, grouped, namespaced, empty, onRetry }: PodListProps) {
  const { t } = useTranslation('clusters')
  const navigate = useNavigate()
  const { pods, asOf, error } = view
  const open = (pod: Pod) => {
    const container = pod.containers.find((one) => one.kind === 'container')?.name
    const search = { context: context.name, file: context.file, namespace: pod.namespace, pod: pod.name }
    void navigate({ to: '/logs', search: { ...search, ...(container ? { container } : {}) } })
  }
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
          onRetry={onRetry}
        />
      ) : null}
      {pods === null && error ? null : (
        <PodTable pods={shown} loading={pods === null} grouped={grouped} namespaced={namespaced} old={error !== null} onOpen={open} />
      )}
      {pods !== null && shown.length === 0 ? empty : null}
    </Scroll>
  )
}
