import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ContextRef } from '#shared/contract/base.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Callout, Dialog, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { type ImageRow, podsWith } from './image-rows.ts'

type RemoveImageDialogProps = {
  /** Whose pods may use it; null: whether any does cannot be seen. */
  readonly context: ContextRef | null
  readonly remove: (image: string) => Promise<{ readonly jobId: string }>
  readonly row: ImageRow
  readonly rows: readonly ImageRow[]
  readonly onClose: () => void
}

const mostPods = 5

/** Says from which nodes it goes and which pods would miss it. */
export function RemoveImageDialog({ context, remove: begin, row, rows, onClose }: RemoveImageDialogProps) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const navigate = useNavigate()
  const pods = useQuery(
    queryUtils.workloads.pods.queryOptions({
      input: { ...(context ?? { file: '', name: '' }), namespace: null },
      enabled: context !== null,
      staleTime: 5_000,
      gcTime: 0,
    }),
  )
  const using = podsWith(pods.data ?? [], row.ref)
  const named = using.slice(0, mostPods).map((pod) => `${pod.namespace}/${pod.name}`)
  const others = rows.filter((one) => one.ref !== row.ref && one.ids.some((id) => row.ids.includes(id))).map((one) => one.ref)
  const remove = useMutation({
    mutationFn: () => begin(row.ref),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title')}
      description={<span className="mono break">{row.ref}</span>}
      footer={
        <>
          <Button onClick={onClose}>{t('remove.keep')}</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t('remove.do')}
          </Button>
        </>
      }
    >
      <p className="remove-from">{t('remove.from', { count: row.on.length, nodes: format.list(row.on) })}</p>
      {using.length > 0 ? (
        <Callout tone="warn" title={t('remove.used', { count: using.length })}>
          <p className="mono break">
            {named.join(', ')}
            {using.length > mostPods ? ` … ${t('remove.more', { count: using.length - mostPods })}` : ''}
          </p>
          <p>{t('remove.usedText')}</p>
        </Callout>
      ) : pods.isPending && context !== null ? (
        <p className="fg-3">{common('loading')}</p>
      ) : pods.error || context === null ? (
        <Callout tone="warn">{t('remove.unknown')}</Callout>
      ) : (
        <p className="fg-2">{t('remove.unused')}</p>
      )}
      {others.length > 0 ? <p className="fg-2">{t('remove.others', { count: others.length, names: format.list(others) })}</p> : null}
      {remove.error ? <ErrorNotice error={remove.error} /> : null}
    </Dialog>
  )
}
