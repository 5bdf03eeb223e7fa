import { parseJson } from '../../workloads/kubectl.ts'
import type { LineBatch } from '../store/layout.ts'
import type { Emit } from './splitter.ts'
import { createBatchWriter } from './splitter.ts'

type Entry = { readonly __CURSOR?: unknown; readonly __REALTIME_TIMESTAMP?: unknown; readonly MESSAGE?: unknown }

export type JournalBatch = {
  /** A line of `journalctl --output=json`. Answers its cursor; null: it was none. */
  add(line: string): string | null
  flush(): void
}

/** Entries to lines. A message of several lines becomes several, with one time. */
export function createJournalBatch(emit: Emit): JournalBatch {
  const out = createBatchWriter((batch: LineBatch) => emit(batch))
  let pool = Buffer.allocUnsafeSlow(poolBytes)
  let used = 0
  const flush = () => {
    out.flush()
    used = 0
  }
  return {
    add: (line) => {
      const entry = parseJson(line) as Entry | undefined
      const micros = Number(entry?.__REALTIME_TIMESTAMP)
      if (!entry || typeof entry.__CURSOR !== 'string' || !Number.isFinite(micros)) return null
      const message = bytesOf(entry.MESSAGE)
      if (used + message.length > pool.length) {
        flush()
        if (message.length > pool.length) pool = Buffer.allocUnsafeSlow(message.length)
      }
      pool.set(message, used)
      const end = used + message.length
      const second = Math.floor(micros / 1e6)
      const nanos = (micros - second * 1e6) * 1000
      for (let start = used; start <= end; ) {
        const found = pool.subarray(0, end).indexOf(10, start)
        const stop = found < 0 ? end : found
        if (stop < end || stop > start || message.length === 0) out.add(pool, start, stop, second, nanos, 0)
        start = stop + 1
      }
      used = end
      return entry.__CURSOR
    },
    flush,
  }
}

const poolBytes = 256 * 1024

/** Text, or an array of bytes where it is not all text, or an array of these where the field is there twice. */
function bytesOf(message: unknown): Uint8Array {
  if (typeof message === 'string') return Buffer.from(message)
  if (!Array.isArray(message)) return new Uint8Array(0)
  if (message.every((one) => typeof one === 'number')) return Uint8Array.from(message)
  return Buffer.concat(message.flatMap((one, i) => (i === 0 ? [bytesOf(one)] : [Buffer.from('\n'), bytesOf(one)])))
}
