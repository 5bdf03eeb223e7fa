// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogRowsRequest } from '#shared/contract/logs.ts'
import { fakeRow } from './fixtures/fake-view.ts'
import { createRowWindow } from './row-window.ts'
import { useLines } from './use-lines.ts'
import type { LogView } from './use-log-view.ts'
import { useStartTime } from './use-start-time.ts'

const core = vi.hoisted(() => ({ logs: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({ ...(await import('../../fixtures/fake-api.ts')), api: { logs: core.logs } }))

/** Requests that wait for a test to answer them. */
let asked: { readonly input: LogRowsRequest & { readonly viewId: string }; readonly answer: (from: number, id: number) => void }[] = []
beforeEach(() => {
  asked = []
  core.logs['rows'] = (input: LogRowsRequest) =>
    new Promise((resolve) => {
      asked.push({ input, answer: (from, id) => resolve({ layout: 1, shown: 100, from, rows: [fakeRow(id)] }) })
    })
})
afterEach(cleanup)

const view = (viewId: string, layout: number) => ({ viewId, state: { layout, shown: 100 } }) as unknown as LogView
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve, 0)))

/** The lines of a page whose rows are there already: row `at` has the id `at`. */
async function page() {
  const control = createRowWindow({
    fetch: async () => ({ layout: 1, shown: 100, from: 0, rows: Array.from({ length: 100 }, (_, id) => fakeRow(id)) }),
  })
  control.state({ layout: 1, shown: 100, total: 100 })
  await settle()
  const hook = renderHook(({ viewId, layout }) => useLines(view(viewId, layout), control), { initialProps: { viewId: 'v', layout: 1 } })
  return { lines: () => hook.result.current, say: (viewId: string, layout: number) => hook.rerender({ viewId, layout }) }
}

test('rows change their place many times: one request at a time follows the line that was chosen', async () => {
  const { lines, say } = await page()
  act(() => lines().choose(90, false))
  for (let layout = 2; layout < 12; layout += 1) {
    say('v', layout)
    await settle()
  }
  expect(asked).toHaveLength(1)
  asked[0]?.answer(80, 90)
  await settle()
  expect(asked).toHaveLength(2)
  asked[1]?.answer(70, 90)
  await settle()
  expect(asked).toHaveLength(2)
  expect(lines().cursor).toMatchObject({ at: 70, id: 90 })
})

test('a late answer moves neither another line nor one of another log', async () => {
  const { lines, say } = await page()
  act(() => lines().choose(90, false))
  say('v', 2)
  act(() => lines().choose(50, false))
  asked[0]?.answer(80, 90)
  await settle()
  expect(lines().cursor).toMatchObject({ at: 50, id: 50 })
  say('v', 3)
  await settle()
  say('other', 1)
  act(() => lines().choose(10, false))
  asked[1]?.answer(0, 0)
  await settle()
  expect(lines().cursor).toMatchObject({ at: 10, id: 10 })
})

test('the time of the first line: asked for once at a time, and of this log only', async () => {
  const hook = renderHook(({ viewId, layout }) => useStartTime(view(viewId, layout), 'start'), {
    initialProps: { viewId: 'v', layout: 1 },
  })
  for (let layout = 2; layout < 12; layout += 1) hook.rerender({ viewId: 'v', layout })
  expect(asked).toHaveLength(1)
  asked[0]?.answer(0, 5)
  await settle()
  expect(hook.result.current).toBe(Date.parse(fakeRow(5).time ?? ''))
  expect(asked).toHaveLength(2)
  hook.rerender({ viewId: 'other', layout: 1 })
  expect(hook.result.current).toBeNull()
})
