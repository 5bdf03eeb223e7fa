// @vitest-environment happy-dom
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogRowsRequest } from '#shared/contract/logs.ts'
import { createFakeView, fakeRow, fakeStart } from './fixtures/fake-view.ts'
import { linkText, markOf } from './line-link.ts'
import { logApi } from './log-api.ts'
import { createRowWindow } from './row-window.ts'
import { useArrival } from './use-arrival.ts'
import { useLines } from './use-lines.ts'
import type { LogView } from './use-log-view.ts'

const core = vi.hoisted(() => ({ logs: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({ ...(await import('../../fixtures/fake-api.ts')), api: { logs: core.logs } }))
beforeEach(() => void Object.assign(core.logs, createFakeView({ count: 1000 }).api))
afterEach(cleanup)

/** A page that a link leads to, and that gives up after 100 ms; `top` is the time of the rows that it shows then. */
async function arrive(at: string, top: string) {
  const control = createRowWindow({ fetch: (want: Pick<LogRowsRequest, 'from' | 'count'>) => logApi.rows({ viewId: 'v', ...want }) })
  control.state({ layout: 1, shown: 1000, total: 1000 })
  await waitFor(() => expect(control.view().empty).toBe(false))
  const view = { viewId: 'v', state: { layout: 1, shown: 1000 } } as unknown as LogView
  const hook = renderHook(() => {
    const lines = useLines(view, control)
    return { lines, astray: useArrival(at, 'v', control, lines, () => 'shop/web-0/web', 100) }
  })
  act(() => control.toTime(top))
  return hook.result
}
const timeOf = (id: number) => fakeRow(id).time ?? ''

test('a line that is there is chosen, and nothing is said', async () => {
  const mark = markOf(fakeRow(400), 'shop/web-0/web')
  const page = await arrive(linkText({ time: timeOf(400), mark, nth: 0 }), timeOf(400))
  await waitFor(() => expect(page.current.lines.cursor?.id).toBe(400))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(page.current.astray).toBe(false)
})

test('no line of that time: the nearest is chosen, which is said', async () => {
  const between = new Date(fakeStart + 4005).toISOString()
  const page = await arrive(between, between)
  await waitFor(() => expect(page.current.lines.cursor?.id).toBe(401))
  expect(page.current.astray).toBe(true)
})

test('a line of that time, but another one: said after a while', async () => {
  const page = await arrive(linkText({ time: timeOf(400), mark: 'other', nth: 0 }), timeOf(400))
  await waitFor(() => expect(page.current.lines.cursor?.id).toBe(400))
  expect(page.current.astray).toBe(false)
  await waitFor(() => expect(page.current.astray).toBe(true))
})

test('the line is found after it was given up: it is chosen, and nothing is said any more', async () => {
  const fake = createFakeView({ count: 1000, row: (id) => fakeRow(id, id === 401 ? { time: timeOf(400) } : {}) }).api
  let held = true
  const asked: (() => void)[] = []
  Object.assign(core.logs, fake, {
    rows: async (want: LogRowsRequest) => {
      // Only the search for the line begins at its time and asks for so many.
      if (held && want.count === 1000) await new Promise<void>((resolve) => void asked.push(resolve))
      return fake.rows(want)
    },
  })
  const mark = markOf(fakeRow(401), 'shop/web-0/web')
  const page = await arrive(linkText({ time: timeOf(400), mark, nth: 0 }), timeOf(400))
  await waitFor(() => expect(page.current.astray).toBe(true))
  expect(page.current.lines.cursor?.id).toBe(400)
  held = false
  for (const go of asked) go()
  await waitFor(() => expect(page.current.lines.cursor?.id).toBe(401))
  expect(page.current.astray).toBe(false)
})

test('nothing of that time or after it: said after a while', async () => {
  const later = new Date(fakeStart + 999_999).toISOString()
  const page = await arrive(later, later)
  await waitFor(() => expect(page.current.astray).toBe(true))
  expect(page.current.lines.cursor).toBeNull()
})
