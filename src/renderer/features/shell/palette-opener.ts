import { createContext } from 'react'

/** Opens the command palette; given by the shell. */
export const PaletteOpener = createContext<() => void>(() => {})
