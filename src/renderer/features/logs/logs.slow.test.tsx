// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogRow } from '#shared/contract/logs.ts'
import type { Pod, PodsEvent } from '#shared/contract/workloads.ts'
import { calls, problem, settingsState, world } from '../../fixtures/fake-api.ts'
import { pod as podOf } from '../../fixtures/fake-pods.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { createFakeView, fakeRow, fakeSource } from './fixtures/fake-view.ts'
import type { FakeView } from './fixtures/fake-view.ts'
import { LogsPage } from './logs-page.tsx'

const core = vi.hoisted(() => ({ logs: {} as Record<string, unknown>, pods: [] as ((event: never) => void)[] }))
vi.mock('../../api/client.ts', async () => {
  const fake = await import('../../fixtures/fake-api.ts')
  const watchPods = async (input: unknown, { signal }: { readonly signal: AbortSignal }) => {
    fake.calls.push({ name: 'workloads.watchPods', input })
    let send: (value: unknown) => void = () => {}
    const queue: unknown[] = []
    core.pods.push((event: never) => {
      queue.push(event)
      send(null)
    })
    return (async function* () {
      while (!signal.aborted) {
        while (queue.length > 0) yield queue.shift()
        await new Promise((resolve) => {
          send = resolve
        })
      }
    })()
  }
  return {
    ...fake,
    api: { ...fake.api, workloads: { ...fake.api.workloads, watchPods }, logs: core.logs },
    iterate: async (
      start: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>,
      send: (event: unknown) => void,
      signal: AbortSignal,
    ) => {
      for await (const event of await start(signal)) {
        if (signal.aborted) return
        send(event)
      }
    },
  }
})
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

const shop = { context: 'kind-shop', file: '/k', namespace: 'shop', pod: 'web-0', container: 'web' }
let fake: FakeView

/** Shows the page at an address over a view of so many rows. */
async function show(search: Record<string, string> = {}, view: FakeView = createFakeView({ count: 100 }), language: 'en' | 'zh-CN' = 'en') {
  fake = view
  Object.assign(core.logs, fake.api)
  const shown = renderAt(<LogsPage />, language, '/logs')
  await act(() => shown.router.navigate({ to: '/logs', search } as never))
  return shown
}
const grid = () => screen.findByRole('grid', { name: /^Log of|的日志$/ })
const texts = () => [...document.querySelectorAll('.log-text')].map((text) => text.textContent)
const press = (key: string, part = {}) => {
  act(() => {
    fireEvent.keyDown(document.body, { key, ...part })
  })
}
const asked = (name: string) => fake.asked(name).at(-1)
/** Rows that begin at the first line: it is shorter than the window. */
const few = (...rows: readonly Partial<LogRow>[]) => createFakeView({ count: rows.length, row: (id) => fakeRow(id, rows[id]) })

beforeEach(() => {
  calls.length = 0
  core.pods.length = 0
  localStorage.clear()
  world.settings = settingsState()
  world.refusal = null
  world.apiNodes = []
  world.kubeconfig = {
    files: [],
    contexts: [
      {
        file: '/k',
        name: 'kind-shop',
        cluster: 'c',
        user: 'u',
        namespace: 'shop',
        server: null,
        local: true,
        current: true,
        shadowed: false,
        problem: null,
      },
    ],
    current: { file: '/k', name: 'kind-shop' },
    dangling: null,
  }
})
afterEach(cleanup)

const pod = (name: string, owner: string | null = null): Pod => podOf(name, { owner })
const sendPods = async (event: PodsEvent) => {
  await waitFor(() => expect(core.pods.length).toBeGreaterThan(0))
  await act(async () => core.pods.at(-1)?.(event as never))
}
/** What the address says after the page has changed it. */
const address = (shown: Awaited<ReturnType<typeof show>>) => shown.router.state.location.search as Record<string, string>

test('no contexts: one sentence and the way to a cluster', async () => {
  world.kubeconfig = { ...world.kubeconfig, contexts: [], current: null }
  await show()
  expect(await screen.findByText('No contexts yet')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Go to Clusters' })).toBeTruthy()
})

test('a context that is not there is said, not replaced by the current one', async () => {
  await show({ context: 'gone' })
  expect(await screen.findByRole('alert')).toBeTruthy()
  expect(core.pods).toHaveLength(0)
})

test('nothing chosen: the pods of the current context and its namespace; a row opens its log', async () => {
  const shown = await show()
  await sendPods({ type: 'snapshot', pods: [pod('web-0')], asOf: 1 })
  expect(calls.find((call) => call.name === 'workloads.watchPods')?.input).toEqual({ file: '/k', name: 'kind-shop', namespace: 'shop' })
  await userEvent.click(await screen.findByRole('row', { name: 'Open the log of web-0' }))
  await waitFor(() => expect(shown.router.state.location.pathname).toBe('/logs'))
  expect(address(shown)).toEqual({ context: 'kind-shop', file: '/k', namespace: 'shop', pod: 'web-0' })
})

test('what logs come through is made ready while somebody chooses, and not for a context that shows no pods', async () => {
  const shown = await show({ context: 'kind-shop', file: '/k' })
  await waitFor(() => expect(core.pods.length).toBeGreaterThan(0))
  expect(fake.asked('prepare')).toEqual([])
  await sendPods({ type: 'snapshot', pods: [pod('web-0')], asOf: Date.now() })
  await waitFor(() => expect(fake.asked('prepare')).toEqual([{ file: '/k', name: 'kind-shop' }]))
  await sendPods({ type: 'changed', upserted: [pod('web-1')], removed: [], asOf: Date.now() })
  await userEvent.click(await screen.findByText('web-1'))
  await waitFor(() => expect(address(shown)['pod']).toBe('web-1'))
  // Chosen: from now on it is the log itself that holds it.
  await waitFor(() => expect(fake.asked('prepared')).toHaveLength(1))
  expect(fake.asked('prepare')).toHaveLength(1)
})

test('all of a namespace, or a workload, by one press', async () => {
  const shown = await show()
  await sendPods({ type: 'snapshot', pods: [pod('web-a', 'Deployment/web'), pod('web-b', 'Deployment/web')], asOf: 1 })
  await userEvent.click(await screen.findByRole('button', { name: 'All of shop' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ parts: 'selector:shop/' }))
  cleanup()
  const again = await show()
  await sendPods({ type: 'snapshot', pods: [pod('web-a', 'Deployment/web'), pod('web-b', 'Deployment/web')], asOf: 1 })
  await userEvent.click(await screen.findByTitle('Deployment web'))
  await waitFor(() => expect(address(again)).toMatchObject({ parts: 'workload:shop/Deployment/web' }))
})

test('more workloads than have a button are counted', async () => {
  await show()
  const pods = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => pod(`${name}-0`, `Deployment/${name}`))
  await sendPods({ type: 'snapshot', pods, asOf: 1 })
  expect(await screen.findByTitle('Deployment f')).toBeTruthy()
  expect(screen.queryByTitle('Deployment g')).toBeNull()
  expect(screen.getByText('… and 2 more')).toBeTruthy()
})

test('a cluster that does not answer is unknown, never empty', async () => {
  await show()
  await sendPods({ type: 'failed', error: problem('api-forbidden', { context: 'kind-shop', reason: 'pods is forbidden' }) })
  expect(within(await screen.findByRole('alert')).getByText('Which pods there are is not known.')).toBeTruthy()
  expect(screen.queryByText(/No pods/)).toBeNull()
})

test('the container of the address is opened at once, followed, and closed when the page is left', async () => {
  const { unmount } = await show(shop)
  const list = await grid()
  await waitFor(() => expect(list.getAttribute('aria-rowcount')).toBe('100'))
  expect(fake.asked('open')).toEqual([
    {
      context: { file: '/k', name: 'kind-shop' },
      parts: [{ kind: 'pod', namespace: 'shop', pod: 'web-0', container: 'web' }],
      tail: 1000,
      since: null,
      follow: true,
      previous: false,
    },
  ])
  await waitFor(() => expect(texts().at(-1)).toBe('line 99'))
  const last = document.querySelector('[data-seq="99"]')
  expect(last?.getAttribute('aria-rowindex')).toBe('100')
  act(() => fake.grow(50))
  await waitFor(() => expect(texts().at(-1)).toBe('line 149'))
  unmount()
  await waitFor(() => expect(fake.asked('close')).toEqual([{ viewId: 'view-1' }]))
})

test('a pinned view is not closed, and is taken up again instead of opened anew', async () => {
  const view = createFakeView({ count: 10 })
  const first = await show(shop, view)
  await grid()
  await userEvent.click(screen.getByRole('button', { name: 'Keep reading when the page is left' }))
  expect(asked('pin')).toEqual({ viewId: 'view-1', pinned: true })
  await screen.findByRole('button', { name: 'Stop reading when the page is left' })
  first.unmount()
  await show(shop, view)
  await waitFor(() => expect(view.asked('watch')).toHaveLength(2))
  expect(view.asked('open')).toHaveLength(1)
  expect(view.asked('close')).toHaveLength(0)
})

test('what is changed while a view opens is sent when it is open', async () => {
  let open = () => {}
  const view = createFakeView({ count: 100 })
  const opening = new Promise<void>((resolve) => (open = resolve))
  const watch = view.api.watch
  view.api.watch = async (...given: Parameters<typeof watch>) => {
    await opening
    return watch(...given)
  }
  const shown = await show({ ...shop, filter: 'i:line' }, view)
  await waitFor(() => expect(fake.asked('filter')).toHaveLength(1))
  await act(() => shown.router.navigate({ to: '/logs', search: { ...shop, filter: 'x:9', find: ':5' } } as never))
  open()
  await waitFor(() => expect(asked('filter')).toMatchObject({ filter: { include: [], exclude: [{ text: '9' }] } }))
  await waitFor(() => expect(asked('find')).toMatchObject({ pattern: { text: '5' } }))
})

test('a pinned view in the panel is opened from where it began', async () => {
  const view = createFakeView({ count: 10 })
  await show({ ...shop, begin: '1h' }, view)
  await grid()
  const since = String(view.asked('open')[0]?.['since'])
  await userEvent.click(screen.getByRole('button', { name: 'Keep reading when the page is left' }))
  await screen.findByRole('button', { name: 'Stop reading when the page is left' })
  cleanup()
  const shown = await show({}, view)
  await userEvent.click(await screen.findByRole('button', { name: 'Saved views' }))
  await userEvent.click(await screen.findByRole('button', { name: 'web-0, web' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ pod: 'web-0', begin: since }))
  await grid()
  expect(view.asked('open')).toHaveLength(1)
  expect(screen.getByRole('combobox', { name: /^Begin with: since / })).toBeTruthy()
})

test('scrolled up nothing moves, it is said how many lines are new, and F goes back to the end', async () => {
  await show(shop)
  await waitFor(() => expect(texts().at(-1)).toBe('line 99'))
  press('g')
  await waitFor(() => expect(texts()[0]).toBe('line 0'))
  act(() => fake.grow(128))
  expect(await screen.findByRole('button', { name: /^128 new lines/ })).toBeTruthy()
  expect(texts()[0]).toBe('line 0')
  expect(screen.getByText('Not following')).toBeTruthy()
  press('f')
  await waitFor(() => expect(texts().at(-1)).toBe('line 227'))
  expect(screen.getByText('Following')).toBeTruthy()
})

test('colours and hits are marked as parts of the text, never as markup', async () => {
  const evil = '<img src=x onerror=alert(1)>'
  await show({ ...shop, find: ':onerror' }, few({ text: `\u001b[31mred\u001b[0m ${evil}` }))
  await waitFor(() => expect(texts()).toEqual([`red ${evil}`]))
  expect(document.querySelector('.ansi-red')?.textContent).toBe('red')
  expect(document.querySelector('mark.hit')?.textContent).toBe('onerror')
  expect(document.querySelector('.log-rows img')).toBeNull()
})

test('a search: typed, counted, gone through from hit to hit, kept in the address', async () => {
  const shown = await show(shop, createFakeView({ count: 3000 }))
  await waitFor(() => expect(texts().at(-1)).toBe('line 2999'))
  press('/')
  const box = screen.getByRole('textbox', { name: 'Search' })
  expect(document.activeElement).toBe(box)
  await userEvent.type(box, 'line 10')
  await waitFor(() => expect(address(shown)).toMatchObject({ find: ':line 10' }))
  expect(await screen.findByText('111 hits')).toBeTruthy()
  // From the end the newest hit is the next one.
  await userEvent.type(box, '{Enter}')
  expect(await screen.findByText('111 of 111')).toBeTruthy()
  await userEvent.type(box, '{Enter}')
  expect(await screen.findByText('1 of 111')).toBeTruthy()
  await waitFor(() => expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe('line 10'))
  await userEvent.type(box, '{Shift>}{Enter}{/Shift}')
  expect(await screen.findByText('111 of 111')).toBeTruthy()
})

test('n and N go round the hits, and the row is chosen', async () => {
  await show({ ...shop, find: ':line 10' }, createFakeView({ count: 300 }))
  await waitFor(() => expect(screen.getByText('11 hits')).toBeTruthy())
  press('g')
  await waitFor(() => expect(texts()[0]).toBe('line 0'))
  press('n')
  await waitFor(() => expect(document.querySelector('.log-row.sel')?.getAttribute('data-seq')).toBe('10'))
  press('n')
  await waitFor(() => expect(document.querySelector('.log-row.sel')?.getAttribute('data-seq')).toBe('100'))
  expect(document.querySelector('mark.now')?.textContent).toBe('line 10')
  press('N', { shiftKey: true })
  await waitFor(() => expect(document.querySelector('.log-row.sel')?.getAttribute('data-seq')).toBe('10'))
})

test('n before the search has come to a hit goes there when it has', async () => {
  await show(shop, createFakeView({ count: 300 }))
  const box = await screen.findByRole('textbox', { name: 'Search' })
  fake.counting(true)
  act(() => {
    fireEvent.change(box, { target: { value: 'line 123' } })
  })
  act(() => {
    fireEvent.keyDown(box, { key: 'Enter' })
  })
  // Before the address says it.
  expect(fake.asked('find')).toEqual([])
  press('n')
  await waitFor(() => expect(fake.asked('seek').length).toBeGreaterThan(0))
  expect(document.querySelector('mark.now')).toBe(null)
  act(() => fake.counting(false))
  await waitFor(() => expect(document.querySelector('mark.now')?.textContent).toBe('line 123'))

  // Nothing was found, and that is known: what comes later is not gone to.
  await userEvent.clear(box)
  await userEvent.type(box, 'nowhere')
  expect(await screen.findByText('no hits')).toBeTruthy()
  press('n')
  await waitFor(() => expect(fake.asked('seek').at(-1)).toBeTruthy())
  const asked = fake.asked('seek').length
  act(() => fake.counting(false))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(fake.asked('seek')).toHaveLength(asked)
})

test('Enter while an input method composes does not seek', async () => {
  await show({ ...shop, find: ':line' })
  await waitFor(() => expect(screen.getByText('100 hits')).toBeTruthy())
  const box = screen.getByRole('textbox', { name: 'Search' })
  act(() => {
    fireEvent.keyDown(box, { key: 'Enter', isComposing: true, keyCode: 229 })
  })
  expect(fake.asked('seek')).toEqual([])
  act(() => {
    fireEvent.keyDown(box, { key: 'Enter' })
  })
  await waitFor(() => expect(fake.asked('seek')).toHaveLength(1))
})

test('a pattern that is none is said, and not sent', async () => {
  const shown = await show(shop)
  await grid()
  await userEvent.click(screen.getByRole('button', { name: 'Regular expression' }))
  await userEvent.type(screen.getByRole('textbox', { name: 'Search' }), '(')
  expect(await screen.findByText('not a pattern')).toBeTruthy()
  expect(address(shown)['find']).toBeUndefined()
})

test('the filter of the address is what core is told, with sources by number', async () => {
  await show(
    { ...shop, filter: 'i:line;xr:9$;f:took_ms:%3E:1000;l:error,info;h:shop%2Fb;n:2' },
    createFakeView({ count: 100, sources: [fakeSource(), fakeSource({ index: 1, name: 'shop/b', short: 'b' })] }),
  )
  await waitFor(() => expect(asked('filter')?.['filter']).toMatchObject({ hidden: [1] }))
  expect(asked('filter')?.['filter']).toMatchObject({
    include: [{ text: 'line', regex: false }],
    exclude: [{ text: '9$', regex: true }],
    fields: [{ path: 'took_ms', op: '>', value: '1000' }],
    levels: ['info', 'error'],
    context: 2,
    fold: true,
  })
  expect(screen.getByRole('button', { name: 'Remove without /9$/' })).toBeTruthy()
})

test('a condition is added by form; a chip takes it away', async () => {
  const shown = await show(shop)
  await grid()
  press('&')
  const dialog = await screen.findByRole('dialog', { name: 'Filter lines' })
  await userEvent.click(within(dialog).getByRole('button', { name: 'Without' }))
  await userEvent.type(within(dialog).getByRole('textbox', { name: 'Text in the line' }), 'health{Enter}')
  await waitFor(() => expect(address(shown)).toMatchObject({ filter: 'x:health' }))
})

test('a filter that finds nothing can be cleared', async () => {
  const shown = await show({ ...shop, filter: 'i:nothing' })
  await screen.findByText('No line fits the filter')
  await userEvent.click(screen.getByRole('button', { name: 'Clear filter' }))
  await waitFor(() => expect(address(shown)['filter']).toBeUndefined())
})

test('another log is another view: the one before is told nothing more, and closed', async () => {
  const shown = await show({ ...shop, filter: 'i:line' })
  await waitFor(() => expect(fake.asked('filter')).toHaveLength(1))
  await act(() => shown.router.navigate({ to: '/logs', search: { ...shop, pod: 'web-1', filter: 'x:9' } } as never))
  await waitFor(() => expect(fake.asked('close')).toEqual([{ viewId: 'view-1' }]))
  await waitFor(() => expect(fake.asked('watch').at(-1)).toEqual({ viewId: 'view-2' }))
  expect(fake.asked('filter').map((call) => call['viewId'])).toEqual(['view-1', 'view-2'])
})

test('levels: one press leaves one out, Alt shows it alone', async () => {
  const shown = await show(shop)
  await grid()
  const info = screen.getByRole('button', { name: /^Info/ })
  await userEvent.click(info)
  await waitFor(() => expect(address(shown)).toMatchObject({ filter: 'l:none,trace,debug,warn,error,fatal' }))
  cleanup()
  const again = await show(shop)
  await grid()
  act(() => {
    fireEvent.click(screen.getByRole('button', { name: /^Info/ }), { altKey: true })
  })
  await waitFor(() => expect(address(again)).toMatchObject({ filter: 'l:info' }))
})

test('two changes before the address says the first: both hold', async () => {
  const shown = await show(shop, few({ text: '{"msg":"a","status":504}', level: 'error' }))
  await grid()
  act(() => {
    fireEvent.keyDown(document.body, { key: 'w' })
    fireEvent.keyDown(document.body, { key: 't' })
    fireEvent.click(screen.getByRole('button', { name: /^Info/ }), { altKey: true })
  })
  await waitFor(() => expect(address(shown)).toMatchObject({ wrap: 'on', times: 'utc', filter: 'l:info' }))
})

test('sources: colours, short names, one hidden by a press', async () => {
  const sources = ['a', 'b'].map((name, index) =>
    fakeSource({ index, name: `shop/${name}/main`, short: name, pod: name, linesPerSecond: 12 }),
  )
  const shown = await show(
    { context: 'kind-shop', file: '/k', parts: 'selector:shop/' },
    createFakeView({ count: 10, sources, row: (id) => fakeRow(id, { source: id % 2 }) }),
  )
  await waitFor(() =>
    expect([...document.querySelectorAll('.log-row .log-who')].map((who) => who.textContent).slice(0, 2)).toEqual(['a', 'b']),
  )
  await userEvent.click(screen.getByRole('button', { name: /^b/, pressed: true }))
  await waitFor(() => expect(address(shown)).toMatchObject({ filter: 'h:shop%2Fb' }))
})

test('sources of one workload: its chip opens by key to each of them, to hide one or show it alone; a pod that joins goes with its group', async () => {
  const replica = (index: number, name: string, owner = 'Deployment/web') =>
    fakeSource({ index, name: `shop/${name}/main`, short: name, pod: name, owner })
  const sources = [replica(0, 'web-a'), replica(1, 'web-b'), replica(2, 'api-a', 'Deployment/api')]
  const shown = await show(
    { context: 'kind-shop', file: '/k', parts: 'selector:shop/' },
    createFakeView({ count: 10, sources, row: (id) => fakeRow(id, { source: id % 3 }) }),
  )
  const hidden = (indexes: readonly number[]) => waitFor(() => expect(asked('filter')?.['filter']).toMatchObject({ hidden: indexes }))
  const opener = await screen.findByRole('button', { name: 'Sources of web' })
  expect(opener.getAttribute('aria-expanded')).toBe('false')
  opener.focus()
  await userEvent.keyboard('{Enter}')
  const panel = await screen.findByRole('dialog', { name: 'Sources of web' })
  const box = (name: RegExp) => within(panel).getByRole('checkbox', { name })
  await userEvent.click(box(/web-b/))
  await hidden([1])
  expect(box(/web-b/).getAttribute('aria-checked')).toBe('false')
  expect(screen.getByRole('button', { name: /^web.*1 of 2/, pressed: true, hidden: true })).toBeTruthy()
  expect(box(/All of web/).getAttribute('aria-checked')).toBe('mixed')
  await userEvent.click(box(/All of web/))
  await hidden([])
  await userEvent.click(box(/web-b/))
  await hidden([1])
  const only = within(panel).getByRole('button', { name: 'Only shop/web-a/main', pressed: false })
  only.focus()
  await userEvent.keyboard('{Enter}')
  await hidden([1, 2])
  expect(only.getAttribute('aria-pressed')).toBe('true')
  await userEvent.click(within(panel).getByRole('button', { name: 'Only web' }))
  await hidden([2])
  // A rollout: one of the group that is alone, and one of the others.
  act(() => fake.set({}, [...sources, replica(3, 'web-c'), replica(4, 'api-b', 'Deployment/api')]))
  await hidden([2, 4])
  await userEvent.click(box(/All of web/))
  await hidden([0, 1, 2, 3, 4])
  expect(address(shown)).toMatchObject({ filter: 'h:shop%2FDeployment%2Fweb;o:shop%2FDeployment%2Fweb' })
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(document.activeElement).toBe(opener))
})

test('side by side: each source in a column of its own at the height of its time, kept in the address', async () => {
  const sources = ['a', 'b', 'c'].map((name, index) => fakeSource({ index, name: `shop/${name}/main`, short: name, pod: name }))
  const row = (id: number) =>
    fakeRow(id, id === 4 ? { source: 1, note: { type: 'ended', reason: 'completed', exitCode: 0 } } : { source: id % 3 })
  const shown = await show({ context: 'kind-shop', file: '/k', parts: 'selector:shop/' }, createFakeView({ count: 9, sources, row }))
  await waitFor(() => expect(document.querySelectorAll('.log-row')).toHaveLength(9))
  press('s')
  await waitFor(() => expect(address(shown)).toMatchObject({ side: 'on' }))
  const list = await grid()
  await waitFor(() => expect(list.getAttribute('aria-colcount')).toBe('4'))
  const heads = document.getElementById(list.getAttribute('aria-owns') ?? '')
  expect([...(heads?.children ?? [])].map((head) => [head.getAttribute('aria-colindex'), head.textContent])).toEqual([
    ['1', 'Time'],
    ['2', 'a'],
    ['3', 'b'],
    ['4', 'c'],
  ])
  const rows = [...document.querySelectorAll('.log-row')]
  expect(rows.map((one) => one.querySelector('.log-cell')?.getAttribute('aria-colindex'))).toEqual([2, 3, 4, 2, 3, 4, 2, 3, 4].map(String))
  expect(rows.map((one) => one.getAttribute('aria-rowindex'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(String))
  // Whose it is can be heard although the column shows it.
  expect(rows[1]?.querySelector('.log-cell')?.textContent).toContain('b')
  expect(screen.queryByRole('button', { name: /of 3 sources/ })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Side by side', pressed: true }))
  await waitFor(() => expect(address(shown)['side']).toBeUndefined())
  expect(document.querySelector('.log-cell')).toBeNull()
})

test('side by side with many sources: four of them, which is said, and others can be chosen', async () => {
  const sources = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) =>
    fakeSource({ index, name: `shop/${name}/main`, short: name, pod: name }),
  )
  const shown = await show(
    { context: 'kind-shop', file: '/k', parts: 'selector:shop/', side: 'on' },
    createFakeView({ count: 12, sources, row: (id) => fakeRow(id, { source: id % 6 }) }),
  )
  await waitFor(() => expect(asked('filter')?.['filter']).toMatchObject({ hidden: [4, 5] }))
  await userEvent.click(await screen.findByRole('button', { name: '4 of 6 sources' }))
  const panel = await screen.findByRole('dialog', { name: 'Which sources stand side by side' })
  expect(within(panel).getByRole('checkbox', { name: 'f' }).getAttribute('aria-disabled')).toBe('true')
  await userEvent.click(within(panel).getByRole('checkbox', { name: 'a' }))
  await waitFor(() => expect(address(shown)['lanes']?.split(',')).toHaveLength(3))
  await userEvent.click(within(panel).getByRole('checkbox', { name: 'f' }))
  await waitFor(() => expect(asked('filter')?.['filter']).toMatchObject({ hidden: [0, 4] }))
  await waitFor(() =>
    expect([...document.querySelectorAll('.log-lane-heads .cut')].map((head) => head.textContent)).toEqual(['b', 'c', 'd', 'f']),
  )
  expect(fake.asked('open')).toHaveLength(1)
})

test('a JSON line in short; opened, its values become filters and columns', async () => {
  const text = '{"level":"error","msg":"payment timeout","status":504,"user":{"id":7}}'
  const shown = await show(shop, few({ text, level: 'error' }))
  await waitFor(() => expect(texts()).toEqual(['payment timeout  status=504 user.id=7']))
  await userEvent.click(screen.getByText('payment timeout'))
  const detail = document.querySelector<HTMLElement>('.log-detail')
  if (!detail) throw new Error('not open')
  expect([...detail.querySelectorAll('dt')].map((name) => name.textContent)).toEqual(['level', 'msg', 'status', 'user', 'user.id'])
  await userEvent.click(within(detail).getByRole('button', { name: '504' }))
  await userEvent.click(within(detail).getByRole('button', { name: 'Without this' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ filter: 'f:status:!%3D:504' }))
})

test('fields as columns, from the address', async () => {
  await show({ ...shop, cols: 'status,gone' }, few({ text: '{"msg":"a","status":504}' }))
  await waitFor(() => expect([...document.querySelectorAll('.log-item .log-column')].map((cell) => cell.textContent)).toEqual(['504', '']))
  expect(screen.getByRole('button', { name: 'status' })).toBeTruthy()
})

test('a folded stack trace and a long line open in full', async () => {
  await show(shop, few({ text: 'java.lang.Error: x', folded: 3, level: 'error' }, { text: 'long', more: 14_982 }))
  expect(await screen.findByText('3 more lines')).toBeTruthy()
  expect(screen.getByText('14,982 more characters')).toBeTruthy()
  press('ArrowUp')
  press('k')
  press('Enter')
  await waitFor(() => expect(asked('line')).toMatchObject({ id: 0 }))
  expect(await screen.findByText(/at frame\.2\(Frame\.java:2\)/)).toBeTruthy()
})

test('what happened between the lines, each in its words', async () => {
  await show(
    shop,
    few(
      { note: { type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 2, ranMs: 4000 } },
      { note: { type: 'gap', from: '2026-09-14T06:08:21.37Z', to: null, reason: 'rotated' } },
      { note: { type: 'resumed', from: null, to: null } },
      { note: { type: 'ended', reason: 'completed', exitCode: 0 } },
      { text: 'late one', late: true },
    ),
  )
  await waitFor(() => expect(document.querySelectorAll('.log-note')).toHaveLength(4))
  expect([...document.querySelectorAll<HTMLElement>('.log-note')].map((note) => note.dataset['note'])).toEqual([
    'restarted',
    'gap',
    'resumed',
    'ended',
  ])
  expect(screen.getByText('exit code 137, OOMKilled, ran for 4 s, 2 restarts, the run before ends above')).toBeTruthy()
  expect(screen.getByText('late')).toBeTruthy()
})

test('columns of lines that a row holds only in part are asked for, each once', async () => {
  const cut = (text: string) => ({ text, more: 9000 })
  await show({ ...shop, cols: 'user' }, few(cut('{"pad":"x'), cut('{"pad":"y'), { text: '{"user":"whole"}' }, cut('{"pad":"z')))
  const cells = () => [...document.querySelectorAll('.log-row .log-column')].map((cell) => cell.textContent)
  await waitFor(() => expect(cells()).toEqual(['user of 0', '…The line is too long to read its fields', 'whole', 'user of 3']))
  expect(fake.asked('values')).toEqual([{ viewId: 'view-1', ids: [0, 1, 3], paths: ['user'] }])
})

test('only the run before, and back', async () => {
  const shown = await show(shop, few({ note: { type: 'restarted', exitCode: 1, reason: 'Error', restarts: 1, ranMs: null } }))
  await userEvent.click(await screen.findByRole('button', { name: 'Only the run before' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ pod: 'web-0', container: 'web', previous: 'on' }))
})

const crashed = fakeSource({
  state: 'waiting',
  reason: 'CrashLoopBackOff',
  exitCode: 137,
  restarts: 7,
  hasPrevious: true,
  lastRun: { number: 7, exitCode: 137, reason: 'OOMKilled', ranMs: 4000 },
})

test('a crash loop without lines: why it waits, how the run before ended, exit code, and its log', async () => {
  const shown = await show(shop, createFakeView({ count: 0, sources: [crashed] }))
  expect(await screen.findByText('The container starts and ends again and again')).toBeTruthy()
  expect(screen.getByText(/waits: CrashLoopBackOff, the run before ended with OOMKilled, exit code 137, 7 restarts/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Log of the run before' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ previous: 'on' }))
})

test('what the API says beside the reason stands below it, without lines and above them', async () => {
  const message = 'secret "db" not found'
  const waiting = fakeSource({ state: 'waiting', reason: 'CreateContainerConfigError', message })
  await show(shop, createFakeView({ count: 0, sources: [waiting] }))
  expect((await screen.findByText(message)).closest('li')?.textContent).toContain('waits: CreateContainerConfigError')
  cleanup()
  await show(shop, createFakeView({ count: 3, sources: [waiting] }))
  expect((await screen.findByText(message)).closest('.log-strip')?.textContent).toContain('waits: CreateContainerConfigError')
  // What was said while it waited is over when it runs.
  act(() => fake.set({}, [{ ...waiting, state: 'following' }]))
  await waitFor(() => expect(screen.queryByText(message)).toBeNull())
})

test.each([
  [crashed, /正在等待：CrashLoopBackOff，上次运行以 OOMKilled 结束，退出码 137，重启 7 次/],
  [{ ...crashed, state: 'ended', reason: 'completed' }, /已结束：completed，OOMKilled，退出码 137，重启 7 次/],
  // Of a run that is over, what it says of an older one is not how it ended.
  [{ ...crashed, state: 'ended', reason: 'completed', restarts: 8, exitCode: 0 }, /已结束：completed，退出码 0，重启 8 次/],
] as const)('how the last run ended, in Chinese', async (source, words) => {
  await show(shop, createFakeView({ count: 0, sources: [source] }), 'zh-CN')
  expect(await screen.findByText(words)).toBeTruthy()
})

test.each([
  ['No lines yet', fakeSource()],
  ['The container has not started', fakeSource({ state: 'waiting', reason: 'ContainerCreating' })],
  ['There are no lines', fakeSource({ state: 'ended', reason: 'Completed', exitCode: 0 })],
])('%s', async (title, source) => {
  await show(shop, createFakeView({ count: 0, sources: [source] }))
  expect(await screen.findByText(title)).toBeTruthy()
})

test('forbidden: cause and way out, and it can be tried again', async () => {
  const error = problem('api-forbidden', { context: 'kind-shop', reason: 'pods/log is forbidden' })
  await show(shop, createFakeView({ count: 0, sources: [fakeSource({ state: 'failed', error })] }))
  const notice = await screen.findByRole('alert')
  await userEvent.click(within(notice).getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(fake.asked('open')).toHaveLength(2))
})

test('a source in trouble, dropped lines and a cut are told above the lines', async () => {
  await show(shop)
  await grid()
  act(() =>
    fake.set({ dropped: 1234, history: { state: 'available', done: 0, error: null } }, [
      fakeSource({ state: 'waiting', reason: 'CrashLoopBackOff', restarts: 3 }),
      fakeSource({ index: 1, name: 'b', short: 'b', state: 'reconnecting' }),
    ]),
  )
  expect(await screen.findByText(/waits: CrashLoopBackOff, 3 restarts/)).toBeTruthy()
  const dropped = screen.getByText(/^The oldest lines were dropped/)
  expect(screen.getByText(/1,234 lines dropped$/)).toBeTruthy()
  const words = dropped.textContent
  act(() => fake.set({ dropped: 5678 }))
  await screen.findByText(/5,678 lines dropped$/)
  // It is read out, so it does not change with each line.
  expect([dropped.getAttribute('role'), dropped.textContent]).toEqual(['status', words])
  expect(screen.getByText('1 open gap')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Load the whole history' }))
  expect(await screen.findByText('Reading the log files on the nodes')).toBeTruthy()
  expect(screen.getByRole('progressbar').textContent).toBe('50 %')
})

test('more sources without a line than are listed are counted', async () => {
  const sources = Array.from({ length: 11 }, (_, index) =>
    fakeSource({ index, name: `shop/web-${index}/web`, pod: `web-${index}`, state: 'waiting', reason: 'CrashLoopBackOff', restarts: 1 }),
  )
  await show({ context: 'kind-shop', file: '/k', parts: 'selector:shop/' }, createFakeView({ count: 0, sources }))
  expect(await screen.findByText('… and 3 more')).toBeTruthy()
  expect(document.querySelectorAll('.log-why .mono')).toHaveLength(8)
})

test.each([
  [
    'en',
    'disk-full',
    { path: '/data/tmp' },
    /^The disk is full\. The oldest lines were dropped, and more go .* Free some space at \/data\/tmp/,
  ],
  ['en', 'file-unreadable', { file: '/data/tmp', reason: 'EACCES' }, /on the disk \(EACCES\).* See that Cove may write to \/data\/tmp/],
  ['zh-CN', 'disk-full', { path: '/data/tmp' }, /^磁盘已满。.*继续丢弃。.*\/data\/tmp/],
] as const)('lines that do not go onto the disk: what, what follows, what can be done (%s, %s)', async (language, code, facts, words) => {
  await show(shop, undefined, language)
  await grid()
  act(() => fake.set({ dropped: 7, spillError: problem(code, facts) }))
  await waitFor(() => expect(screen.getAllByRole('alert').some((alert) => words.test(alert.textContent ?? ''))).toBe(true))
  // The cap is not why.
  expect(screen.queryByText(/^The oldest lines were dropped|^最早的行已被丢弃/)).toBeNull()
})

test('lines marked with Shift are copied, with the time between them said', async () => {
  const user = userEvent.setup()
  await show(shop, few({ text: 'one' }, { text: '\u001b[31mtwo\u001b[0m' }, { text: 'three' }))
  await waitFor(() => expect(texts()).toEqual(['one', 'two', 'three']))
  await user.click(screen.getByText('one'))
  press('ArrowDown', { shiftKey: true })
  expect(screen.getByText('2 lines')).toBeTruthy()
  expect(screen.getByText('0.01 s between')).toBeTruthy()
  press('y')
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe('one\ntwo'))
  press('Y', { shiftKey: true })
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe(
      'shop/web-0/web 2026-09-14T06:08:00.000Z one\nshop/web-0/web 2026-09-14T06:08:00.010Z two',
    ),
  )
})

test('more lines than the clipboard takes: how many of them were copied is said, and what to do for the rest', async () => {
  const user = userEvent.setup()
  await show(shop, createFakeView({ count: 12_000 }))
  await waitFor(() => expect(texts().at(-1)).toBe('line 11999'))
  press('g')
  await user.click(await screen.findByText('line 0'))
  press('G', { shiftKey: true })
  await waitFor(() => expect(texts().at(-1)).toBe('line 11999'))
  act(() => {
    fireEvent.click(document.querySelector('[data-seq="11999"]') ?? document.body, { shiftKey: true })
  })
  const bar = await screen.findByRole('toolbar', { name: 'Marked lines' })
  expect(within(bar).getByText('12,000 lines')).toBeTruthy()
  press('y')
  expect(await screen.findByText('10,000 of 12,000 lines copied; save the rest to a file')).toBeTruthy()
  const copied = (await navigator.clipboard.readText()).split('\n')
  expect([copied.length, copied.at(-1)]).toEqual([10_000, 'line 9999'])
})

test('a link leads to its line: at its time, chosen, not following', async () => {
  await show({ ...shop, at: fakeRow(400).time ?? '' }, createFakeView({ count: 1000 }))
  await waitFor(() => expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe('line 400'))
  expect(screen.getByText('Not following')).toBeTruthy()
  const user = userEvent.setup()
  await user.click(document.body)
  press('l')
  await waitFor(async () => expect(await navigator.clipboard.readText()).toContain(encodeURIComponent(fakeRow(400).time ?? '')))
})

test('of many lines of one time a link leads to the one that it was made for, of lines that are alike too', async () => {
  const time = fakeRow(0).time
  const rows = () => createFakeView({ count: 3000, row: (id) => fakeRow(id, { time, text: id % 2 === 0 ? 'tick' : `line ${id}` }) })
  const chosen = () => document.querySelector('.log-row.sel')?.getAttribute('data-seq')
  // Brings a clipboard.
  userEvent.setup()
  await show(shop, rows())
  await waitFor(() => expect(texts().at(-1)).toBe('line 2999'))
  for (const [ups, id] of [
    [3, '2997'],
    [1, '2996'],
  ] as const) {
    for (let up = 0; up < ups; up += 1) press('k')
    await waitFor(() => expect(chosen()).toBe(id))
    press('l')
    expect(await screen.findByText('Link copied')).toBeTruthy()
    const link = await navigator.clipboard.readText()
    const at = new URLSearchParams(link.slice(link.indexOf('?'))).get('at') ?? ''
    cleanup()
    await show({ ...shop, at }, rows())
    await waitFor(() => expect(chosen()).toBe(id))
    expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe(id === '2996' ? 'tick' : `line ${id}`)
  }
})

test('a line without a time has no link, and that is said', async () => {
  await show(shop, few({ text: 'one', time: null }))
  await waitFor(() => expect(texts()).toEqual(['one']))
  press('k')
  press('l')
  expect(await screen.findByText('No link leads to this line: it has no time')).toBeTruthy()
})

test('a link followed inside an open view goes there at once, and Back leaves the rows where they are', async () => {
  const shown = await show(shop, createFakeView({ count: 3000 }))
  await waitFor(() => expect(texts().at(-1)).toBe('line 2999'))
  await act(() => shown.router.navigate({ to: '/logs', search: { ...shop, at: fakeRow(400).time } } as never))
  await waitFor(() => expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe('line 400'))
  expect(document.querySelector('.log-blank')).toBeNull()
  // From what stands there nothing is taken for the line that is on its way.
  await act(() => shown.router.navigate({ to: '/logs', search: { ...shop, at: fakeRow(300).time } } as never))
  await waitFor(() => expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe('line 300'))
  await act(() => shown.router.navigate({ to: '/logs', search: { ...shop, at: fakeRow(400).time } } as never))
  await waitFor(() => expect(document.querySelector('.log-row.sel .log-text')?.textContent).toBe('line 400'))
  await act(async () => shown.router.history.go(-3))
  await waitFor(() => expect(address(shown)['at']).toBeUndefined())
  expect(texts()).toContain('line 400')
  expect(document.querySelector('.log-blank')).toBeNull()
  expect(fake.asked('open')).toHaveLength(1)
})

test('the key for other times: each row in local time, in UTC, since the first line, without', async () => {
  const at = new Date(fakeRow(1).time ?? '')
  const clock = (hours: number) => `${String(hours).padStart(2, '0')}:${at.toISOString().slice(14, 23)}`
  const local = `${clock(at.getHours()).slice(0, 2)}:${String(at.getMinutes()).padStart(2, '0')}${clock(0).slice(5)}`
  const shown = await show(shop, few({ text: 'one' }, { text: 'two' }))
  const times = () => [...document.querySelectorAll('.log-row .log-time')].map((time) => time.textContent?.slice(-12))
  await waitFor(() => expect(times().at(1)).toBe(local))
  press('t')
  await waitFor(() => expect(times().at(1)).toBe(clock(at.getUTCHours())))
  press('t')
  await waitFor(() => expect(times()).toEqual(['+0.000', '+0.010']))
  expect(address(shown)).toMatchObject({ times: 'start' })
  press('t')
  await waitFor(() => expect(document.querySelector('.log-time')).toBeNull())
  press('t')
  await waitFor(() => expect(times().at(1)).toBe(local))
})

test('the picker: a selector that is typed, a second pod, a journal, a pod that is gone; a cross takes one away', async () => {
  const view = createFakeView({
    count: 3,
    sources: [fakeSource(), fakeSource({ index: 1, name: 'shop/db-0/db', short: 'db-0', pod: 'db-0' })],
  })
  const ghost = { node: 'worker', namespace: 'shop', pod: 'old-0', podUid: 'u', container: 'web' }
  world.apiNodes = [
    {
      name: 'worker',
      ready: 'ready',
      reason: '',
      roles: [],
      version: 'v1.34.4',
      address: null,
      runtime: 'cri-o://1.33.0',
      createdAt: 0,
    },
  ]
  Object.assign(view.api, { gone: async () => [{ ...ghost, bytes: 120, writtenAt: 1 }] })
  // Neither has a pod.
  const workloads = [
    { namespace: 'shop', type: 'CronJob', name: 'nightly' },
    { namespace: 'shop', type: 'Deployment', name: 'fresh' },
  ]
  const forbidden = problem('api-forbidden', { context: 'kind-shop', reason: 'jobs is forbidden' })
  Object.assign(view.api, { workloads: async () => ({ workloads, error: forbidden }) })
  const shown = await show(shop, view)
  await grid()
  const pick = async (query: string, option: RegExp) => {
    const before = core.pods.length
    await userEvent.click(screen.getByRole('button', { name: 'Add pods, workloads, nodes or files' }))
    await waitFor(() => expect(core.pods.length).toBeGreaterThan(before))
    await sendPods({ type: 'snapshot', pods: [pod('web-0'), pod('db-0', 'StatefulSet/db')], asOf: 1 })
    await userEvent.type(await screen.findByRole('combobox', { name: 'Add pods, workloads, nodes or files' }), query)
    await userEvent.click(await screen.findByRole('option', { name: option }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  }
  const first = 'pod:shop/web-0/web'
  await pick('app=web', /^app=web label selector/)
  await waitFor(() => expect(address(shown)['parts']).toBe(`${first};selector:shop/app%3Dweb`))
  await pick('db-0', /^db-0(?! every)/)
  await waitFor(() => expect(address(shown)['parts']).toBe(`${first};selector:shop/app%3Dweb;pod:shop/db-0`))
  // A unit that the runtime of this node has.
  await pick('crio', /crio$/)
  await waitFor(() => expect(address(shown)['parts']).toContain('/crio'))
  await pick('old-0', /^old-0\/web/)
  await waitFor(() => expect(address(shown)['parts']).toContain('gone:'))
  await waitFor(() =>
    expect(view.asked('open').at(-1)?.['parts']).toEqual([
      { kind: 'pod', namespace: 'shop', pod: 'web-0', container: 'web' },
      { kind: 'selector', namespace: 'shop', selector: 'app=web', container: null },
      { kind: 'pod', namespace: 'shop', pod: 'db-0', container: null },
      { kind: 'journal', node: 'worker', unit: 'crio' },
      { kind: 'gone', ...ghost },
    ]),
  )
  await pick('nightly', /^nightly CronJob/)
  await waitFor(() => expect(address(shown)['parts']).toMatch(/;workload:shop\/CronJob\/nightly$/))
  await pick('fresh', /^fresh Deployment/)
  await waitFor(() => expect(address(shown)['parts']).toMatch(/;workload:shop\/Deployment\/fresh$/))
  await pick('tier', /^tier every pod with this label/)
  await waitFor(() => expect(address(shown)['parts']).toMatch(/;selector:shop\/tier$/))
  const before = core.pods.length
  await userEvent.click(screen.getByRole('button', { name: 'Add pods, workloads, nodes or files' }))
  await waitFor(() => expect(core.pods.length).toBeGreaterThan(before))
  await sendPods({ type: 'snapshot', pods: [], asOf: 1 })
  // Which Jobs there are is not known.
  await waitFor(() => expect(screen.getAllByRole('status').some((one) => one.textContent?.includes('Not all are listed: '))).toBe(true))
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await userEvent.click(screen.getByRole('button', { name: /^Remove app=web/ }))
  await waitFor(() => expect(address(shown)['parts']).not.toContain('app%3Dweb'))
  expect(address(shown)['parts']).toContain('pod:shop/db-0')
})

test('the time of a filter by keyboard: from one field to the next', async () => {
  const shown = await show(shop)
  await grid()
  press('&')
  const dialog = await screen.findByRole('dialog', { name: 'Filter lines' })
  const from = within(dialog).getByLabelText<HTMLInputElement>('From')
  from.focus()
  fireEvent.change(from, { target: { value: '2026-09-14T06:08:00' } })
  await userEvent.tab()
  await waitFor(() => expect(address(shown)['filter']).toContain('a:2026'))
  expect(document.activeElement).toBe(within(dialog).getByLabelText('To'))
  expect(within(dialog).getByLabelText('From')).toBe(from)
  expect(from.value).toContain('2026-09-14T06:08')
})

test('a bookmark is set by key, listed, and gone to', async () => {
  await show(shop, createFakeView({ count: 500 }))
  await waitFor(() => expect(texts().at(-1)).toBe('line 499'))
  press('k')
  press('b')
  expect(asked('bookmark')).toEqual({ viewId: 'view-1', id: 499, note: '' })
  press('g')
  await waitFor(() => expect(texts()[0]).toBe('line 0'))
  await userEvent.click(screen.getByRole('button', { name: 'Bookmarks' }))
  await userEvent.click(await screen.findByRole('button', { name: 'line 499' }))
  await waitFor(() => expect(texts()).toContain('line 499'))
})

test('a bookmark that core does not change stays as it was', async () => {
  const view = createFakeView({ count: 3 })
  await view.api.bookmark({ id: 2, note: 'here' })
  await show(shop, view)
  expect(await screen.findByText('here')).toBeTruthy()
  view.api.bookmark = async () => {
    throw new Error('lost')
  }
  Object.assign(core.logs, view.api)
  await userEvent.click(screen.getByRole('button', { name: 'Bookmarks' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Remove bookmark' }))
  // In the list and beside the line.
  await waitFor(() => expect(screen.getAllByText('here')).toHaveLength(2))
  expect(await screen.findByRole('button', { name: 'Remove bookmark' })).toBeTruthy()
})

test('of two bookmarks one is removed: the row of the other is not asked for again', async () => {
  const view = few({ text: 'one' }, { text: 'two' })
  await view.api.bookmark({ id: 0, note: 'first' })
  await view.api.bookmark({ id: 1, note: 'second' })
  await show(shop, view)
  await grid()
  await userEvent.click(screen.getByRole('button', { name: 'Bookmarks' }))
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Remove bookmark' })).toHaveLength(2))
  const single = () => fake.asked('rows').filter((call) => call['count'] === 1)
  expect(single()).toHaveLength(2)
  await userEvent.click(screen.getAllByRole('button', { name: 'Remove bookmark' })[0] as Element)
  await waitFor(() => expect(asked('bookmark')).toMatchObject({ note: null }))
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Remove bookmark' })).toHaveLength(1))
  expect(single()).toHaveLength(2)
})

test('a view under a name is kept in the settings, gone to and forgotten', async () => {
  const shown = await show({ ...shop, filter: 'l:error', at: fakeRow(3).time ?? '' })
  await grid()
  await userEvent.click(screen.getByRole('button', { name: 'Saved views' }))
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name of this view' }), ' errors {Enter}')
  await userEvent.click(await screen.findByRole('button', { name: 'errors' }))
  await waitFor(() => expect(address(shown)).toMatchObject({ filter: 'l:error', pod: 'web-0' }))
  // Without the line that the address led to.
  expect(address(shown)['at']).toBeUndefined()
  expect(world.settings.settings.logViews).toEqual([{ name: 'errors', search: { ...shop, filter: 'l:error' } }])
  await userEvent.click(screen.getByRole('button', { name: 'Saved views' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Forget errors' }))
  await waitFor(() => expect(world.settings.settings.logViews).toEqual([]))
})

test('a view that is not kept is said, and its name stays to be tried again', async () => {
  await show(shop)
  await grid()
  world.refusal = problem('disk-full', { path: '/data/settings.json' })
  await userEvent.click(screen.getByRole('button', { name: 'Saved views' }))
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name of this view' }), 'mine{Enter}')
  expect((await screen.findByRole('alert')).textContent).toMatch(/^Not saved: .*full/)
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Name of this view' }).value).toBe('mine')
  world.refusal = null
})

test('views that the browser kept are taken over once; one saved under the same name since is newer', async () => {
  world.settings.settings.logViews = [{ name: 'all', search: { context: 'new' } }]
  const left = [
    { name: 'errors', search: { context: 'c' } },
    { name: 'all', search: { context: 'old' } },
    { name: '', search: {} },
    { name: 'bad', search: { context: 7 } },
  ]
  localStorage.setItem('cove.logViews', JSON.stringify(left))
  world.refusal = problem('disk-full', { path: '/data/settings.json' })
  await show(shop)
  await waitFor(() => expect(calls.some((call) => call.name === 'settings.set')).toBe(true))
  expect(localStorage.getItem('cove.logViews')).not.toBeNull()
  world.refusal = null
  cleanup()
  await show(shop)
  await waitFor(() => expect(localStorage.getItem('cove.logViews')).toBeNull())
  expect(world.settings.settings.logViews).toEqual([
    { name: 'errors', search: { context: 'c' } },
    { name: 'all', search: { context: 'new' } },
  ])
})

test('a dropped file is read as a log, piece by piece', async () => {
  const shown = await show()
  await screen.findByRole('heading', { name: 'Logs' })
  const file = new File(['a\nb\n'], 'a.log')
  const transfer = { types: ['Files'], files: [file] }
  act(() => {
    fireEvent.drop(document.querySelector('.log-drop') as Element, { dataTransfer: transfer })
  })
  await waitFor(() => expect(address(shown)).toMatchObject({ parts: 'upload:a.log' }))
  cleanup()
  await show({ parts: 'upload:a.log' })
  await waitFor(() => expect(asked('feed')).toEqual({ viewId: 'view-1', part: 0, data: btoa('a\nb\n'), last: true }))
  expect(fake.asked('open').at(-1)).toMatchObject({ parts: [{ kind: 'upload', name: 'a.log' }] })
})

test('after a reload the file has to be chosen again', async () => {
  await show({ parts: 'upload:other.log' })
  expect(await screen.findByText('The file other.log has to be chosen again')).toBeTruthy()
})

test('who listens is told the tail in a few words, at most every few seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    await show(shop)
    await waitFor(() => expect(texts().at(-1)).toBe('line 99'))
    const voice = screen.getByRole('log', { name: 'New lines' })
    act(() => fake.grow(3))
    await waitFor(() => expect(texts().at(-1)).toBe('line 102'))
    expect(voice.textContent).toBe('')
    act(() => void vi.advanceTimersByTime(5000))
    expect(voice.textContent).toBe('3 new lines, the last: line 102')
    act(() => void vi.advanceTimersByTime(5000))
    expect(voice.textContent).toBe('3 new lines, the last: line 102')
  } finally {
    vi.useRealTimers()
  }
})

test('the words of the page in Chinese', async () => {
  await show(shop, few({ text: 'x', folded: 14, late: true }), 'zh-CN')
  expect(await screen.findByText('还有 14 行')).toBeTruthy()
  expect(screen.getByRole('textbox', { name: '搜索' })).toBeTruthy()
  expect(screen.getByText('迟到')).toBeTruthy()
  expect(screen.getByText('正在跟随')).toBeTruthy()
})
