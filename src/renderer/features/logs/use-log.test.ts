import { beforeEach, expect, test, vi } from 'vitest'
import type { LogEvent } from '#shared/contract/logs.ts'
import { problem } from '../../fixtures/fake-api.ts'
import { createLogBuffer } from './log-buffer.ts'
import { followInto } from './use-log.ts'

/** Each stream: its events; the connection is lost after all but the last. */
let streams: LogEvent[][] = []
const asked: unknown[] = []
let refused: Error | null = null

vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  api: {
    logs: {
      follow: async (input: unknown) => {
        asked.push(input)
        if (refused) throw refused
        return streams.shift() ?? []
      },
    },
  },
  iterate: async (start: (signal: AbortSignal) => Promise<Iterable<LogEvent>>, onEvent: (event: LogEvent) => void, signal: AbortSignal) => {
    do {
      for (const event of await start(signal)) if (!signal.aborted) onEvent(event)
    } while (streams.length > 0 && !signal.aborted)
  },
}))

const line = (text: string, time: string, seq: number) => ({ seq, time: `2026-09-14T14:08:${time}Z`, text, cut: false })
const request = {
  file: '/k',
  name: 'kind-shop',
  namespace: 'shop',
  pod: 'web-0',
  container: 'web',
  previous: false,
  follow: true,
  tail: 1000,
}
const run = async () => {
  const buffer = createLogBuffer(1)
  const stop = new AbortController()
  await followInto(buffer, request, stop, () => {})
  return { ...buffer.snapshot(), stopped: stop.signal.aborted }
}

beforeEach(() => {
  streams = []
  asked.length = 0
  refused = null
})

test('a lost connection goes on a second before the last line, without a tail, and shows no line twice', async () => {
  const [a, b, c] = [line('a', '21.100000000', 0), line('b', '21.200000000', 1), line('c', '21.300000000', 2)]
  streams = [[{ type: 'lines', lines: [a, b] }], [{ type: 'lines', lines: [a, b, c].map((one, seq) => ({ ...one, seq })) }]]
  const { rows, lines } = await run()
  expect(asked).toMatchObject([
    { since: null, tail: 1000 },
    { since: '2026-09-14T14:08:20Z', tail: null },
  ])
  expect(rows.map((row) => (row.kind === 'line' ? row.plain : row.note.type))).toEqual(['a', 'b', 'resumed', 'c'])
  expect(lines).toBe(3)
})

test('what was lost before the first line is asked for as at first', async () => {
  streams = [[], [{ type: 'lines', lines: [line('a', '21.100000000', 0)] }]]
  const { rows } = await run()
  expect(asked).toMatchObject([
    { since: null, tail: 1000 },
    { since: null, tail: 1000 },
  ])
  expect(rows).toHaveLength(1)
})

test('a log that has ended is not begun again', async () => {
  streams = [[{ type: 'ended', reason: 'completed', exitCode: 0 }], [{ type: 'ended', reason: 'completed', exitCode: 0 }]]
  const { rows, stopped } = await run()
  expect(rows).toHaveLength(1)
  expect(stopped).toBe(true)
})

test('a request that is refused is a failure with its reason', async () => {
  refused = Object.assign(new Error('no'), problem('api-forbidden', { context: 'x', reason: 'y' }))
  const { phase, note } = await run()
  expect(phase).toBe('failed')
  expect(note?.note).toMatchObject({ type: 'failed', error: { code: 'internal' } })
})
