// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { UsageEvent } from '#shared/contract/nodes.ts'
import { useUsage } from './use-usage.ts'

/** Streams that were asked for. */
const asked = vi.hoisted(() => [] as { readonly say: (event: UsageEvent) => void; readonly signal: AbortSignal }[])
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  iterate: async (_start: unknown, say: (event: UsageEvent) => void, signal: AbortSignal) => void asked.push({ say, signal }),
}))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  asked.length = 0
})

const usage: UsageEvent = {
  type: 'usage',
  source: 'engine',
  nodes: [{ node: 'n', cpu: 0.5, cpus: 2, memoryBytes: 1, memoryLimitBytes: 2 }],
  asOf: 1,
}
const look = (state: DocumentVisibilityState) => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

test('numbers stay through a failure of their source, and go when nobody asks for them any more', () => {
  const { result, rerender } = renderHook(({ wanted }) => useUsage('c', wanted), { initialProps: { wanted: true } })
  act(() => asked[0]?.say(usage))
  act(() => asked[0]?.say({ type: 'failed', error: { code: 'metrics-absent', facts: {}, commandId: null } }))
  expect(result.current).toMatchObject({ asOf: 1, error: { code: 'metrics-absent' } })
  expect(result.current.nodes.get('n')?.cpu).toBe(0.5)
  rerender({ wanted: false })
  expect(asked[0]?.signal.aborted).toBe(true)
  expect(result.current).toEqual({ nodes: new Map(), source: null, asOf: null, error: null })
})

test('a window that comes into sight again shows no numbers of the time before', () => {
  const { result } = renderHook(() => useUsage('c', true))
  act(() => asked[0]?.say(usage))
  expect(result.current.nodes.size).toBe(1)
  look('hidden')
  look('visible')
  expect(result.current.nodes.size).toBe(0)
  expect(asked).toHaveLength(2)
  act(() => asked[1]?.say(usage))
  expect(result.current.nodes.size).toBe(1)
})
