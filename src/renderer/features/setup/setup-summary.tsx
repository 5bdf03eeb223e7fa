import { useTranslation } from 'react-i18next'
import type { SetupDownload, SetupPlan } from '#shared/contract/setup.ts'
import { Age, Bytes } from '../../ui/index.ts'

/** How far it is, what would be fetched in all, and whether root is needed. */
export function SetupSummary({ plan: { steps, asOf } }: { readonly plan: SetupPlan }) {
  const { t } = useTranslation('setup')
  const wanted = steps.filter(({ state }) => state !== 'optional')
  const done = wanted.filter(({ state }) => state === 'done').length
  const open = wanted.filter(({ state }) => state !== 'done')
  const downloads = open.flatMap(({ download }) => download ?? [])
  const from = (one: SetupDownload) => (one.kind === 'file' ? new URL(one.url).host : (one.from ?? t('download.system')))
  const hosts = [...new Set(downloads.map(from))].join(t('comma'))
  const bytes = downloads.reduce<number | null>((sum, one) => {
    const own = one.kind === 'file' ? one.bytes : null
    return sum === null || own === null ? null : sum + own
  }, 0)
  const roots = open.filter(({ root }) => root).length
  const unknown = steps.filter(({ state }) => state === 'unknown').length
  return (
    <p className="setup-counts fg-2" role="status">
      <strong>{done === wanted.length ? t('summary.all') : t('summary.done', { done, all: wanted.length })}</strong>
      <span>
        {downloads.length === 0 ? t('summary.noDownload') : t('summary.downloads', { count: downloads.length, hosts })}
        {downloads.length > 0 && bytes !== null ? (
          <>
            {t('comma')}
            <Bytes value={bytes} />
          </>
        ) : null}
      </span>
      <span>{roots === 0 ? t('summary.noRoot') : t('summary.root', { count: roots })}</span>
      {unknown > 0 ? <span>{t('summary.unknown', { count: unknown })}</span> : null}
      <span className="fg-3">
        <Age at={asOf} ago />
      </span>
    </p>
  )
}
