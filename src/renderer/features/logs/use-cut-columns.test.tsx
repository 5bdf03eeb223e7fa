// @vitest-environment happy-dom
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { createFakeView, fakeRow } from './fixtures/fake-view.ts'
import { useCutColumns } from './use-cut-columns.ts'

const core = vi.hoisted(() => ({ logs: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({ ...(await import('../../fixtures/fake-api.ts')), api: { logs: core.logs } }))
afterEach(cleanup)

test('columns of a cut line stand under their own names, also beside one whose path nobody reads', async () => {
  const fake = createFakeView({ count: 10 })
  Object.assign(core.logs, fake.api)
  const row = fakeRow(0, { more: 9 })
  const tooLong = 'x'.repeat(501)
  const rows = [row]
  const columns = ['user', tooLong, 'status']
  const { result } = renderHook(() => useCutColumns('v', rows, columns))
  await waitFor(() => expect(result.current(row)).toBeDefined())
  expect(fake.asked('values')).toEqual([{ viewId: 'v', ids: [0], paths: ['user', 'status'] }])
  expect(columns.map((path) => result.current(row)?.get(path))).toEqual(['user of 0', undefined, 'status of 0'])
})
