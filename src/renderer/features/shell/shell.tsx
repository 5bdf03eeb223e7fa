import { Outlet, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { CommandPalette } from '../palette/command-palette.tsx'
import { Crash } from './crash.tsx'
import { early, isPaletteKey } from './early.ts'
import { PaletteOpener } from './palette-opener.ts'

/** What every page stands in besides the frame: the palette, and a fault that stays inside its page. The page brings its own header. */
export function Shell() {
  const [palette, setPalette] = useState(early.palette)
  const [wanted, setWanted] = useState(false)
  const open = useCallback(() => setPalette(true), [])
  if (palette && !wanted) setWanted(true)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => {
    early.palette = false
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPaletteKey(event)) return
      event.preventDefault()
      setPalette((shown) => !shown)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <PaletteOpener value={open}>
      <Crash path={path}>
        <Outlet />
      </Crash>
      {wanted ? <CommandPalette open={palette} onOpenChange={setPalette} /> : null}
    </PaletteOpener>
  )
}
