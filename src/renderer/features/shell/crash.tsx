import { Component } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Code, CopyButton, EmptyState } from '../../ui/index.ts'
import { reportOf } from './error-notice.tsx'

/** Keeps a fault of one page inside that page, and gives it a report that can be copied. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('unknown') }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return <CrashPage error={this.state.error} onAgain={() => this.setState({ error: null })} />
  }
}

export function CrashPage({ error, onAgain }: { readonly error: unknown; readonly onAgain: () => void }) {
  const { t } = useTranslation('shell')
  const { t: common } = useTranslation('common')
  const report = `${reportOf(error)}\n\n${window.location.hash}\n${navigator.userAgent}`
  return (
    <>
      <header className="header">
        <h1>{t('crash.title')}</h1>
      </header>
      <main className="page" id="main" tabIndex={-1}>
        <div className="scroll">
          <EmptyState
            title={t('crash.title')}
            actions={
              <>
                <Button variant="primary" onClick={onAgain}>
                  {t('crash.again')}
                </Button>
                <CopyButton text={report} variant="plain" size="normal">
                  {common('copyReport')}
                </CopyButton>
              </>
            }
          >
            {t('crash.text')}
          </EmptyState>
          <div className="section">
            <Code text={report} label={t('crash.report')} wrap />
          </div>
        </div>
      </main>
    </>
  )
}
