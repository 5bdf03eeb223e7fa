import { parseJson } from '../../workloads/kubectl.ts'
import type { LineBatch } from '../store/layout.ts'
import type { Instant } from '../timestamp.ts'
import type { Emit } from './splitter.ts'
import { createBatchWriter } from './splitter.ts'

type Entry = { readonly __CURSOR?: unknown; readonly __REALTIME_TIMESTAMP?: unknown; readonly MESSAGE?: unknown }

export type JournalBatch = {
  /** A line of `journalctl --output=json`. Answers its cursor; null: it was none. */
  add(line: string): string | null
  /** The beginning of such a line that was too long. What it holds of the message is a line; its cursor and its time are null where they stand behind that. */
  addCut(line: string): { readonly cursor: string | null; readonly at: Instant | null }
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
  const put = (message: Uint8Array, second: number, nanos: number) => {
    if (used + message.length > pool.length) {
      flush()
      if (message.length > pool.length) pool = Buffer.allocUnsafeSlow(message.length)
    }
    pool.set(message, used)
    const end = used + message.length
    for (let start = used; start <= end; ) {
      const found = pool.subarray(0, end).indexOf(10, start)
      const stop = found < 0 ? end : found
      if (stop < end || stop > start || message.length === 0) out.add(pool, start, stop, second, nanos, 0)
      start = stop + 1
    }
    used = end
  }
  return {
    add: (line) => {
      const entry = parseJson(line) as Entry | undefined
      const micros = Number(entry?.__REALTIME_TIMESTAMP)
      if (!entry || typeof entry.__CURSOR !== 'string' || !Number.isFinite(micros)) return null
      const { second, nanos } = instantOf(micros)
      put(bytesOf(entry.MESSAGE), second, nanos)
      return entry.__CURSOR
    },
    addCut: (line) => {
      const cursor = cursorIn(line)
      // The cursor has the time too, whose own field may be behind the message.
      const hex = /;t=([0-9a-f]{1,13})(?:;|$)/.exec(cursor ?? '')?.[1]
      const at = hex === undefined ? null : instantOf(Number.parseInt(hex, 16))
      put(bytesOf(beginningOf(line)), at?.second ?? 0, at?.nanos ?? 0)
      return { cursor, at }
    },
    flush,
  }
}

/** Of an entry that may not be whole. In a message these quotes would have a backslash before them. */
export function cursorIn(line: string): string | null {
  return /"__CURSOR":"([^"\\]+)"/.exec(line)?.[1] ?? null
}

function instantOf(micros: number): Instant {
  const second = Math.floor(micros / 1e6)
  return { second, nanos: (micros - second * 1e6) * 1000 }
}

/** What there is of a message whose end may not be there: the fields of an entry come in any order, another one each time journalctl is called. */
function beginningOf(line: string): unknown {
  const field = '"MESSAGE":'
  const start = line.indexOf(field)
  return start < 0 ? null : beginningOfValue(line.slice(start + field.length))
}

/** Of a field that is there twice, the first. */
function beginningOfValue(value: string): unknown {
  if (value.startsWith('"')) return parseJson(`${value.slice(0, wholeCharacters(value))}"`)
  if (/^\[["[]/.test(value)) return beginningOfValue(value.slice(1))
  const close = value.indexOf(']')
  return parseJson(`${value.slice(0, close < 0 ? value.lastIndexOf(',') : close)}]`)
}

/** How far a string of JSON goes before its end, or before an escape of which only half is there. */
function wholeCharacters(text: string): number {
  let at = 1
  while (at < text.length && text[at] !== '"') {
    const step = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
    if (at + step > text.length) break
    at += step
  }
  return at
}

const poolBytes = 256 * 1024

/** Text, or an array of bytes where it is not all text, or an array of these where the field is there twice. */
function bytesOf(message: unknown): Uint8Array {
  if (typeof message === 'string') return Buffer.from(message)
  if (!Array.isArray(message)) return new Uint8Array(0)
  if (message.every((one) => typeof one === 'number')) return Uint8Array.from(message)
  return Buffer.concat(message.flatMap((one, i) => (i === 0 ? [bytesOf(one)] : [Buffer.from('\n'), bytesOf(one)])))
}
