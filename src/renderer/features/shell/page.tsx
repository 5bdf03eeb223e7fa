import { Search } from 'lucide-react'
import { use, useEffect } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Crumbs, Icon, Kbd, modKey, StatusLine } from '../../ui/index.ts'
import { ContextSwitcher } from '../contexts/context-switcher.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { early } from './early.ts'
import { PaletteOpener } from './palette-opener.ts'

type PageProps = {
  readonly title: string
  /** Links that stand before the title. */
  readonly before?: ReactNode
  /** `StatusItem`s: where the page's facts come from and how old they are. */
  readonly status?: ReactNode
  readonly statusEnd?: ReactNode
  readonly children: ReactNode
}

/** One page: header with title, context switcher and palette; content; status line. Every route renders exactly one. */
export function Page({ title, before, status, statusEnd, children }: PageProps) {
  const { t } = useTranslation('shell')
  const openPalette = use(PaletteOpener)
  useEffect(() => {
    document.title = t('title', { page: title })
  }, [title, t])
  useEffect(() => {
    // A page change moves the focus to its title, so that what reads the screen starts there; the first page leaves it to the browser.
    if (pagesShown > 0) document.getElementById('page-title')?.focus()
    // Unless the focus stood in the place that this page takes.
    else if (early.main) document.getElementById('main')?.focus()
    early.main = false
    pagesShown += 1
  }, [])
  return (
    <>
      <header className="header">
        <Crumbs before={before} title={title} />
        <ContextSwitcher />
        <button type="button" className="btn find" aria-keyshortcuts="Control+K Meta+K" onClick={openPalette}>
          <Icon of={Search} />
          <span className="fg-3 palette-hint">{t('palette.open')}</span>
          <span aria-hidden>
            <Kbd>{modKey('K')}</Kbd>
          </span>
        </button>
      </header>
      <main className="page" id="main" tabIndex={-1}>
        <ConnectionBanner />
        {children}
        <StatusLine end={statusEnd}>{status}</StatusLine>
      </main>
    </>
  )
}

let pagesShown = 0
