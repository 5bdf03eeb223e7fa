import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Cell, EmptyState, FilterField, fits, Row, Scroll, SkeletonRows, State, Table, Toolbar, wordsOf } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** Add-ons of minikube, on and off. */
export function AddOnsTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const [filter, setFilter] = useState('')
  const running = cluster.state === 'running'
  const input = { id: cluster.id }
  // A job that turns one on or off ends with another list; the key of the running job makes it be asked again.
  const addOns = useQuery({ ...queryUtils.clusters.addOns.queryOptions({ input }), enabled: running && cluster.jobId === null })
  const change = useMutation({
    mutationFn: ({ addOn, on }: { addOn: string; on: boolean }) => api.clusters.setAddOn({ id: cluster.id, addOn, on }),
  })
  if (!running && addOns.data === undefined) return <EmptyState title={t('addOn.stopped')}>{t('addOn.stoppedText')}</EmptyState>
  const words = wordsOf(filter)
  const shown = (addOns.data ?? []).filter((one) => fits(one.name, words))
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'state', label: common('state') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <Scroll>
      <Toolbar>
        <FilterField value={filter} onValueChange={setFilter} label={t('addOn.filter')} />
      </Toolbar>
      {addOns.error ? <ErrorNotice className="page-notice" error={addOns.error} onRetry={() => void addOns.refetch()} /> : null}
      {change.error ? <ErrorNotice className="page-notice" error={change.error} /> : null}
      <Table label={t('addOn.title')} columns={columns} busy={addOns.isFetching}>
        {addOns.isPending && !addOns.error ? <SkeletonRows columns={2} label={common('loading')} /> : null}
        {shown.map(({ name, enabled }) => (
          <Row key={name}>
            <Cell className="mono">{name}</Cell>
            <Cell>
              <State tone={enabled ? 'ok' : 'idle'}>{t(enabled ? 'addOn.on' : 'addOn.off')}</State>
            </Cell>
            <Cell className="actions">
              <Button
                size="small"
                disabled={cluster.jobId !== null || !running}
                aria-label={t(enabled ? 'addOn.disableNamed' : 'addOn.enableNamed', { name })}
                onClick={() => change.mutate({ addOn: name, on: !enabled })}
              >
                {t(enabled ? 'addOn.disable' : 'addOn.enable')}
              </Button>
            </Cell>
          </Row>
        ))}
      </Table>
      {addOns.data && filter !== '' && shown.length === 0 ? (
        <EmptyState title={t('addOn.noMatch', { filter })} actions={<Button onClick={() => setFilter('')}>{t('clearFilter')}</Button>} />
      ) : null}
    </Scroll>
  )
}
