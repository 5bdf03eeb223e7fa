import { beforeEach, expect, test, vi } from 'vitest'
import type { LogOpen } from '#shared/contract/logs.ts'
import { createFakeView } from './fixtures/fake-view.ts'
import type { FakeView } from './fixtures/fake-view.ts'
import { createLogSession, noSession } from './log-session.ts'

const world = vi.hoisted(() => ({ api: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  api: { logs: world.api },
  iterate: async (start: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>, send: (event: unknown) => void, signal: AbortSignal) => {
    for await (const event of await start(signal)) {
      if (signal.aborted) return
      send(event)
    }
  },
}))
let fake: FakeView
beforeEach(() => {
  fake = createFakeView({ count: 10 })
  Object.assign(world.api, fake.api)
})

const wish: LogOpen = {
  context: { file: '/k', name: 'c' },
  parts: [{ kind: 'pod', namespace: 'shop', pod: 'web-0', container: null }],
  tail: 1000,
  since: null,
  follow: true,
  previous: false,
}
const begin = (open: LogOpen = wish) => {
  let view = noSession
  const session = createLogSession({
    open: () => open,
    prepare: () => ({ filter: null, find: null }),
    changed: (next) => {
      view = next
    },
  })
  return { ...session, view: () => view }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const untilOpen = (session: ReturnType<typeof begin>) => expect.poll(() => session.view().phase).toBe('open')
/** As core would: it answers, and the state that says so comes later. */
const silent = () =>
  Object.assign(world.api, {
    watch: async (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
      (async function* () {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield* []
      })(),
  })

test('a view that nobody has pinned is closed, before its first state too', async () => {
  const first = begin()
  await untilOpen(first)
  first.end()
  expect(fake.asked('close')).toHaveLength(1)
  silent()
  const second = begin()
  await expect.poll(() => second.view().viewId).not.toBeNull()
  second.end()
  expect(fake.asked('close')).toHaveLength(2)
})

test('a pinned view that is left before its first state goes on', async () => {
  const first = begin()
  await untilOpen(first)
  fake.set({ pinned: true })
  silent()
  const second = begin()
  await expect.poll(() => second.view().viewId).toBe('view-1')
  second.end()
  await settled()
  expect(fake.asked('close')).toEqual([])
})

test('left right after it was pinned it goes on, right after it was unpinned it is closed', async () => {
  const session = begin()
  await untilOpen(session)
  session.pin(true)
  session.end()
  await settled()
  expect(fake.asked('close')).toEqual([])

  const again = begin()
  await untilOpen(again)
  again.pin(false)
  again.end()
  await expect.poll(() => fake.asked('close')).toEqual([{ viewId: 'view-1' }])
})

test('a pinned view is taken up only by who wants it from the same beginning', async () => {
  const first = begin()
  await untilOpen(first)
  fake.set({ pinned: true })
  await untilOpen(begin())
  expect(fake.asked('open')).toHaveLength(1)
  await untilOpen(begin({ ...wish, tail: 100 }))
  await untilOpen(begin({ ...wish, tail: null, since: '2026-09-14T13:00:00Z' }))
  expect(fake.asked('open')).toHaveLength(3)
})
