import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { I18nextProvider } from 'react-i18next'
import { followChanges } from './api/changes.ts'
import { EngineFoot } from './features/shell/engine-foot.tsx'
import type { FrameParts } from './features/shell/frame.tsx'
import { setPath } from './features/shell/path.ts'
import { ClusterCount, RunningJobs } from './features/shell/rail-facts.tsx'
import { useAppearance } from './features/shell/use-appearance.ts'
import { createI18n } from './locales/i18n.ts'
import { language } from './locales/language.ts'
import { createAppRouter } from './routes.tsx'

const words = createI18n(language.get())

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
const unfollow = followChanges(queryClient)
// While the pages are developed, this module may be taken anew.
import.meta.hot?.dispose(unfollow)
const router = createAppRouter(queryClient)
router.history.subscribe(({ location }) => setPath(location.pathname))

export const parts: FrameParts = {
  Page: within(Page),
  ClusterCount: within(ClusterCount),
  RunningJobs: within(RunningJobs),
  Engine: within(EngineFoot),
}

/** What every part needs around it: words and queries. */
function within(Part: ComponentType): ComponentType {
  return function Within() {
    return (
      <I18nextProvider i18n={words}>
        <QueryClientProvider client={queryClient}>
          <Part />
        </QueryClientProvider>
      </I18nextProvider>
    )
  }
}

function Page() {
  useAppearance(words)
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <RouterProvider router={router} />
      </Tooltip.Provider>
    </CSPProvider>
  )
}
