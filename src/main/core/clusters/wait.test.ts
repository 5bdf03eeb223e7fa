import { expect, test, vi } from 'vitest'
import { AppError } from '../error.ts'
import { waitUntil } from './wait.ts'

const late = () => new AppError('dns-not-ready', { cluster: 'dev', seconds: 1 })
/** So long that only what is told can end a wait. */
const never = { everyMs: 3_600_000, quietMs: 3_600_000, limitMs: 3_600_000, late }

/** Changes that come when they are told. */
function teller() {
  const waiting: (() => void)[] = []
  let ended = false
  async function* changes(signal: AbortSignal) {
    try {
      for (;;) {
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve)
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        })
        yield 'one'
      }
    } finally {
      ended = true
    }
  }
  return { changes, tell: () => waiting.at(-1)?.(), heard: () => waiting.length, ended: () => ended }
}

test('what is told of is asked for at once, what is not is not asked, and nobody listens any more afterwards', async () => {
  const { changes, tell, heard, ended } = teller()
  const answers = [false, false, true]
  const probe = vi.fn(async () => answers.shift() ?? true)
  const waited = waitUntil(probe, { ...never, signal: new AbortController().signal, changes })
  await expect.poll(heard).toBe(1)
  await expect.poll(() => probe.mock.calls.length).toBe(1)
  tell()
  await expect.poll(() => probe.mock.calls.length).toBe(2)
  await expect.poll(heard).toBe(2)
  expect(ended()).toBe(false)
  tell()
  await waited
  expect(probe).toHaveBeenCalledTimes(3)
  expect(ended()).toBe(true)
})

test('what is told while a question is on its way is asked for after it', async () => {
  const { changes, tell, heard } = teller()
  const answers: ((ready: boolean) => void)[] = []
  const probe = vi.fn(() => new Promise<boolean>((resolve) => answers.push(resolve)))
  const waited = waitUntil(probe, { ...never, signal: new AbortController().signal, changes })
  await expect.poll(heard).toBe(1)
  tell()
  await expect.poll(heard).toBe(2)
  answers[0]?.(false)
  await expect.poll(() => probe.mock.calls.length).toBe(2)
  answers[1]?.(true)
  await waited
})

test.each([false, true])('who tells of changes ends, failed %s: it is asked as without', async (failed) => {
  const changes = async function* () {
    yield 'one'
    if (failed) throw new AppError('command-not-started', { command: 'kubectl', reason: 'ENOENT' })
  }
  const answers = [false, false, true]
  await waitUntil(async () => answers.shift() ?? true, { ...never, everyMs: 1, signal: new AbortController().signal, changes })
  expect(answers).toEqual([])
})

test('an abort ends it at once, and with it who tells of changes; so does what is late', async () => {
  const { changes, heard, ended } = teller()
  const stop = new AbortController()
  const waited = waitUntil(async () => false, { ...never, signal: stop.signal, changes })
  waited.catch(() => {})
  await expect.poll(heard).toBe(1)
  stop.abort(new AppError('cancelled', {}))
  await expect(waited).rejects.toMatchObject({ code: 'cancelled' })
  expect(ended()).toBe(true)
  const again = teller()
  const tooLate = waitUntil(async () => false, { ...never, limitMs: 0, signal: new AbortController().signal, changes: again.changes })
  await expect(tooLate).rejects.toMatchObject({ code: 'dns-not-ready' })
  expect(again.ended()).toBe(true)
})
