import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../api/client.ts'
import { Bytes } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

const most = 100

/** Images of the engine that fit what was typed; a press takes one. */
export function EngineImageList({ value, onChoose }: { readonly value: string; readonly onChoose: (ref: string) => void }) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  const images = useQuery(queryUtils.clusters.engineImages.queryOptions({ staleTime: 0 }))
  if (images.error) return <ErrorNotice tone="warn" error={images.error} onRetry={() => void images.refetch()} />
  const all = images.data ?? []
  const words = all.some(({ ref }) => ref === value) ? [] : value.toLowerCase().split(/\s+/)
  const fitting = all.filter(({ ref }) => words.every((word) => ref.toLowerCase().includes(word)))
  return (
    <div className="load-choice" role="group" aria-label={t('loading.choose')} aria-busy={images.isPending || undefined}>
      {images.isPending ? (
        <p className="fg-3">{common('loading')}</p>
      ) : fitting.length === 0 ? (
        <p className="fg-2">{all.length === 0 ? t('loading.engineEmpty') : t('loading.engineNone')}</p>
      ) : (
        <ul>
          {fitting.slice(0, most).map(({ ref, sizeBytes }) => (
            <li key={ref}>
              <button type="button" aria-pressed={ref === value} onClick={() => onChoose(ref)}>
                <span className="mono cut" title={ref}>
                  {ref}
                </span>
                <span className="fg-3 sm">
                  <Bytes value={sizeBytes} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {fitting.length > most ? <p className="fg-3">{t('loading.more', { count: fitting.length - most })}</p> : null}
    </div>
  )
}
