// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ApiNode, Pod, PodsEvent } from '#shared/contract/workloads.ts'
import { calls, cluster, engine, instead, problem, source, world } from '../../fixtures/fake-api.ts'
import { pod } from '../../fixtures/fake-pods.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import type { Language } from '../../locales/language.ts'
import { ClusterPage } from './cluster-page.tsx'

/** Each watch that was begun, to be told events or broken by the test. */
type Watch = { readonly send: (event: unknown) => void; readonly break: (error: unknown) => void }
const streams = vi.hoisted(() => ({ pods: [] as Watch[] }))
vi.mock('../../api/client.ts', async () => {
  const fake = await import('../../fixtures/fake-api.ts')
  const name = (start: unknown) => /workloads\.watchPods/.test(String(start))
  return {
    ...fake,
    iterate: async (start: unknown, send: (event: unknown) => void, signal: AbortSignal) => {
      if (!name(start)) return
      await new Promise((_resolve, reject) =>
        streams.pods.push({ send: (event) => signal.aborted || send(event), break: (error) => reject(error as Error) }),
      )
    },
  }
})
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

const stopped = problem('engine-stopped', { endpoint: 'unix:///var/run/docker.sock' })
const refused = problem('api-refused', { server: 'https://127.0.0.1:6443' })
const engineStopped = { en: 'The container engine does not run', 'zh-CN': '容器引擎没有运行' }
const apiRefused = { en: 'The API server does not run', 'zh-CN': 'API 服务器没有运行' }
const apiNode: ApiNode = {
  name: 'shop-control-plane',
  ready: 'ready',
  reason: '',
  roles: ['control-plane'],
  version: 'v1.34.4',
  address: '172.18.0.2',
  runtime: 'containerd://2.1.4',
  createdAt: 0,
}

beforeEach(() => {
  calls.length = 0
  for (const name of Object.keys(instead)) delete instead[name]
  streams.pods.length = 0
  world.engine = engine()
  world.clusters = { clusters: [cluster()], sources: [source('engine', { value: 1 }), source('kubeconfig')] }
  world.apiNodes = [apiNode]
})
afterEach(cleanup)

async function show({ id = 'kind:shop:1', tab, language = 'en' }: { id?: string; tab?: 'pods'; language?: Language } = {}) {
  const shown = renderAt(<ClusterPage />, language, '/clusters/$id')
  await act(() => shown.router.navigate({ to: '/clusters/$id', params: { id }, search: tab ? { tab } : {} } as never))
  return shown
}
test.each([
  ['Lab', 'link', [{ id: 'lab', name: 'Lab' }], []],
  ['lab, deleted since', 'text', [], []],
  ['lab', 'text', [], [{ id: 'lab', file: '/data/profiles/lab.yaml', problem: stopped }]],
])('the profile that it was made from is named: %s as a %s', async (name, as, profiles, damaged) => {
  world.clusters = { ...world.clusters, clusters: [cluster({ profileId: 'lab' })] }
  world.profiles = { ...world.profiles, profiles: profiles as never, damaged }
  await show()
  const facts = await screen.findByRole('complementary', { name: 'Access and facts' })
  await waitFor(() => expect(within(facts).getByText('Profile').nextElementSibling?.textContent).toBe(name))
  const link = within(facts).queryByRole('link', { name: 'Lab' })
  expect(link?.getAttribute('href') ?? null).toBe(as === 'link' ? '/clusters/new?profile=lab' : null)
})

const send = (event: PodsEvent) => act(async () => streams.pods.at(-1)?.send(event))
const snapshot = (...pods: Pod[]): PodsEvent => ({ type: 'snapshot', pods, asOf: Date.now() - 3 * 60_000 })
const rowOf = (text: string) => screen.getAllByText(text)[0]?.closest('[role="row"]')

test('full: what the engine and what the API know of each node', async () => {
  await show()
  expect(await screen.findByText('172.18.0.2')).toBeTruthy()
  expect(await screen.findByText('1 of 1 ready')).toBeTruthy()
  expect(screen.getByText('containerd 2.1.4')).toBeTruthy()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('shop')
})

test.each(['en', 'zh-CN'] as const)(
  'the API fails alone: the engine’s nodes stay, and it is said from when the rest is (%s)',
  async (language) => {
    const { queries } = await show({ language })
    expect(await screen.findByText('172.18.0.2')).toBeTruthy()
    instead['workloads.nodes'] = refused
    await act(() => queries.invalidateQueries())
    expect((await screen.findByRole('alert')).textContent).toContain(apiRefused[language])
    expect(screen.getByText(language === 'en' ? /the API does not answer; last known/ : /API 没有应答，最后已知状态来自/)).toBeTruthy()
    expect(rowOf('shop-control-plane')?.classList.contains('old')).toBe(false)
    delete instead['workloads.nodes']
    await userEvent.click(within(screen.getByRole('alert')).getByRole('button', { name: language === 'en' ? 'Try again' : '重试' }))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  },
)

test('a cluster of another has rows in waiting until its API has answered, and its nodes are greyed when it stops', async () => {
  const other = { provider: 'external', id: 'external:x', name: 'staging', nodes: [] } as const
  world.clusters = { clusters: [cluster({ ...other, nodes: [] })], sources: [source('engine'), source('kubeconfig', { value: 1 })] }
  instead['workloads.nodes'] = 'silence'
  await show({ id: 'external:x' })
  expect((await screen.findByRole('table', { name: 'Nodes' })).getAttribute('aria-busy')).toBe('true')
  expect(screen.getByText('Loading')).toBeTruthy()
  cleanup()
  delete instead['workloads.nodes']
  const { queries } = await show({ id: 'external:x' })
  expect(await screen.findByText('172.18.0.2')).toBeTruthy()
  instead['workloads.nodes'] = refused
  await act(() => queries.invalidateQueries())
  await screen.findByRole('alert')
  expect(rowOf('172.18.0.2')?.classList.contains('old')).toBe(true)
})

test.each(['en', 'zh-CN'] as const)(
  'an engine that stopped greys nothing away: the cluster is unknown with its reason (%s)',
  async (language) => {
    world.engine = engine({ state: 'stopped', error: stopped })
    world.clusters = {
      clusters: [cluster({ state: 'unknown', reason: { code: 'source-failed', facts: {} } })],
      sources: [source('engine', { state: 'failed', value: 1, error: stopped, asOf: Date.now() - 14 * 60_000 }), source('kubeconfig')],
    }
    await show({ language })
    expect((await screen.findAllByText('shop-control-plane')).length).toBeGreaterThan(0)
    expect(screen.getByText(language === 'en' ? '14 min ago' : '14 分钟前')).toBeTruthy()
    expect(document.querySelector('.obj')?.textContent).toContain(language === 'en' ? 'Unknown' : '未知')
  },
)

/** A cluster of kind that only a context leads to. */
const elsewhere = (facts: Record<string, string>, code: 'other-engine' | 'engine-silent' = 'other-engine') => {
  world.clusters = {
    clusters: [cluster({ id: 'kind:lab:', name: 'lab', state: 'unknown', version: null, nodes: [], reason: { code, facts } })],
    sources: [source('engine', { value: 0 }), source('kubeconfig', { value: 1 })],
  }
}
const ways = [
  ['docker context', { engine: 'colima', way: 'context' }, [/docker context use colima/]],
  [
    'docker context behind a variable',
    { engine: 'colima', way: 'context', variable: 'DOCKER_HOST' },
    [/DOCKER_HOST/, /docker context use colima/],
  ],
  [
    'usual socket behind a variable',
    { engine: 'unix:///var/run/docker.sock', way: 'no-variable', variable: 'DOCKER_HOST' },
    [/DOCKER_HOST/],
  ],
  ['Podman', { engine: 'podman', way: 'none' }, [/KIND_EXPERIMENTAL_PROVIDER.*podman/]],
] as const

test.each(ways.flatMap(([name, facts, said]) => (['en', 'zh-CN'] as const).map((language) => [name, language, facts, said] as const)))(
  'a cluster of another engine (%s, %s): what its API says is shown, and how docker comes to use that engine',
  async (_, language, facts, said) => {
    elsewhere(facts)
    await show({ id: 'kind:lab:', language })
    const title = { en: `lab is in another container engine: ${facts.engine}`, 'zh-CN': `lab 在另一个容器引擎中：${facts.engine}` }[
      language
    ]
    const notice = (await screen.findByText(title)).closest('.callout')?.textContent ?? ''
    for (const words of said) expect(notice).toMatch(words)
    if (facts.way !== 'context') expect(notice).not.toContain('docker context use')
    expect(await screen.findByText('172.18.0.2')).toBeTruthy()
    // What needs the engine itself is not offered, and of nodes that are not seen no ports are said.
    expect(screen.queryByRole('button', { name: /Load image|加载镜像/ })).toBeNull()
    expect(screen.queryByRole('tab', { name: /^(Images|镜像)$/ })).toBeNull()
    expect(screen.getByRole('tab', { name: /^(Network|网络)$/ })).toBeTruthy()
    expect(screen.queryByText(/^(Open ports|开放端口)$/)).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: language === 'en' ? 'More actions' : '更多操作' }))
    expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(
      language === 'en' ? ['Logs', 'Use its context'] : ['日志', '使用它的上下文'],
    )
  },
)

test('a cluster that may be in an engine which does not answer says which to start', async () => {
  elsewhere({ engine: 'colima, podman' }, 'engine-silent')
  await show({ id: 'kind:lab:' })
  expect(await screen.findByText('lab may be in another container engine, which does not answer: colima, podman')).toBeTruthy()
  expect(screen.getByText('Start that engine, then look again.')).toBeTruthy()
  expect(screen.queryByText(/docker context use/)).toBeNull()
})

test.each(['en', 'zh-CN'] as const)(
  'a cluster that is not known while the engine is stopped is not said to be gone (%s)',
  async (language) => {
    world.engine = engine({ state: 'stopped', error: stopped })
    world.clusters = { clusters: [], sources: [source('engine', { state: 'failed', value: null, error: stopped }), source('kubeconfig')] }
    await show({ language })
    expect(await screen.findByText(engineStopped[language])).toBeTruthy()
    expect(screen.queryByRole('link', { name: language === 'en' ? 'All clusters' : '全部集群' })).toBeNull()
  },
)

test('a cluster that is not there is asked for once more before it is said to be gone', async () => {
  world.clusters = { clusters: [], sources: [source('engine'), source('kubeconfig')] }
  await show()
  expect(await screen.findByText('The cluster shop is gone')).toBeTruthy()
  expect(calls.filter((call) => call.name === 'clusters.refresh')).toHaveLength(1)
})

test('pods: rows in waiting, then live; a filter that fits none can be cleared', async () => {
  await show({ tab: 'pods' })
  const grid = await screen.findByRole('grid', { name: 'Pods' })
  expect(grid.getAttribute('aria-busy')).toBe('true')
  expect(screen.getByText('Loading')).toBeTruthy()
  await send(snapshot(pod('web-0'), pod('db-0', { namespace: 'data' })))
  expect(await screen.findByText('web-0')).toBeTruthy()
  expect(screen.getByText('Live')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter pods' }), 'nothing like it')
  expect(screen.getByText('No pod matches “nothing like it”')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Clear filter' }))
  expect(screen.getByText('db-0')).toBeTruthy()
})

test('pods: a cluster that has none says so, without a filter to clear', async () => {
  await show({ tab: 'pods' })
  await screen.findByRole('grid', { name: 'Pods' })
  await send(snapshot())
  expect(await screen.findByText('No pods here')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Clear filter' })).toBeNull()
})

test.each(['en', 'zh-CN'] as const)(
  'pods: an API that never answered says why, without an empty list, and is asked again (%s)',
  async (language) => {
    await show({ tab: 'pods', language })
    await screen.findByRole('grid', { name: 'Pods' })
    await send({ type: 'failed', error: refused })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain(apiRefused[language])
    expect(screen.queryByRole('grid', { name: 'Pods' })).toBeNull()
    expect(screen.queryByText(language === 'en' ? 'No pods here' : '这里没有 Pod')).toBeNull()
    await userEvent.click(within(alert).getByRole('button', { name: language === 'en' ? 'Try again' : '重试' }))
    expect((await screen.findByRole('grid', { name: 'Pods' })).getAttribute('aria-busy')).toBe('true')
    await send(snapshot(pod('web-0')))
    expect(await screen.findByText('web-0')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  },
)

test.each(['en', 'zh-CN'] as const)(
  'pods: a watch that breaks keeps its rows, greyed, with their age, and is not called live (%s)',
  async (language) => {
    await show({ tab: 'pods', language })
    await screen.findByRole('grid', { name: 'Pods' })
    await send(snapshot(pod('web-0')))
    await act(async () => streams.pods.at(-1)?.break(new Error('cut')))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain(language === 'en' ? 'What is shown is from 3 min ago' : '3 分钟前')
    expect(rowOf('web-0')?.classList.contains('old')).toBe(true)
    expect(screen.getByText(language === 'en' ? 'Not live' : '非实时')).toBeTruthy()
  },
)

test('pods: without a context there is a sentence and nothing is asked', async () => {
  world.clusters = { clusters: [cluster({ context: null })], sources: [source('engine', { value: 1 })] }
  await show({ tab: 'pods' })
  expect(await screen.findByText('No context leads to this cluster')).toBeTruthy()
  expect(streams.pods).toEqual([])
  expect(calls.some((call) => call.name.startsWith('workloads.'))).toBe(false)
})
