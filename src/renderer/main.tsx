import { StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
// First, so that what a page says of its own parts comes after what the kit says of all.
import './ui/styles/index.css'
import { applyTheme, rememberedAppearance } from './features/shell/appearance.ts'
import { Frame } from './features/shell/frame.tsx'
import { startPath } from './features/shell/path.ts'
import { chooseLanguage, language } from './locales/language.ts'
import { painted } from './painted.ts'

// Only what the first paint needs is imported here; all else is behind `load`, in one piece, so that no later click waits for code.
const load = async () => {
  await painted()
  return (await import('./app.tsx')).parts
}

const root = document.getElementById('root')
if (root) {
  const remembered = rememberedAppearance()
  applyTheme(remembered.theme)
  language.set(chooseLanguage(remembered.language, navigator.languages))
  startPath()
  // At once, so that it is in the first frame after this script.
  flushSync(() =>
    createRoot(root).render(
      <StrictMode>
        <Frame load={load} />
      </StrictMode>,
    ),
  )
}
