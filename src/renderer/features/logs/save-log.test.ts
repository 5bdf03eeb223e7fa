import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, test, vi } from 'vitest'
import { ConnectionLost } from '../../fixtures/fake-api.ts'
import { toShape } from '../shell/error-words.ts'
import { createFakeView } from './fixtures/fake-view.ts'
import { fileName, readLog } from './save-log.ts'

const world = vi.hoisted(() => ({ api: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  api: { logs: world.api },
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

test('a lost connection ends it, is said as that, and nothing is begun anew', async () => {
  let starts = 0
  world.api['export'] = async function* () {
    starts += 1
    yield 'line 0\n'
    throw new ConnectionLost('lost')
  }
  const failure = await readLog('v', wish, new AbortController().signal, () => {}).catch(toShape)
  expect(failure).toEqual({ code: 'connection-lost', facts: {}, commandId: null })
  expect(starts).toBe(1)
})

test('the stream is read no faster than it is packed', async () => {
  let [read, packed, most] = [0, 0, 0]
  world.api['export'] = async function* () {
    for (; read < 50; read += 1) {
      most = Math.max(most, read - packed)
      yield 'x'.repeat(1000)
    }
  }
  const write = WritableStreamDefaultWriter.prototype.write
  const slow = vi.spyOn(WritableStreamDefaultWriter.prototype, 'write').mockImplementation(async function (
    this: WritableStreamDefaultWriter,
    chunk: unknown,
  ) {
    await new Promise((resolve) => setTimeout(resolve, 0))
    await write.call(this, chunk)
    packed += 1
  })
  const file = await readLog('v', wish, new AbortController().signal, () => {})
  slow.mockRestore()
  expect(file.size).toBe(50_000)
  expect(most).toBeLessThan(2)
})

test('a name that every file system takes', () => {
  const at = new Date('2026-09-14T14:08:21.207Z')
  expect(fileName('web, 一号 in shop', wish, at)).toBe('web-一号-in-shop_20260914T140821Z.log')
  expect(fileName('../../etc', { ...wish, format: 'jsonl', gzip: true }, at)).toBe('etc_20260914T140821Z.jsonl.gz')
  expect(fileName('…', wish, at)).toBe('log_20260914T140821Z.log')
})
