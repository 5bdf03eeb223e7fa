// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactElement } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Command, JobEvent } from '#shared/contract/jobs.ts'
import { calls, cluster, engine, instead, problem, runningJob, settingsState, source, tool, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import type { Language } from '../../locales/language.ts'
import { ActivityPage } from '../activity/activity-page.tsx'
import { ClusterPage } from '../cluster/cluster-page.tsx'
import { ClustersPage } from '../clusters/clusters-page.tsx'
import { ContextsPage } from '../contexts/contexts-page.tsx'
import { JobPage } from '../jobs/job-page.tsx'
import { MachinePage } from '../machine/machine-page.tsx'
import { NodePage } from '../node/node-page.tsx'
import { ProfilesPage } from '../profiles/profiles-page.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'

/** Streams of jobs, as tests hand them over. */
const stream = vi.hoisted(() => ({ events: [] as unknown[], error: null as unknown, asked: 0 }))
vi.mock('../../api/client.ts', async () => {
  const fake = await import('../../fixtures/fake-api.ts')
  return {
    ...fake,
    iterate: async (_start: unknown, send: (event: unknown) => void) => {
      stream.asked += 1
      if (stream.error !== null) throw stream.error
      stream.events.forEach(send)
    },
  }
})
vi.mock('./page.tsx', () => import('../../fixtures/plain-page.tsx'))
vi.stubGlobal(
  'IntersectionObserver',
  class {
    constructor(tell: (entries: { readonly isIntersecting: boolean }[]) => void) {
      queueMicrotask(() => tell([{ isIntersecting: true }]))
    }
    observe() {}
    disconnect() {}
  },
)

type PageRow = {
  readonly page: string
  readonly element: () => ReactElement
  readonly path: string
  /** Where it is shown: an address of that path. */
  readonly at?: { readonly params?: Record<string, string>; readonly search?: Record<string, string> }
  /** What it is read with. */
  readonly call: string
  /** Pressed before the page is looked at. */
  readonly press?: Record<Language, string>
  /** To be seen where the page is full. Null: what it is full with is made in the tests of the page itself. */
  readonly full: string | RegExp | null
}
const shop = { params: { id: 'kind:shop:1' } }
const machine = (tab: string, call: string, full: PageRow['full'], search: Record<string, string> = {}): PageRow => ({
  page: `This machine, ${tab}`,
  element: () => <MachinePage />,
  path: '/machine',
  at: { search: { tab, ...search } },
  call,
  full,
})
const pages: readonly PageRow[] = [
  { page: 'Clusters', element: () => <ClustersPage />, path: '/clusters', call: 'clusters.list', full: 'shop' },
  { page: 'Cluster', element: () => <ClusterPage />, path: '/clusters/$id', at: shop, call: 'clusters.list', full: 'shop-control-plane' },
  {
    page: 'Cluster, images',
    element: () => <ClusterPage />,
    path: '/clusters/$id',
    at: { ...shop, search: { tab: 'images' } },
    call: 'clusters.images',
    full: 'docker.io/library/nginx:1',
  },
  {
    page: 'Cluster, network',
    element: () => <ClusterPage />,
    path: '/clusters/$id',
    at: { ...shop, search: { tab: 'network' } },
    call: 'network.look',
    full: null,
  },
  {
    page: 'Node',
    element: () => <NodePage />,
    path: '/clusters/$id/nodes/$node',
    at: { params: { ...shop.params, node: 'shop-control-plane' } },
    call: 'nodes.details',
    full: 'a container of the node',
  },
  { page: 'Profiles', element: () => <ProfilesPage />, path: '/clusters/profiles', call: 'profiles.list', full: 'three nodes' },
  { page: 'Contexts', element: () => <ContextsPage />, path: '/contexts', call: 'kubeconfig.list', full: 'kind-shop' },
  { page: 'Activity, jobs', element: () => <ActivityPage />, path: '/activity', call: 'jobs.list', full: 'dev' },
  {
    page: 'Activity, commands',
    element: () => <ActivityPage />,
    path: '/activity',
    call: 'jobs.commands',
    press: { en: 'Commands', 'zh-CN': '命令' },
    full: 'kind create cluster --name=dev',
  },
  { page: 'Settings', element: () => <SettingsPage />, path: '/settings', call: 'settings.get', full: settingsState().dataDir },
  machine('tools', 'toolchain.list', 'kubectl'),
  machine('setup', 'setup.plan', null, { intent: 'node' }),
  machine('downloads', 'downloads.releases', /v1\.37\.1/),
  machine('runtimes', 'runtimes.look', null),
  machine('images', 'hostImages.look', null),
  machine('checks', 'hostChecks.run', null),
  machine('kubeadm', 'kubeadm.state', null),
  machine('leftovers', 'leftovers.list', null),
]
const retry = { en: 'Try again', 'zh-CN': '重试' }
const title = { en: 'Something went wrong inside Cove', 'zh-CN': 'Cove 内部出错' }
const loading = { en: /Loading|Looking|Checking/, 'zh-CN': /加载中|正在/ }

const command = { argv: ['/usr/bin/kind', 'create', 'cluster', '--name=dev'], envNames: [], tail: [], cwd: '/', id: 'c', jobId: null }

const container = {
  id: 'c',
  state: 'running',
  startedAt: 1,
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  restartPolicy: 'no',
  cpus: null,
  memoryBytes: null,
  ports: [],
  mounts: [],
  networks: [],
}

beforeEach(() => {
  calls.length = 0
  for (const name of Object.keys(instead)) delete instead[name]
  Object.assign(stream, { events: [], error: null, asked: 0 })
  world.engine = engine()
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 }), source('kubeconfig')] }
  world.images = {
    nodes: [
      {
        node: 'shop-control-plane',
        error: null,
        images: [{ ref: 'docker.io/library/nginx:1', id: 'sha256:1', sizeBytes: 1 }],
      },
    ],
    asOf: 1,
  }
  world.nodeDetails = {
    node: cluster().nodes[0] ?? null,
    api: { value: null, error: null },
    container: { value: { ...container, image: 'a container of the node' }, error: null },
    shell: false,
    asOf: 1,
  }
  const profile = { id: 'p', name: 'three nodes', provider: 'kind' as const, file: '/p', modifiedAt: 1, controlPlanes: 1, workers: 2 }
  world.profiles = { profiles: [{ ...profile, version: null }], damaged: [], folder: '/data/profiles' }
  const context = { file: '/k', cluster: 'c', user: 'u', namespace: null, server: null, local: true, current: true, shadowed: false }
  world.kubeconfig = {
    files: [{ path: '/k', exists: true, writable: true, contexts: 1, asOf: 1, error: null }],
    contexts: [{ ...context, name: 'kind-shop', problem: null }],
    current: null,
    dangling: null,
  }
  world.jobs = [runningJob({ state: 'succeeded', finishedAt: 1 })]
  world.commands = [
    {
      ...command,
      pid: 1,
      startedAt: Date.now(),
      durationMs: 1,
      exitCode: 0,
      signal: null,
      state: 'succeeded',
      outputBytes: 0,
      truncated: false,
    } satisfies Command,
  ]
  world.tools = [tool('kubectl', { downloadable: true, wanted: 'v1.34.4' })]
  world.settings = settingsState()
})
afterEach(cleanup)

async function show(row: PageRow, language: Language) {
  const shown = renderAt(row.element(), language, row.path)
  await act(() => shown.router.navigate({ to: row.path, params: row.at?.params, search: row.at?.search ?? {} } as never))
  if (row.press) await userEvent.click(await screen.findByRole('button', { name: row.press[language] }))
  return shown
}
/** The calls of a kind so far. */
const asked = (name: string) => calls.filter((call) => call.name === name).length
const busy = () => [...document.querySelectorAll('main [aria-busy="true"]')].map((one) => one.textContent ?? '')
const alerts = () => screen.queryAllByRole('alert').filter((alert) => alert.textContent !== '')

test.each(pages)('$page: while nothing has answered there are rows in waiting, and a word for those who do not see them', async (row) => {
  instead[row.call] = 'silence'
  await show(row, 'en')
  await waitFor(() => expect(busy().join(' ')).toMatch(loading.en))
  expect(alerts()).toEqual([])
  if (row.full !== null) expect(screen.queryByText(row.full)).toBeNull()
})

test.each(pages)('$page: what cannot be read says so, and one press reads it again', async (row) => {
  instead[row.call] = problem('internal')
  await show(row, 'zh-CN')
  const alert = (await screen.findByText(title['zh-CN'])).closest<HTMLElement>('[role="alert"]')
  const again = within(alert ?? document.body).getByRole('button', { name: retry['zh-CN'] })
  expect(busy().filter((text) => loading['zh-CN'].test(text))).toEqual([])
  const before = asked(row.call)
  delete instead[row.call]
  await userEvent.click(again)
  await waitFor(() => expect(asked(row.call)).toBeGreaterThan(before))
  if (row.full !== null) expect((await screen.findAllByText(row.full))[0]).toBeTruthy()
  if (row.full !== null) await waitFor(() => expect(alerts()).toEqual([]))
})
test.each(pages.filter((row) => row.full !== null))(
  '$page: where it cannot be read any more, what was known stays and is said to be old',
  async (row) => {
    const { queries } = await show(row, 'en')
    expect((await screen.findAllByText(row.full ?? ''))[0]).toBeTruthy()
    instead[row.call] = problem('internal')
    await act(() => queries.invalidateQueries())
    expect((await screen.findAllByText(title.en)).length).toBeGreaterThan(0)
    expect(screen.getAllByText(row.full ?? '')[0]).toBeTruthy()
  },
)

test('a job waits for its first message with rows, and says where its stream broke', async () => {
  const row = { page: 'Job', element: () => <JobPage />, path: '/jobs/$id', at: { params: { id: 'job-1' } }, call: '', full: null }
  const { unmount } = await show(row, 'zh-CN')
  await waitFor(() => expect(busy().join(' ')).toMatch(loading['zh-CN']))
  unmount()
  stream.error = problem('internal')
  await show(row, 'zh-CN')
  await screen.findByText(title['zh-CN'])
  stream.error = null
  stream.events = [{ type: 'snapshot', job: runningJob(), commands: [], output: [] } satisfies JobEvent]
  await userEvent.click(screen.getByRole('button', { name: retry['zh-CN'] }))
  expect(await screen.findByText('第 2 步，共 3 步')).toBeTruthy()
  expect(screen.queryByText(title['zh-CN'])).toBeNull()
})
