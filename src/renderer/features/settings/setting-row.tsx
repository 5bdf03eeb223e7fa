import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldError, State } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

export type SaveResult = 'idle' | 'saving' | 'saved'

type SettingRowProps = {
  /** Of the control; the hint is `<id>-hint`, the problem `<id>-problem`. */
  readonly id: string
  readonly label: ReactNode
  readonly mono?: boolean
  readonly result?: SaveResult
  /** Why it is not saved, as it is typed. */
  readonly problem?: ReactNode
  /** Stands where the result stands when there is neither result nor problem. */
  readonly note?: ReactNode
  readonly hint?: ReactNode
  /** What core said to the change. */
  readonly error?: unknown
  readonly children: ReactNode
}

/** Label, control, and what became of the last change beside it. */
export function SettingRow({ id, label, mono, result = 'idle', problem, note, hint, error, children }: SettingRowProps) {
  const { t } = useTranslation('settings')
  return (
    <div className="setting">
      <label htmlFor={id} className={mono ? 'mono' : undefined}>
        {label}
      </label>
      {children}
      <div className="setting-result">
        {problem ? <FieldError id={`${id}-problem`}>{problem}</FieldError> : null}
        <span role="status">
          {problem ? null : result === 'saving' ? (
            <State tone="info" busy>
              {t('saving')}
            </State>
          ) : result === 'saved' ? (
            <State tone="ok">{t('saved')}</State>
          ) : null}
        </span>
        {problem || result !== 'idle' ? null : note}
      </div>
      {hint ? (
        <div id={`${id}-hint`} className="hint setting-hint">
          {hint}
        </div>
      ) : null}
      {error ? <ErrorNotice className="setting-error" error={error} consequence={t('notSaved')} /> : null}
    </div>
  )
}
