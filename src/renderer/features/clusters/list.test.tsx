// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, cluster, engine, instead, problem, runningJob, source, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { ClustersPage } from './clusters-page.tsx'
import { listState } from './use-clusters.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

const stopped = problem('engine-stopped', { endpoint: 'unix:///var/run/docker.sock' })

beforeEach(() => {
  calls.length = 0
  for (const name of Object.keys(instead)) delete instead[name]
  world.profiles = { ...world.profiles, profiles: [] }
  world.engine = engine()
  world.jobs = []
  world.problems = () => []
  world.refusal = null
  world.document = made
  world.clusters = { clusters: [], sources: [source('engine'), source('kubeconfig')] }
})
afterEach(cleanup)
const made = world.document

test('empty is what every source has said; what has not answered or fails is not', () => {
  const none = (...sources: ReturnType<typeof source>[]) => listState({ clusters: [], sources }, 0)
  expect(listState(undefined, 0)).toBe('loading')
  expect(none(source('engine'), source('kubeconfig'))).toBe('empty')
  expect(none(source('engine', { state: 'absent' }))).toBe('empty')
  expect(none(source('engine', { state: 'loading', value: null, asOf: null }))).toBe('loading')
  expect(none(source('engine', { state: 'failed', value: null, error: stopped }))).toBe('unknown')
  expect(listState({ clusters: [], sources: [] }, 1)).toBe('full')
  expect(listState({ clusters: [cluster()], sources: [source('engine', { state: 'failed' })] }, 0)).toBe('full')
})

test('empty: one button and what it will do', async () => {
  renderAt(<ClustersPage />)
  expect(await screen.findByText('No clusters yet')).toBeTruthy()
  expect(await screen.findByText('What “Create cluster” will do')).toBeTruthy()
  // Who wants something else is led on.
  expect(screen.getByRole('link', { name: 'What do you want to do?' }).getAttribute('href')).toContain('/machine?tab=setup')
})

test('loading: rows of the right shape, and a word for those who do not see them', async () => {
  world.clusters = { clusters: [], sources: [source('engine', { state: 'loading', value: null, asOf: null }), source('kubeconfig')] }
  renderAt(<ClustersPage />)
  expect((await screen.findByRole('grid', { name: 'Clusters' })).getAttribute('aria-busy')).toBe('true')
  expect(screen.getByText('Loading')).toBeTruthy()
})

test('a dialog that was opened while the list loads stays when there turns out to be nothing', async () => {
  world.clusters = { clusters: [], sources: [source('engine', { state: 'loading', value: null, asOf: null }), source('kubeconfig')] }
  const { queries } = renderAt(<ClustersPage />, 'en', '/clusters')
  await userEvent.click(await screen.findByRole('button', { name: 'Create cluster' }))
  expect(await screen.findByRole('dialog')).toBeTruthy()
  world.clusters = { clusters: [], sources: [source('engine'), source('kubeconfig')] }
  await queries.invalidateQueries()
  await waitFor(() => expect(document.body.textContent).toContain('No clusters yet'))
  expect(screen.getByRole('dialog')).toBeTruthy()
})

test('full: groups, states with their reason, filter', async () => {
  world.clusters = {
    clusters: [
      cluster({ currentContext: true }),
      cluster({
        id: 'kind:lab:1',
        name: 'lab',
        state: 'partly-running',
        reason: { code: 'nodes-down', facts: { stopped: 1, nodes: 3, node: 'lab-worker2', exitCode: 137 } },
      }),
      cluster({
        id: 'external:x',
        provider: 'external',
        name: 'staging',
        state: 'unknown',
        reason: { code: 'remote', facts: {} },
        nodes: [],
        server: 'https://10.1.2.3:6443',
      }),
      cluster({
        id: 'external:y',
        provider: 'kubeadm',
        name: 'box',
        state: 'stopped',
        reason: { code: 'api-refused', facts: {} },
        nodes: [],
        server: 'https://127.0.0.1:6443',
      }),
    ],
    sources: [source('engine', { value: 2 }), source('kubeconfig', { value: 1 })],
  }
  renderAt(<ClustersPage />)
  const grid = (await screen.findByText('lab')).closest<HTMLElement>('[role="grid"]') as HTMLElement
  expect(within(grid).getByText('On this machine')).toBeTruthy()
  expect(within(grid).getByText('Elsewhere')).toBeTruthy()
  expect(within(grid).getByText('lab-worker2 ended with exit code 137')).toBeTruthy()
  expect(within(grid).getByText('current context')).toBeTruthy()
  const rowOf = (name: string) => within(within(grid).getByText(name).closest('[role="row"]') as HTMLElement)
  expect(rowOf('staging').getByText('Known by its context')).toBeTruthy()
  expect(rowOf('staging').getByText('on another machine: asked on its page only')).toBeTruthy()
  expect(rowOf('box').getByText('Stopped')).toBeTruthy()
  expect(rowOf('box').getByText('nothing listens at its address')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter clusters' }), 'lab')
  expect(within(grid).queryByText('staging')).toBeNull()
  expect(within(grid).getByText('lab')).toBeTruthy()
  fireEvent.keyDown(screen.getByRole('textbox', { name: 'Filter clusters' }), { key: 'Escape' })
  expect(within(grid).getByText('staging')).toBeTruthy()
})

test('a cluster of another engine is a row that says where it is, and offers what its context can do', async () => {
  const reason = { code: 'other-engine' as const, facts: { engine: 'colima', way: 'context' } }
  world.clusters = {
    clusters: [cluster({ id: 'kind:lab:', name: 'lab', state: 'unknown', version: null, nodes: [], reason })],
    sources: [source('engine', { value: 0 }), source('kubeconfig', { value: 1 })],
  }
  renderAt(<ClustersPage />)
  const row = within((await screen.findByText('in another engine: colima')).closest<HTMLElement>('[role="row"]') as HTMLElement)
  expect(row.getByText('Unknown')).toBeTruthy()
  await userEvent.click(row.getByRole('button', { name: /lab/, expanded: false }))
  expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(['Open', 'Logs', 'Use its context'])
})

test('a source that fails greys its rows and never empties them', async () => {
  world.engine = engine({ state: 'stopped', error: stopped })
  world.clusters = {
    clusters: [cluster({ state: 'unknown', reason: { code: 'source-failed', facts: {} } })],
    sources: [source('engine', { state: 'failed', value: 1, error: stopped, asOf: Date.now() - 14 * 60_000 }), source('kubeconfig')],
  }
  renderAt(<ClustersPage />)
  const row = (await screen.findByText('shop')).closest('[role="row"]')
  expect(row?.classList.contains('old')).toBe(true)
  expect(screen.getByText('The container engine does not run')).toBeTruthy()
  expect(screen.getByText('14 min ago')).toBeTruthy()
})

test('rows are walked with the arrows and opened with Enter', async () => {
  world.clusters = { clusters: [cluster(), cluster({ id: 'kind:lab:1', name: 'lab' })], sources: [source('engine', { value: 2 })] }
  const { router } = renderAt(<ClustersPage />)
  await screen.findByText('lab')
  const rows = screen.getAllByRole('row').filter((row) => row.hasAttribute('tabindex'))
  expect(rows.map((row) => row.tabIndex)).toEqual([0, -1])
  rows[0]?.focus()
  fireEvent.keyDown(rows[0] as HTMLElement, { key: 'ArrowDown' })
  expect(document.activeElement).toBe(rows[1])
  fireEvent.keyDown(rows[1] as HTMLElement, { key: 'Enter' })
  await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe('/clusters/kind:lab:1'))
})

test('a cluster in the making has a row before any source lists it', async () => {
  world.jobs = [runningJob()]
  renderAt(<ClustersPage />)
  expect(await screen.findByText('dev')).toBeTruthy()
  expect(screen.getByText(/Step 2 of 3/)).toBeTruthy()
})

test('delete says what goes and what stays, and needs the name typed out', async () => {
  world.belongings = [
    { kind: 'container', name: 'shop-control-plane', sizeBytes: null },
    { kind: 'volume', name: '8f0c', sizeBytes: null },
    { kind: 'volume', name: '9f0c', sizeBytes: null },
  ]
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 })] }
  const { router } = renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete cluster shop?' })
  expect(within(dialog).getByText('shop-control-plane').closest('li')?.textContent).toBe('1 container: shop-control-plane')
  expect(await within(dialog).findByText('2 volumes, with all data in them')).toBeTruthy()
  expect(within(dialog).getByText('kindest/node:v1.34.4')).toBeTruthy()
  // kind has one network for all of its clusters.
  expect(within(dialog).getByText('kind', { selector: '.mono' }).closest('li')?.textContent).toBe(
    'Network kind, as other clusters may use it',
  )
  const confirm = within(dialog).getByRole('button', { name: 'Delete shop' }) as HTMLButtonElement
  expect(confirm.disabled).toBe(true)
  const input = within(dialog).getByRole('textbox')
  fireEvent.change(input, { target: { value: 'sho' } })
  fireEvent.keyDown(input, { key: 'Enter' })
  fireEvent.change(input, { target: { value: 'shop' } })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  expect(calls.some((call) => call.name === 'clusters.delete')).toBe(false)
  await userEvent.click(confirm)
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-2'))
  expect(calls.find((call) => call.name === 'clusters.delete')?.input).toEqual({ id: 'kind:shop:1' })
})

test('what can be done with a cluster follows its state; it is started from its row', async () => {
  world.clusters = {
    clusters: [cluster({ state: 'stopped', reason: { code: 'all-stopped', facts: {} } }), cluster({ id: 'kind:lab:1', name: 'lab' })],
    sources: [source('engine', { value: 2 })],
  }
  renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for lab' }))
  for (const name of ['Stop', 'Restart', 'Pause', 'Rebuild…']) expect(await screen.findByRole('menuitem', { name })).toBeTruthy()
  expect(screen.queryByRole('menuitem', { name: 'Start' })).toBeNull()
  await userEvent.keyboard('{Escape}')
  await userEvent.click(screen.getByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Start' }))
  await waitFor(() => expect(calls.find((call) => call.name === 'clusters.start')?.input).toEqual({ id: 'kind:shop:1' }))
})

test('minikube adds a worker to any cluster, a control plane only where there are several; why not is said where it is looked for', async () => {
  const minikube = { provider: 'minikube' as const, driver: 'docker' }
  const [first] = cluster().nodes
  world.clusters = {
    clusters: [
      cluster({ ...minikube, id: 'minikube:lab:1', name: 'lab' }),
      cluster({
        ...minikube,
        id: 'minikube:many:1',
        name: 'many',
        nodes: first === undefined ? [] : [first, { ...first, name: 'many-m02' }],
      }),
    ],
    sources: [source('minikube', { value: 2 })],
  }
  renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for lab' }))
  expect((await screen.findByRole('menuitem', { name: 'Add a worker' })).getAttribute('aria-disabled')).not.toBe('true')
  const refused = screen.getByRole('menuitem', { name: /^Add a control plane/ })
  expect([refused.getAttribute('aria-disabled'), refused.textContent]).toEqual(['true', 'Add a control planeonly where there are several'])
  await userEvent.keyboard('{Escape}')
  await userEvent.click(screen.getByRole('button', { name: 'More actions for many' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Add a control plane' }))
  await waitFor(() =>
    expect(calls.find((call) => call.name === 'clusters.addNode')?.input).toEqual({ id: 'minikube:many:1', role: 'control-plane' }),
  )
})

test('rebuild says what is lost and what comes back, takes another version, and needs the name', async () => {
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 })] }
  const { router } = renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Rebuild…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Rebuild cluster shop?' })
  expect(within(dialog).getByText(/from the document it was made with/)).toBeTruthy()
  expect((within(dialog).getByRole('button', { name: 'Rebuild shop' }) as HTMLButtonElement).disabled).toBe(true)
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Kubernetes' }))
  await userEvent.click(await screen.findByRole('option', { name: /^v1\.33\.1/ }))
  await userEvent.type(within(dialog).getByRole('textbox'), 'shop')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Rebuild shop' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-14'))
  expect(calls.find((call) => call.name === 'clusters.rebuild')?.input).toEqual({
    id: 'kind:shop:1',
    image: 'kindest/node:v1.33.1',
    document: null,
  })
})

test('a rebuild without another version is of the one there is; what it comes from is said only once it is known', async () => {
  world.document = () => {
    throw new ORPCError('CONFLICT', { data: stopped })
  }
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 })] }
  renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Rebuild…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Rebuild cluster shop?' })
  expect(await within(dialog).findByText('The container engine does not run')).toBeTruthy()
  expect(within(dialog).queryByText(/from the document it was made with/)).toBeNull()
  await userEvent.type(within(dialog).getByRole('textbox'), 'shop')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Rebuild shop' }))
  const asked = { id: 'kind:shop:1', image: null, document: null }
  await waitFor(() => expect(calls.find((call) => call.name === 'clusters.rebuild')?.input).toEqual(asked))
})

const lab = {
  id: 'lab',
  name: 'Lab',
  provider: 'kind' as const,
  file: '/data/profiles/lab.yaml',
  modifiedAt: 2_000,
  controlPlanes: 1,
  workers: 1,
  version: 'v1.33.1',
}
/** The dialog that rebuilds a cluster of that profile, whose document Cove was told at `since`. */
async function askRebuild(since: number | null, profile: Partial<typeof lab> | null, document: string) {
  world.document = () => ({ provider: 'kind', text: 'kind: Cluster\n# one\n', seen: 'made-from', since })
  world.profiles = { ...world.profiles, profiles: profile === null ? [] : [{ ...lab, ...profile }] }
  world.profileDocuments = { lab: document }
  world.clusters = { clusters: [cluster({ profileId: 'lab' })], sources: [source('engine', { value: 1 })] }
  renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Rebuild…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Rebuild cluster shop?' })
  return {
    dialog,
    rebuild: async () => {
      await userEvent.type(within(dialog).getByRole('textbox'), 'shop')
      await userEvent.click(within(dialog).getByRole('button', { name: 'Rebuild shop' }))
      await waitFor(() => expect(calls.some((call) => call.name === 'clusters.rebuild')).toBe(true))
      return calls.find((call) => call.name === 'clusters.rebuild')?.input
    },
  }
}
const pressed = (dialog: HTMLElement) => within(dialog).getAllByRole('button', { pressed: true })[0]?.textContent
const changed = 'kind: Cluster\n# two\n'

test('a profile that was changed since is what a rebuild makes, with what differs and its version in sight', async () => {
  const { dialog, rebuild } = await askRebuild(1_000, {}, changed)
  expect((await within(dialog).findByLabelText('What changes in Lab')).textContent).toContain('removed −# one\nadded +# two\n')
  expect(pressed(dialog)).toBe('Profile Lab as it is now')
  expect(within(dialog).getByText(/as the profile Lab says now/)).toBeTruthy()
  expect(within(dialog).getByRole('combobox', { name: 'Kubernetes' }).textContent).toContain('As the profile says: v1.33.1')
  expect(await rebuild()).toEqual({ id: 'kind:shop:1', image: null, document: changed })
})

test('of a changed profile a cluster is rebuilt as it was made where that is chosen', async () => {
  const { dialog, rebuild } = await askRebuild(1_000, {}, changed)
  await userEvent.click(await within(dialog).findByRole('button', { name: 'As it was made' }))
  expect(within(dialog).getByText(/from the document it was made with/)).toBeTruthy()
  expect(within(dialog).getByRole('combobox', { name: 'Kubernetes' }).textContent).toContain('As now, v1.34.4')
  expect(await rebuild()).toEqual({ id: 'kind:shop:1', image: null, document: null })
})

test('a document kept for the cluster after the profile was last changed stands before it, and the profile can be chosen', async () => {
  const { dialog, rebuild } = await askRebuild(3_000, {}, changed)
  const profile = await within(dialog).findByRole('button', { name: 'Profile Lab as it is now' })
  expect(pressed(dialog)).toBe('As it was made')
  await userEvent.click(profile)
  expect(await rebuild()).toEqual({ id: 'kind:shop:1', image: null, document: changed })
})

test.each([
  ['says the same', {}, 'kind: Cluster\n# one'],
  ['was removed', null, ''],
  ['is of another provider now', { provider: 'minikube' as unknown as 'kind' }, changed],
])('where the profile %s there is nothing to choose', async (_, profile, document) => {
  const { dialog, rebuild } = await askRebuild(1_000, profile, document)
  expect(await within(dialog).findByText(/from the document it was made with/)).toBeTruthy()
  expect(await rebuild()).toEqual({ id: 'kind:shop:1', image: null, document: null })
  expect(within(dialog).queryByText('Made from')).toBeNull()
  expect(within(dialog).queryByRole('alert')).toBeNull()
})

test('a profile that cannot be read is said, and the cluster can be rebuilt as it was', async () => {
  instead['profiles.get'] = problem('file-unreadable', { path: '/data/profiles/lab.yaml', reason: 'EACCES' })
  const { dialog, rebuild } = await askRebuild(1_000, {}, changed)
  expect(await within(dialog).findByText('The profile cannot be read, so the cluster is made as it was.')).toBeTruthy()
  expect(await rebuild()).toEqual({ id: 'kind:shop:1', image: null, document: null })
})

test('the versions that cannot be told say why', async () => {
  world.problems = () => {
    throw new ORPCError('CONFLICT', { data: stopped })
  }
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 })] }
  renderAt(<ClustersPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'More actions for shop' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Rebuild…' }))
  expect(await within(await screen.findByRole('dialog')).findByText('The container engine does not run')).toBeTruthy()
})

test('an error of one action does not stand before that of the next', async () => {
  const user = userEvent.setup()
  world.clusters = { clusters: [cluster({ state: 'partly-running' })], sources: [source('engine', { value: 1 })] }
  renderAt(<ClustersPage />)
  const act = async (name: string | RegExp) => {
    await user.click(await screen.findByRole('button', { name: 'More actions for shop' }))
    await user.click(await screen.findByRole('menuitem', { name }))
  }
  world.refusal = new ORPCError('CONFLICT', { data: problem('not-found', { what: 'cluster', name: 'shop' }) })
  await act(/^Export/)
  const first = (await screen.findByRole('alert')).textContent
  world.refusal = new ORPCError('CONFLICT', { data: stopped })
  await act('Start')
  expect(await screen.findByText('The container engine does not run')).toBeTruthy()
  expect(screen.getByRole('alert').textContent).not.toBe(first)
})

test('a context on another machine is switched to only after a question, one on this machine at once', async () => {
  const context = (name: string, local: boolean) => ({
    file: '/k',
    name,
    cluster: name,
    user: name,
    namespace: null,
    server: local ? 'https://127.0.0.1:6443' : 'https://eu.shop.test',
    local,
    current: false,
    shadowed: false,
    problem: null,
  })
  world.kubeconfig = { files: [], contexts: [context('kind-lab', true), context('shop-eu', false)], current: null, dangling: null }
  world.clusters = {
    clusters: [
      cluster({ name: 'lab', context: { file: '/k', name: 'kind-lab' } }),
      cluster({ id: 'external:/k:shop', provider: 'external', name: 'shop', context: { file: '/k', name: 'shop-eu' } }),
    ],
    sources: [source('engine'), source('kubeconfig')],
  }
  const user = userEvent.setup()
  renderAt(<ClustersPage />)
  const used = () => calls.filter((call) => call.name === 'kubeconfig.use').map((call) => (call.input as { name: string }).name)
  const use = async (name: string) => {
    await user.click(await screen.findByRole('button', { name: `More actions for ${name}` }))
    await user.click(await screen.findByRole('menuitem', { name: 'Use its context' }))
  }
  await use('shop')
  const question = await screen.findByRole('dialog')
  expect(question.textContent).toContain('https://eu.shop.test')
  expect(used()).toEqual([])
  await user.click(within(question).getByRole('button', { name: /shop-eu/ }))
  await waitFor(() => expect(used()).toEqual(['shop-eu']))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await use('lab')
  await waitFor(() => expect(used()).toEqual(['shop-eu', 'kind-lab']))
})
