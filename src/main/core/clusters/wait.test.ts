import { expect, test, vi } from 'vitest'
import { AppError } from '../error.ts'
import { waitUntil } from './wait.ts'

const late = () => new AppError('dns-not-ready', { cluster: 'dev', seconds: 1 })
/** So long that only what is told can end a wait. */
const never = { everyMs: 3_600_000, quietMs: 3_600_000, limitMs: 3_600_000, late }

/** Says what it is told to say. */
function teller() {
  const waiting: ((come: boolean) => void)[] = []
  let ended = false
  async function* follow(signal: AbortSignal) {
    try {
      for (;;)
        yield await new Promise<boolean>((resolve, reject) => {
          waiting.push(resolve)
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        })
    } finally {
      ended = true
    }
  }
  return { follow, tell: (come: boolean) => waiting.at(-1)?.(come), heard: () => waiting.length, ended: () => ended }
}
const signal = () => new AbortController().signal

test('what is told to have come is not asked for, and nobody listens any more afterwards', async () => {
  const [one, other] = [teller(), teller()]
  const probe = vi.fn(async () => false)
  const waited = waitUntil(probe, { ...never, signal: signal(), told: [one.follow, other.follow] })
  await expect.poll(one.heard).toBe(1)
  one.tell(false)
  await expect.poll(one.heard).toBe(2)
  expect(one.ended()).toBe(false)
  other.tell(true)
  await waited
  expect(probe).not.toHaveBeenCalled()
  expect([one.ended(), other.ended()]).toEqual([true, true])
})

test('where nothing is told for a while it is asked, and what is told meanwhile counts', async () => {
  const { follow, tell, heard } = teller()
  const answers: ((ready: boolean) => void)[] = []
  const probe = vi.fn(() => new Promise<boolean>((resolve) => answers.push(resolve)))
  const waited = waitUntil(probe, { ...never, quietMs: 1, signal: signal(), told: [follow] })
  await expect.poll(() => probe.mock.calls.length).toBe(1)
  answers[0]?.(false)
  await expect.poll(() => probe.mock.calls.length).toBe(2)
  tell(true)
  await expect.poll(heard).toBe(2)
  answers[1]?.(false)
  await waited
  expect(probe).toHaveBeenCalledTimes(2)
})

test.each([false, true])('who tells ends, failed %s: it is asked as without', async (failed) => {
  const follow = async function* () {
    yield false
    if (failed) throw new AppError('command-not-started', { command: 'kubectl', reason: 'ENOENT' })
  }
  const answers = [false, false, true]
  await waitUntil(async () => answers.shift() ?? true, { ...never, everyMs: 1, signal: signal(), told: [follow] })
  expect(answers).toEqual([])
})

test('of several who tell one ends: a part is missing, and it is asked', async () => {
  const { follow, ended } = teller()
  const answers = [false, true]
  const gone = async function* () {}
  await waitUntil(async () => answers.shift() ?? true, { ...never, everyMs: 1, signal: signal(), told: [follow, gone] })
  expect(answers).toEqual([])
  expect(ended()).toBe(true)
})

test('an abort ends it at once, and with it who tells; so does what is late', async () => {
  const { follow, heard, ended } = teller()
  const stop = new AbortController()
  const waited = waitUntil(async () => false, { ...never, signal: stop.signal, told: [follow] })
  waited.catch(() => {})
  await expect.poll(heard).toBe(1)
  stop.abort(new AppError('cancelled', {}))
  await expect(waited).rejects.toMatchObject({ code: 'cancelled' })
  expect(ended()).toBe(true)
  const again = teller()
  const tooLate = waitUntil(async () => false, { ...never, limitMs: 0, signal: signal(), told: [again.follow] })
  await expect(tooLate).rejects.toMatchObject({ code: 'dns-not-ready' })
  expect(again.ended()).toBe(true)
})
