import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Callout } from './callout.tsx'
import { KeyValue } from './key-value.tsx'

type ErrorPanelProps = {
  readonly title: ReactNode
  readonly cause?: ReactNode
  /** What follows from it: what was not done, what is left. */
  readonly consequence?: ReactNode
  readonly fix?: ReactNode
  readonly actions?: ReactNode
  /** Raw output or the report, one click away. */
  readonly raw?: ReactNode
  readonly tone?: 'bad' | 'warn'
  readonly className?: string
}

/** A failure: cause, consequence, fix, in this order; buttons that do it; raw output one click away. */
export function ErrorPanel({ title, cause, consequence, fix, actions, raw, tone = 'bad', className }: ErrorPanelProps) {
  const { t } = useTranslation('common')
  return (
    <Callout tone={tone} title={title} actions={actions} alert {...(className ? { className } : {})}>
      <KeyValue
        items={[
          cause ? { key: 'cause', label: t('error.cause'), value: cause } : null,
          consequence ? { key: 'consequence', label: t('error.consequence'), value: consequence } : null,
          fix ? { key: 'fix', label: t('error.fix'), value: fix } : null,
        ]}
      />
      {raw ? (
        <details className="raw">
          <summary>{t('error.raw')}</summary>
          {raw}
        </details>
      ) : null}
    </Callout>
  )
}
