import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, test, vi } from 'vitest'
import { createFakeView } from './fixtures/fake-view.ts'
import { fileName, readLog } from './save-log.ts'

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
beforeEach(() => {
  Object.assign(world.api, createFakeView({ count: 2500 }).api)
})

const wish = { what: 'all', format: 'text', prefix: false, gzip: false } as const
const lines = `${Array.from({ length: 2500 }, (_, id) => `line ${id}`).join('\n')}\n`

test('all chunks in one file, in order, and how far it is', async () => {
  const told: number[] = []
  const file = await readLog('v', wish, new AbortController().signal, (characters) => told.push(characters))
  expect(await file.text()).toBe(lines)
  expect(told.at(-1)).toBe(lines.length)
})

test('packed it is the same', async () => {
  const file = await readLog('v', { ...wish, gzip: true }, new AbortController().signal, () => {})
  expect(gunzipSync(Buffer.from(await file.arrayBuffer())).toString()).toBe(lines)
})

test('cancelled there is no file', async () => {
  const stop = new AbortController()
  await expect(readLog('v', wish, stop.signal, () => stop.abort(new Error('enough')))).rejects.toThrow('enough')
})

test('a name that every file system takes', () => {
  const at = new Date('2026-09-14T14:08:21.207Z')
  expect(fileName('web, 一号 in shop', wish, at)).toBe('web-一号-in-shop_20260914T140821Z.log')
  expect(fileName('../../etc', { ...wish, format: 'jsonl', gzip: true }, at)).toBe('etc_20260914T140821Z.jsonl.gz')
  expect(fileName('…', wish, at)).toBe('log_20260914T140821Z.log')
})
