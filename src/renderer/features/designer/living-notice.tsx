import { useMutation } from '@tanstack/react-query'
import { Hammer } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { Button, Callout } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** The document is of a cluster that exists: what a create would do, and the way to this cluster with other settings. */
export function LivingNotice({
  id,
  name,
  document,
  possible,
  onKept,
}: {
  readonly id: string
  readonly name: string
  readonly document: string
  /** False: the document has errors. */
  readonly possible: boolean
  readonly onKept: (document: string) => void
}) {
  const { t } = useTranslation('designer')
  const adopt = useMutation({
    // Whose profile the cluster is, it stays.
    mutationFn: (text: string) => api.clusters.adopt({ id, document: text }),
    onSuccess: (_, text) => onKept(text),
  })
  const kept = adopt.isSuccess && adopt.variables === document
  return (
    <>
      <Callout
        tone="info"
        className="page-notice"
        title={t('living.title', { name })}
        actions={
          <>
            <Button size="small" icon={Hammer} busy={adopt.isPending} disabled={!possible || kept} onClick={() => adopt.mutate(document)}>
              {t('living.keep', { name })}
            </Button>
            <span role="status" className="sm">
              {kept ? t('living.kept', { name }) : ''}
            </span>
          </>
        }
      >
        <p>{t('living.text', { name })}</p>
      </Callout>
      {adopt.error ? <ErrorNotice className="page-notice" error={adopt.error} onRetry={() => adopt.mutate(document)} /> : null}
    </>
  )
}
