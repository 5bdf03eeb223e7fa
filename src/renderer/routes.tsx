import type { QueryClient } from '@tanstack/react-query'
import { createHashHistory, createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router'
import type { SetupIntent } from '#shared/contract/setup.ts'
import { ActivityPage } from './features/activity/activity-page.tsx'
import { ClusterPage } from './features/cluster/cluster-page.tsx'
import { ClustersPage } from './features/clusters/clusters-page.tsx'
import { ContextsPage } from './features/contexts/contexts-page.tsx'
import { DesignerPage } from './features/designer/designer-page.tsx'
import { JobPage } from './features/jobs/job-page.tsx'
import { LogsPage } from './features/logs/logs-page.tsx'
import { NodePage } from './features/node/node-page.tsx'
import { MachinePage } from './features/machine/machine-page.tsx'
import { ProfilesPage } from './features/profiles/profiles-page.tsx'
import { SettingsPage } from './features/settings/settings-page.tsx'
import { intents } from './features/setup/use-setup-search.ts'
import { CrashPage } from './features/shell/crash.tsx'
import { NotFoundPage } from './features/shell/not-found-page.tsx'
import { Shell } from './features/shell/shell.tsx'

/** `namespace`, `pod`, `container`: one pod. What else the page of logs keeps in its address is read in `features/logs/log-search.ts`. */
export type LogsSearch = { readonly [Field in (typeof logsFields)[number]]?: string }
const logsFields = [
  ...(['context', 'file', 'namespace', 'pod', 'container', 'parts', 'begin', 'previous'] as const),
  ...(['filter', 'find', 'cols', 'at', 'times', 'wrap', 'side', 'lanes'] as const),
]
/** `create`: with the dialog open. */
export type ClustersSearch = { readonly create?: true }
/** What the designer begins with, an id each; `focus`: where the cursor is to be. */
export type DesignerSearch = {
  readonly profile?: string
  readonly cluster?: string
  readonly provider?: 'kind' | 'minikube'
  readonly focus?: 'version'
}
export type ClusterSearch = { readonly tab?: 'pods' | 'images' | 'network' | 'services' | 'add-ons' }
/** `target`: what the tabs that work on one are about; none: this machine. `intent`: what is set up. */
export type MachineSearch = { readonly tab?: MachineTabId; readonly target?: string; readonly intent?: SetupIntent }
export type MachineTabId = (typeof machineTabIds)[number]
const machineTabIds = ['tools', 'setup', 'downloads', 'runtimes', 'images', 'checks', 'kubeadm', 'leftovers'] as const
export type NodeSearch = { readonly tab?: 'pods' | 'images' | 'shell' }

const root = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
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
    component: ClustersPage,
  }),
  createRoute({ getParentRoute: () => root, path: '/clusters/new', validateSearch: designerSearch, component: DesignerPage }),
  createRoute({ getParentRoute: () => root, path: '/clusters/profiles', component: ProfilesPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/clusters/$id',
    validateSearch: (search: Record<string, unknown>): ClusterSearch =>
      oneOf(search['tab'], ['pods', 'images', 'network', 'services', 'add-ons']),
    component: ClusterPage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/clusters/$id/nodes/$node',
    validateSearch: (search: Record<string, unknown>): NodeSearch => oneOf(search['tab'], ['pods', 'images', 'shell']),
    component: NodePage,
  }),
  createRoute({ getParentRoute: () => root, path: '/jobs/$id', component: JobPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/logs',
    validateSearch: logsSearch,
    component: LogsPage,
  }),
  createRoute({ getParentRoute: () => root, path: '/contexts', component: ContextsPage }),
  createRoute({ getParentRoute: () => root, path: '/machine', validateSearch: machineSearch, component: MachinePage }),
  createRoute({ getParentRoute: () => root, path: '/activity', component: ActivityPage }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage }),
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

function oneOf<T extends string>(tab: unknown, known: readonly T[]): { readonly tab?: T } {
  const found = known.find((one) => one === tab)
  return found === undefined ? {} : { tab: found }
}

function machineSearch(search: Record<string, unknown>): MachineSearch {
  const { target } = search
  const intent = intents.find((one) => one === search['intent'])
  return {
    ...oneOf(search['tab'], machineTabIds),
    ...(intent === undefined ? {} : { intent }),
    ...(typeof target === 'string' && target !== '' ? { target } : {}),
  }
}

function designerSearch(search: Record<string, unknown>): DesignerSearch {
  const { profile, cluster, provider, focus } = search
  // An id such as `123` comes out of the address as a number.
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  return {
    ...(text(profile) === '' ? {} : { profile: text(profile) }),
    ...(text(cluster) === '' ? {} : { cluster: text(cluster) }),
    ...(provider === 'kind' || provider === 'minikube' ? { provider } : {}),
    ...(focus === 'version' ? { focus } : {}),
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
