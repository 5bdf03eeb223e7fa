import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
// First, so that what a page says of its own parts comes after what the kit says of all.
import './ui/styles/index.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
