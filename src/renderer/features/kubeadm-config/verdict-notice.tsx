import { useTranslation } from 'react-i18next'
import { Callout } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { useVerdict } from './use-verdict.ts'

/** What the kubeadm of the machine says of the file as it stands. */
export function VerdictNotice({ verdict: { verdict, error, ask } }: { readonly verdict: ReturnType<typeof useVerdict> }) {
  const { t } = useTranslation('kubeadm-config')
  if (error) return <ErrorNotice className="page-notice" error={error} onRetry={ask} />
  if (verdict === null) return null
  const { version, ok, said } = verdict
  const errors = said.filter((one) => one.severity === 'error')
  const warnings = said.length - errors.length
  return (
    <Callout
      tone={ok ? (warnings > 0 ? 'warn' : 'ok') : 'bad'}
      className="page-notice"
      title={t(ok ? 'verdict.ok' : 'verdict.refused', { version })}
      alert={!ok}
    >
      {said.length > 0 ? (
        <ul className="kubeadm-said">
          {said.map((one) => (
            <li key={one.message} className="text-wrap">
              {one.line === null ? null : <span className="mono fg-3">{t('verdict.line', { line: one.line })} </span>}
              {one.message}
            </li>
          ))}
        </ul>
      ) : ok ? null : (
        <p>{t('verdict.silent')}</p>
      )}
      {ok ? null : <p className="fg-2">{t('verdict.first')}</p>}
    </Callout>
  )
}
