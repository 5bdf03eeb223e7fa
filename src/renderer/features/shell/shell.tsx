import { Outlet, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cx } from '../../ui/index.ts'
import { later } from '../../later.tsx'
import { Crash } from './crash.tsx'
import { PaletteOpener } from './palette-opener.ts'
import { Rail } from './rail.tsx'
import './shell.css'

const CommandPalette = later(async () => (await import('../../pages.ts')).CommandPalette, null)

/** The frame around every page: skip link, rail, palette. The page brings its own header. */
export function Shell() {
  const { t } = useTranslation('shell')
  const [palette, setPalette] = useState(false)
  const [wanted, setWanted] = useState(false)
  const open = useCallback(() => setPalette(true), [])
  if (palette && !wanted) setWanted(true)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setPalette((shown) => !shown)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <PaletteOpener value={open}>
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // The hash is the route, so the jump is made by hand.
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {t('skip')}
      </a>
      <div className={cx('window', path.startsWith('/logs') && 'narrow-rail')}>
        <Rail />
        <Crash path={path}>
          <Outlet />
        </Crash>
      </div>
      {wanted ? <CommandPalette open={palette} onOpenChange={setPalette} /> : null}
    </PaletteOpener>
  )
}
