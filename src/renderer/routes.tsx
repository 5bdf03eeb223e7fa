import type { QueryClient } from '@tanstack/react-query'
import { createHashHistory, createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { CrashPage } from './features/shell/crash.tsx'
import { Shell } from './features/shell/shell.tsx'
import { later } from './later.tsx'

/** `namespace`, `pod`, `container`: one pod. What else the page of logs keeps in its address is read in `features/logs/log-search.ts`. */
export type LogsSearch = { readonly [Field in (typeof logsFields)[number]]?: string }
const logsFields = [
  ...(['context', 'file', 'namespace', 'pod', 'container', 'parts', 'begin', 'previous'] as const),
  ...(['filter', 'find', 'cols', 'at', 'times', 'wrap', 'side'] as const),
]
/** `create`: with the dialog open. */
export type ClustersSearch = { readonly create?: true }
export type ClusterSearch = { readonly tab?: 'pods' }

/** The frame of a page, until its code is here. */
const frame = (
  <>
    <header className="header" />
    <main className="page" id="main" tabIndex={-1} aria-busy />
  </>
)
type Pages = typeof import('./pages.ts')
let fetched: Pages | null = null
const pages = async () => (fetched ??= await import('./pages.ts'))
const page = (pick: (all: Pages) => ComponentType) =>
  later(
    async () => pick(await pages()),
    frame,
    () => fetched && pick(fetched),
  )

const root = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: page((all) => all.NotFoundPage),
  errorComponent: ({ error, reset }) => <CrashPage error={error} onAgain={reset} />,
})

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/clusters', replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/clusters',
    validateSearch: (search: Record<string, unknown>): ClustersSearch => (search['create'] === true ? { create: true } : {}),
    component: page((all) => all.ClustersPage),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/clusters/$id',
    validateSearch: (search: Record<string, unknown>): ClusterSearch => (search['tab'] === 'pods' ? { tab: 'pods' } : {}),
    component: page((all) => all.ClusterPage),
  }),
  createRoute({ getParentRoute: () => root, path: '/jobs/$id', component: page((all) => all.JobPage) }),
  createRoute({
    getParentRoute: () => root,
    path: '/logs',
    validateSearch: logsSearch,
    component: page((all) => all.LogsPage),
  }),
  createRoute({ getParentRoute: () => root, path: '/contexts', component: page((all) => all.ContextsPage) }),
  createRoute({ getParentRoute: () => root, path: '/machine', component: page((all) => all.MachinePage) }),
  createRoute({ getParentRoute: () => root, path: '/activity', component: page((all) => all.ActivityPage) }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: page((all) => all.SettingsPage) }),
] as const

/** Hash routes: the same page works from `app://` and from any path of a web host, and a reload stays where it was. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    context: { queryClient },
    defaultPreload: false,
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

/** Only what the page knows, as text: a name such as `123` comes out of the address as a number. */
function logsSearch(search: Record<string, unknown>): LogsSearch {
  const known: Partial<Record<(typeof logsFields)[number], string>> = {}
  for (const field of logsFields) {
    const value = search[field]
    if (typeof value === 'string' && value !== '') known[field] = value
    else if (typeof value === 'number' || typeof value === 'boolean') known[field] = String(value)
  }
  return known
}
