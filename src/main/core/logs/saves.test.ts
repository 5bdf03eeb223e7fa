import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { LogSave, LogSaveEvent } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { savePath } from '#core/page.ts'
import { createLogSaves, type Download, type LogSavesDeps } from './saves.ts'

const wish: LogSave = { viewId: 'v', what: 'all', format: 'text', prefix: false, gzip: false, name: 'web.log' }
/** Of what cannot be packed to much less. */
const chunk = `${randomBytes(48 * 1024).toString('base64')}\n`

/** Chunks of a log, and how many of them were read; `open`: readings that have not ended. */
function log(chunks: readonly string[] | number) {
  const at = { read: 0, open: 0, asked: [] as unknown[] }
  const read: LogSavesDeps['read'] = (request, signal) => {
    at.asked.push(request)
    return (async function* () {
      at.open++
      try {
        for (; at.read < (typeof chunks === 'number' ? chunks : chunks.length); at.read++) {
          await new Promise((resolve) => setImmediate(resolve))
          signal.throwIfAborted()
          yield typeof chunks === 'number' ? chunk : (chunks[at.read] ?? '')
        }
      } finally {
        at.open--
      }
    })()
  }
  return { at, read }
}

/** Listens to a save as a page does: what it is told, its address, and how it ends. */
async function listen(saves: ReturnType<typeof createLogSaves>, request: LogSave = wish) {
  const stop = new AbortController()
  const events = saves.save(request, stop.signal)
  const first = await events.next()
  if (first.done === true || first.value.type !== 'offered') throw new Error('nothing was offered')
  const told: LogSaveEvent[] = []
  const over = (async () => {
    for await (const event of events) told.push(event)
    return 'whole'
  })().catch((error: unknown) => error)
  return { id: first.value.path.slice(savePath.length), path: first.value.path, stop, told, over }
}

const taken = (saves: ReturnType<typeof createLogSaves>, id: string): Download => {
  const download = saves.take(id)
  if (download === null) throw new Error('there is nothing to take')
  return download
}
const allOf = async ({ body }: Download) => Buffer.concat(await body.toArray())

test('the lines as they are read, what the host sends with them, and how far it is', async () => {
  const { at, read } = log(['one\n', 'zwei 二\n'])
  const saves = createLogSaves({ read })
  const save = await listen(saves, { ...wish, name: "日志 (1)'s.log" })
  expect(save.path).toMatch(/^\/save\/[\w-]{43}$/)
  // Nothing is read before somebody takes it.
  await sleep(20)
  expect(at).toEqual({ read: 0, open: 0, asked: [{ viewId: 'v', what: 'all', format: 'text', prefix: false }] })
  const download = taken(saves, save.id)
  expect(download.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': "attachment; filename*=UTF-8''%E6%97%A5%E5%BF%97%20%281%29%27s.log",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect((await allOf(download)).toString()).toBe('one\nzwei 二\n')
  expect(await save.over).toBe('whole')
  expect(save.told.at(-1)).toEqual({ type: 'read', bytes: Buffer.byteLength('one\nzwei 二\n') })
  expect(at.open).toBe(0)
})

test('packed it is the same, and each form has its own type', async () => {
  const type = async (more: Partial<LogSave>) => {
    const saves = createLogSaves({ read: log(['{"a":1}\n', '{"a":2}\n']).read })
    const save = await listen(saves, { ...wish, ...more })
    const download = taken(saves, save.id)
    const bytes = await allOf(download)
    expect(await save.over).toBe('whole')
    expect(save.told.at(-1)).toEqual({ type: 'read', bytes: 16 })
    expect((more.gzip === true ? gunzipSync(bytes) : bytes).toString()).toBe('{"a":1}\n{"a":2}\n')
    return download.headers['content-type']
  }
  expect(await type({ format: 'jsonl' })).toBe('application/x-ndjson; charset=utf-8')
  expect(await type({ format: 'jsonl', gzip: true })).toBe('application/gzip')
})

test('of nothing there is an empty file', async () => {
  const saves = createLogSaves({ read: log([]).read })
  const save = await listen(saves)
  expect(await allOf(taken(saves, save.id))).toHaveLength(0)
  expect(await save.over).toBe('whole')
})

test('it is given once, to nobody who guesses, and each wish has its own', async () => {
  const saves = createLogSaves({ read: ({ viewId }) => log([viewId]).read({ ...wish, viewId }, new AbortController().signal) })
  const [one, two] = [await listen(saves, { ...wish, viewId: 'a' }), await listen(saves, { ...wish, viewId: 'b' })]
  for (const id of ['', 'a', `${one.id}x`, one.id.slice(1), '__proto__']) expect(saves.take(id)).toBeNull()
  expect((await allOf(taken(saves, two.id))).toString()).toBe('b')
  expect((await allOf(taken(saves, one.id))).toString()).toBe('a')
  expect([saves.take(one.id), saves.take(two.id)]).toEqual([null, null])
})

test('not asked for in time it is withdrawn, and that is said', async () => {
  const { at, read } = log(3)
  const saves = createLogSaves({ read, beginMs: 50 })
  const save = await listen(saves)
  expect(await save.over).toMatchObject({ code: 'save-not-begun', facts: { seconds: 0.05 } })
  expect(saves.take(save.id)).toBeNull()
  expect(at.read).toBe(0)
  // Once it has begun, it may take as long as it takes.
  const other = await listen(saves)
  const { body } = taken(saves, other.id)
  await sleep(150)
  expect(await body.toArray()).not.toEqual([])
  expect(await other.over).toBe('whole')
})

test.each([false, true])('who takes it slowly slows the reading: packed %s', async (gzip) => {
  const { at, read } = log(2000)
  const saves = createLogSaves({ read })
  const save = await listen(saves, { ...wish, gzip })
  const { body } = taken(saves, save.id)
  const still = async () => {
    for (let before = -1; before !== at.read; ) {
      before = at.read
      await sleep(100)
    }
    return at.read
  }
  body.read(0)
  let before = await still()
  expect(before).toBeLessThan(6)
  for (let part = 0; part < 5; part++) {
    expect((body.read() as Buffer | null)?.length).toBeGreaterThan(0)
    const now = await still()
    expect(now - before).toBeLessThan(4)
    before = now
  }
  expect(before).toBeGreaterThan(3)
  expect(at.open).toBe(1)
  save.stop.abort()
  await expect.poll(() => at.open).toBe(0)
})

test.each([false, true])('the page that cancels breaks the file off, and the reading ends: packed %s', async (gzip) => {
  const { at, read } = log(100_000)
  const saves = createLogSaves({ read })
  const save = await listen(saves, { ...wish, gzip })
  const { body } = taken(saves, save.id)
  const broken = allOf({ headers: {}, body }).catch((error: unknown) => error)
  await expect.poll(() => at.read).toBeGreaterThan(3)
  save.stop.abort()
  expect(await broken).toMatchObject({ code: 'cancelled' })
  expect(await save.over).toBe('whole')
  await expect.poll(() => at.open).toBe(0)
})

test('the page that goes before the file was asked for takes it along', async () => {
  const saves = createLogSaves({ read: log(3).read })
  const save = await listen(saves)
  save.stop.abort()
  await save.over
  expect(saves.take(save.id)).toBeNull()
})

test.each([false, true])('who takes it and gives it up ends the reading, and the page is told: packed %s', async (gzip) => {
  const { at, read } = log(100_000)
  const saves = createLogSaves({ read })
  const save = await listen(saves, { ...wish, gzip })
  const { body } = taken(saves, save.id)
  body.resume()
  await expect.poll(() => at.read).toBeGreaterThan(3)
  body.destroy()
  expect(await save.over).toMatchObject({ code: 'save-stopped' })
  expect(at.open).toBe(0)
})

test.each([false, true])('what fails in the middle is told to the page and breaks the file off: packed %s', async (gzip) => {
  const failure = new AppError('not-found', { what: 'log-view', name: 'v' })
  const saves = createLogSaves({
    read: async function* () {
      yield chunk
      await sleep(20)
      throw failure
    },
  })
  const save = await listen(saves, { ...wish, gzip })
  await expect(allOf(taken(saves, save.id))).rejects.toBe(failure)
  expect(await save.over).toBe(failure)
})

test('of a view that is not there nothing is offered', async () => {
  const saves = createLogSaves({
    read: () => {
      throw new AppError('not-found', { what: 'log-view', name: 'v' })
    },
  })
  await expect(listen(saves)).rejects.toMatchObject({ code: 'not-found' })
})
