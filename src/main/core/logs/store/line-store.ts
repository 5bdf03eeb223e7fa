import type { LogNote } from '#shared/contract/logs.ts'
import type { Instant } from '../timestamp.ts'
import { flag, flagsOf, levelOf, recordAt, recordWords, segmentBytes, sourceOf, tagOf } from './layout.ts'
import type { LineBatch, LineRecord } from './layout.ts'
import { createSegments } from './segments.ts'
import type { Loan, SpillProblem } from './segments.ts'

/** Level and flags of a line: `level << 13 | flags`. `previousTag`: tag of the line before it of the same lane, -1 when there is none. */
export type InspectLine = (bytes: Uint8Array, start: number, end: number, previousTag: number) => number

export type LineStoreOptions = {
  /** Where the lines go that memory has no room for; made when missing. */
  readonly dir: string
  /** Full segments in memory; more are written to the file. Default 48 MiB. */
  readonly residentBytes?: number
  /** Memory and file together; beyond it the oldest segments are dropped. Default 2 GiB. */
  readonly capBytes?: number
  readonly inspect: InspectLine
  /** Called in the middle of `append` or `note`, or when the disk cannot be written: lines below are no longer there. */
  readonly onDrop?: (firstKept: number) => void
}

/** What an order and tests need of a line. All throw RangeError for an id that is not kept. */
export type LineTimes = {
  tag(id: number): number
  second(id: number): number
  nanos(id: number): number
}

export type LineStore = LineTimes & {
  /**
   * Copies the lines. `lane`: what they go on from; the source's own by default. Lines of one source that are read from another end (its history) need a lane of their own, or
   * they would take their time and their stack trace from a line that is not the one before. Throws only for a line longer than a segment.
   */
  append(source: number, batch: LineBatch, lane?: number): { first: number; count: number }
  /** A row of Cove's own; `at: null`: at the time of the lane's last line. Answers its id. */
  note(source: number, at: Instant | null, note: LogNote, lane?: number): number
  /** Sets flags of lines that were just appended. What has gone to the file stays as it is. */
  mark(first: number, count: number, flags: number): void
  /** The lowest id that is kept. */
  readonly first: number
  /** The id that the next line gets. Ids count from 0 as lines come, and stay below 2^32. */
  readonly next: number
  record(id: number): LineRecord
  /** Text without newline; of a note its JSON. Valid until the next call of any method. */
  bytes(id: number): Uint8Array
  /** Bytes of the lines that are kept, with newlines. */
  readonly lineBytes: number
  /** What they take in memory and in the file. */
  readonly keptBytes: number
  /** Lines dropped so far. */
  readonly dropped: number
  /** The last reason why lines were dropped before the cap was reached. */
  readonly problem: SpillProblem | null
  /** The disk is behind: who appends waits for `drained`. */
  isFull(): boolean
  /** Resolves at once when there is room. */
  drained(): Promise<void>
  /** The segments with lines from `fromId` to `toId` (exclusive), all by default, oldest first; the first `most` of them. */
  lend(fromId?: number, toId?: number, most?: number): Loan
  /** Waits for the write that is out, then closes. Nobody may read a loan any more. Lines that still come are ignored. */
  dispose(): Promise<void>
}

/** What the next line of a lane goes on from. */
type Lane = { second: number; nanos: number; tag: number }

const MiB = 1024 * 1024
const segmentWords = segmentBytes / 4
const recordBytes = recordWords * 4
/** Up to here a loop is faster than a call. */
const shortBytes = 24
const encoder = new TextEncoder()

export function createLineStore({ dir, residentBytes = 48 * MiB, capBytes = 2048 * MiB, inspect, onDrop }: LineStoreOptions): LineStore {
  const segments = createSegments({ dir, residentBytes, capBytes, onDrop })
  const lanes = new Map<number, Lane>()
  let written = 0
  let disposed = false

  const next = () => segments.open.firstId + segments.open.count

  function laneOf(lane: number): Lane {
    let state = lanes.get(lane)
    if (!state) lanes.set(lane, (state = { second: 0, nanos: 0, tag: -1 }))
    return state
  }

  function wordOf(id: number, word: number): number {
    const segment = segments.find(id)
    return segments.word(segment, id - segment.firstId, word)
  }

  return {
    append(source, batch, lane = source) {
      const first = next()
      if (disposed) return { first, count: 0 }
      const { count, starts, ends, seconds, nanos: batchNanos, flags } = batch
      const from = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength)
      const state = laneOf(lane)
      let { second, nanos, tag } = state
      if (second === 0 && nanos === 0) {
        // What stands before the first time belongs to it.
        const timed = firstTimed(batch)
        if (timed >= 0) {
          second = seconds[timed]!
          nanos = batchNanos[timed]!
        }
      }
      let segment = segments.open
      let { used, count: lines } = segment
      let { bytes, words } = segment.memory!
      for (let i = 0; i < count; i += 1) {
        const start = starts[i]!
        const end = ends[i]!
        if (used + end - start + 1 + (lines + 1) * recordBytes > segmentBytes) {
          if (end - start + 1 + recordBytes > segmentBytes) throw new RangeError('a line longer than a segment')
          written += used - segment.used
          segment.used = used
          segment.count = lines
          segment = segments.seal()
          ;({ used, count: lines } = segment)
          ;({ bytes, words } = segment.memory!)
        }
        let own = flags[i]!
        if (seconds[i] === 0 && batchNanos[i] === 0) own |= flag.untimed
        else {
          second = seconds[i]!
          nanos = batchNanos[i]!
        }
        tag = ((source << 16) | inspect(from, start, end, tag) | own) >>> 0
        const at = segmentWords - recordWords * (lines + 1)
        words[at] = used
        words[at + 1] = second
        words[at + 2] = nanos
        words[at + 3] = tag
        if (end - start > shortBytes) from.copy(bytes, used, start, end)
        else for (let byte = start; byte < end; byte += 1) bytes[used + byte - start] = from[byte]!
        used += end - start + 1
        bytes[used - 1] = 10
        lines += 1
      }
      written += used - segment.used
      segment.used = used
      segment.count = lines
      Object.assign(state, { second, nanos, tag })
      return { first, count }
    },

    note(source, at, note, lane = source) {
      const id = next()
      if (disposed) return id
      const text = encoder.encode(JSON.stringify(note))
      const state = laneOf(lane)
      const { used, count } = segments.open
      const fits = used + text.length + 1 + (count + 1) * recordBytes <= segmentBytes
      const segment = fits ? segments.open : segments.seal()
      const { bytes, words } = segment.memory!
      const tag = tagOf(source, 0, flag.note | (at ? 0 : flag.untimed))
      words.set([segment.used, (at ?? state).second, (at ?? state).nanos, tag], recordAt(segmentWords, segment.count))
      bytes.set(text, segment.used)
      segment.used += text.length + 1
      bytes[segment.used - 1] = 10
      segment.count += 1
      written += text.length + 1
      // A stream that goes on without a missing line goes on with its stack trace too.
      if (note.type !== 'resumed') state.tag = tag
      return id
    },

    mark(first, count, flags) {
      for (let id = Math.max(first, segments.first); id < first + count; id += 1) {
        const { memory, firstId } = segments.find(id)
        if (memory) memory.words[recordAt(segmentWords, id - firstId) + 3]! |= flags
      }
    },

    get first() {
      return segments.first
    },
    get next() {
      return next()
    },
    tag: (id) => wordOf(id, 3),
    second: (id) => wordOf(id, 1),
    nanos: (id) => wordOf(id, 2),
    record(id) {
      const tag = wordOf(id, 3)
      return { source: sourceOf(tag), second: wordOf(id, 1), nanos: wordOf(id, 2), level: levelOf(tag), flags: flagsOf(tag) }
    },
    bytes(id) {
      const segment = segments.find(id)
      const line = id - segment.firstId
      const start = segments.word(segment, line, 0)
      const end = line + 1 < segment.count ? segments.word(segment, line + 1, 0) : segment.used
      return segments.text(segment, start, end - 1)
    },
    get lineBytes() {
      return disposed ? 0 : written - segments.gone.bytes
    },
    get keptBytes() {
      return disposed ? 0 : segments.length * segmentBytes
    },
    get dropped() {
      return segments.gone.lines
    },
    get problem() {
      return segments.problem
    },
    isFull: segments.isFull,
    drained: segments.drained,
    lend: (fromId = 0, toId = Infinity, most = Infinity) => segments.lend(fromId, toId, most),
    dispose() {
      disposed = true
      return segments.dispose()
    },
  }
}

/** -1 when there is none. The arrays may go on behind the batch. */
function firstTimed({ count, seconds, nanos }: LineBatch): number {
  for (let i = 0; i < count; i += 1) if (seconds[i] !== 0 || nanos[i] !== 0) return i
  return -1
}
