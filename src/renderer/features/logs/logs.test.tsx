// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogEvent } from '#shared/contract/logs.ts'
import type { Pod, PodContainer, PodsEvent } from '#shared/contract/workloads.ts'
import { calls, problem, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { LogsPage } from './logs-page.tsx'

type Stream = { readonly input: Record<string, unknown>; readonly send: (event: never) => void; readonly signal: AbortSignal }
const streams = vi.hoisted(() => ({ pods: [] as Stream[], logs: [] as Stream[] }))
vi.mock('../../api/client.ts', async () => {
  const fake = await import('../../fixtures/fake-api.ts')
  let now: Pick<Stream, 'send' | 'signal'> | null = null
  const open = (list: Stream[]) => async (input: Record<string, unknown>) => {
    if (now) list.push({ input, ...now })
    return []
  }
  return {
    ...fake,
    api: { ...fake.api, workloads: { watchPods: open(streams.pods) }, logs: { follow: open(streams.logs) } },
    iterate: async (start: (signal: AbortSignal) => Promise<unknown>, send: (event: never) => void, signal: AbortSignal) => {
      now = { send, signal }
      await start(signal)
    },
  }
})
vi.mock('../shell/page.tsx', () => ({
  Page: ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
    <main>
      <h1>{title}</h1>
      {children}
    </main>
  ),
}))

const container = (part: Partial<PodContainer> = {}): PodContainer => ({
  name: 'web',
  kind: 'container',
  image: 'web:1',
  state: 'running',
  reason: '',
  exitCode: null,
  ready: true,
  restarts: 0,
  startedAt: 0,
  hasPrevious: false,
  ...part,
})
const pod = (...containers: PodContainer[]): Pod => ({
  uid: 'u1',
  namespace: 'shop',
  name: 'web-0',
  status: 'Running',
  health: 'ok',
  ready: 1,
  total: 1,
  restarts: 0,
  lastRestartAt: null,
  node: null,
  ip: null,
  createdAt: 0,
  owner: null,
  labels: {},
  containers,
})
const shop = { context: 'kind-shop', file: '/k', namespace: 'shop', pod: 'web-0', container: 'web' }

const sendPods = (event: PodsEvent) => act(() => streams.pods.at(-1)?.send(event as never))
const sendLog = async (event: LogEvent) => {
  await waitFor(() => expect(streams.logs.length).toBeGreaterThan(0))
  await act(async () => {
    streams.logs.at(-1)?.send(event as never)
    await new Promise((resolve) => requestAnimationFrame(resolve))
  })
}
const lines = (...texts: readonly string[]): LogEvent => ({
  type: 'lines',
  lines: texts.map((text, seq) => ({ seq, time: `2026-09-14T14:08:21.${seq}00000000Z`, text, cut: false })),
})
const show = async (search: Record<string, string> = {}, language: 'en' | 'zh-CN' = 'en') => {
  const shown = renderAt(<LogsPage />, language)
  await shown.router.navigate({ to: '/', search: search as never })
  return shown
}

beforeEach(() => {
  calls.length = 0
  streams.pods.length = 0
  streams.logs.length = 0
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 400 })
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 800 })
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

test('no contexts: one sentence and the way to a cluster', async () => {
  world.kubeconfig = { ...world.kubeconfig, contexts: [], current: null }
  await show()
  expect(await screen.findByText('No contexts yet')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Go to Clusters' })).toBeTruthy()
})

test('a context that is not there is said, not replaced by the current one', async () => {
  await show({ context: 'gone' })
  expect(await screen.findByRole('alert')).toBeTruthy()
  expect(streams.pods).toHaveLength(0)
})

test('nothing chosen: the pods of the current context and its namespace; a row opens its log', async () => {
  const { router } = await show()
  await waitFor(() => expect(streams.pods.at(-1)?.input).toEqual({ file: '/k', name: 'kind-shop', namespace: 'shop' }))
  expect(screen.getByRole('grid', { name: 'Pods' }).getAttribute('aria-busy')).toBe('true')
  sendPods({ type: 'snapshot', pods: [pod(container({ name: 'setup', kind: 'init' }), container())], asOf: 1 })
  await userEvent.click(screen.getByRole('row', { name: 'Open the log of web-0' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/logs'))
  expect(router.state.location.search).toEqual(shop)
})

test('no pods here: the way to the other namespaces', async () => {
  const { router } = await show()
  await waitFor(() => expect(streams.pods).toHaveLength(1))
  sendPods({ type: 'snapshot', pods: [], asOf: 1 })
  await userEvent.click(await screen.findByRole('button', { name: 'Show all namespaces' }))
  await waitFor(() => expect(router.state.location.search).toMatchObject({ namespace: '*' }))
})

test('a cluster that does not answer is unknown, never empty', async () => {
  await show()
  await waitFor(() => expect(streams.pods).toHaveLength(1))
  sendPods({ type: 'failed', error: problem('api-forbidden', { context: 'kind-shop', reason: 'pods is forbidden' }) })
  expect(within(screen.getByRole('alert')).getByText('Which pods there are is not known.')).toBeTruthy()
  expect(screen.queryByText(/No pods/)).toBeNull()
})

test('the container of the address is followed at once; leaving ends the stream', async () => {
  const { unmount } = await show(shop)
  await sendLog(lines('one', '\u001b[31mtwo\u001b[0m'))
  expect(streams.logs[0]?.input).toMatchObject({ pod: 'web-0', container: 'web', follow: true, previous: false, tail: 1000, since: null })
  const table = screen.getByRole('table', { name: 'Log of web in web-0' })
  expect(table.getAttribute('aria-rowcount')).toBe('2')
  const rows = within(table).getAllByRole('row')
  expect(rows.map((row) => [row.getAttribute('aria-rowindex'), row.querySelector('.log-text')?.textContent])).toEqual([
    ['1', 'one'],
    ['2', 'two'],
  ])
  expect(rows[1]?.querySelector('.ansi-red')?.textContent).toBe('two')
  expect(rows[0]?.dataset['seq']).toBe('0')
  expect(streams.logs[0]?.signal.aborted).toBe(false)
  unmount()
  expect(streams.logs[0]?.signal.aborted).toBe(true)
})

test('a filter shows the lines that fit, marked and counted', async () => {
  await show(shop)
  await sendLog(lines('GET /a 200', 'timeout after 3 s', 'GET /b 200'))
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter lines' }), 'TIMEOUT')
  expect(await screen.findByText('1 of 3 lines')).toBeTruthy()
  expect(document.querySelector('mark')?.textContent).toBe('timeout')
  expect(document.querySelectorAll('.log-text')).toHaveLength(1)
})

test('a restart says why, and leads to the log of the run before', async () => {
  await show(shop)
  await waitFor(() => expect(streams.pods).toHaveLength(1))
  sendPods({ type: 'snapshot', pods: [pod(container({ hasPrevious: true, restarts: 1 }))], asOf: 1 })
  await sendLog(lines('bye'))
  await sendLog({ type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1 })
  expect(screen.getByText('exit code 137, OOMKilled, restart 1')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Log of the run before' }))
  await waitFor(() => expect(streams.logs.at(-1)?.input).toMatchObject({ previous: true, follow: false }))
  expect(streams.logs[0]?.signal.aborted).toBe(true)
  await sendLog({ type: 'ended', reason: 'previous', exitCode: 137 })
  await userEvent.click(screen.getByRole('button', { name: 'Back to the present run' }))
  await waitFor(() => expect(streams.logs.at(-1)?.input).toMatchObject({ previous: false, follow: true }))
})

test('without a run before, the button says why it does nothing', async () => {
  await show(shop)
  await waitFor(() => expect(streams.pods).toHaveLength(1))
  sendPods({ type: 'snapshot', pods: [pod(container())], asOf: 1 })
  const button = await screen.findByRole('button', { name: /^Run before, No run of this container has ended/ })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await userEvent.click(button)
  expect(streams.logs.every((stream) => stream.input['previous'] === false)).toBe(true)
})

test('a failure names cause and way out, and can be tried again', async () => {
  await show(shop, 'zh-CN')
  await sendLog({ type: 'failed', error: problem('pod-not-found', { pod: 'web-0', namespace: 'shop' }) })
  const notice = await screen.findByRole('alert')
  expect(within(notice).getByRole('button', { name: '选择其他 Pod' })).toBeTruthy()
  await userEvent.click(within(notice).getByRole('button', { name: '重试' }))
  await waitFor(() => expect(streams.logs).toHaveLength(2))
})

test('waiting, cut, dropped, ended: each is told between the lines', async () => {
  await show(shop)
  await sendLog({ type: 'waiting', reason: 'ContainerCreating' })
  await sendLog(lines('a'))
  await sendLog({ type: 'reconnecting', error: null, inMs: 0 })
  await sendLog({ type: 'dropped', count: 7 })
  await sendLog({ type: 'ended', reason: 'completed', exitCode: 0 })
  expect([...document.querySelectorAll<HTMLElement>('.log-note')].map((note) => note.dataset['note'])).toEqual([
    'waiting',
    'reconnecting',
    'dropped',
    'ended',
  ])
  expect(screen.getByText('7 lines were dropped')).toBeTruthy()
  expect(screen.getByRole('log').textContent).toBe('The container has ended exit code 0')
  expect(screen.queryByRole('button', { name: 'Stop following' })).toBeNull()
})

test('another tail begins the log anew', async () => {
  await show(shop)
  await sendLog(lines('a'))
  await userEvent.click(screen.getByRole('combobox', { name: 'Begin with: last 1,000' }))
  await userEvent.click(await screen.findByRole('option', { name: 'all lines' }))
  await waitFor(() => expect(streams.logs.at(-1)?.input).toMatchObject({ tail: null }))
  expect(streams.logs[0]?.signal.aborted).toBe(true)
})
