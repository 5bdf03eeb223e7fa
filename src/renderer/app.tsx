import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { I18nextProvider } from 'react-i18next'
import { followChanges } from './api/changes.ts'
import { applyTheme, rememberedAppearance, useAppearance } from './features/shell/appearance.ts'
import { chooseLanguage, createI18n } from './locales/i18n.ts'
import { createAppRouter } from './routes.tsx'

const remembered = rememberedAppearance()
applyTheme(remembered.theme)
const language = chooseLanguage(remembered.language, navigator.languages)
document.documentElement.lang = language
const words = createI18n(language)

/** Nothing grows old by itself here: core says what has changed. A failed read is shown, not tried again in silence. */
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      retry: false,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})
const router = createAppRouter(queryClient)

export function App() {
  useEffect(() => followChanges(queryClient), [])
  return (
    <CSPProvider disableStyleElements>
      <I18nextProvider i18n={words}>
        <QueryClientProvider client={queryClient}>
          <Appearance />
          <Tooltip.Provider>
            <RouterProvider router={router} />
          </Tooltip.Provider>
        </QueryClientProvider>
      </I18nextProvider>
    </CSPProvider>
  )
}

function Appearance() {
  useAppearance(words)
  return null
}
