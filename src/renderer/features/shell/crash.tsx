import { Component } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Code, CopyButton, EmptyState } from '../../ui/index.ts'
import { reportOf } from './error-notice.tsx'

type CrashState = { readonly error: unknown; readonly path: string }

/** Keeps a fault of one page inside that page, and gives it a report that can be copied. Another page begins afresh. */
export class Crash extends Component<{ readonly path: string; readonly children: ReactNode }, CrashState> {
  override state: CrashState = { error: null, path: this.props.path }

  static getDerivedStateFromError(error: unknown): Partial<CrashState> {
    return { error: error ?? new Error('unknown') }
  }

  static getDerivedStateFromProps(props: { readonly path: string }, state: CrashState): CrashState | null {
    return props.path === state.path ? null : { error: null, path: props.path }
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
