import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { buttonClass, EmptyState } from '../../ui/index.ts'

type ClusterGoneProps = { readonly id: string; readonly last: Cluster | null; readonly clusters: readonly Cluster[] }

/** The cluster was deleted, or made anew under its name: then this page must not show the new one as if it were the old. */
export function ClusterGone({ id, last, clusters }: ClusterGoneProps) {
  const { t } = useTranslation('clusters')
  const name = last?.name ?? nameInId(id)
  const again = clusters.find((cluster) => cluster.name === name && cluster.provider !== 'external')
  return (
    <EmptyState
      title={name === '' ? t('gone.title') : t('gone.titleNamed', { name })}
      actions={
        <>
          {again ? (
            <Link to="/clusters/$id" params={{ id: again.id }} className={buttonClass('primary')}>
              {t('gone.openNew', { name })}
            </Link>
          ) : null}
          <Link to="/clusters" className={buttonClass(again ? 'plain' : 'primary')}>
            {t('gone.back')}
          </Link>
        </>
      }
    >
      {again ? t('gone.replaced') : t('gone.text')}
    </EmptyState>
  )
}

/** `kind:shop:1f3a` was the cluster shop. */
export const nameInId = (id: string): string => /^kind:([^:]+):/.exec(id)?.[1] ?? ''
