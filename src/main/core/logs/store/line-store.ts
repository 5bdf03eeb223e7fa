import type { LogNote } from '#shared/contract/log-views.ts'
import type { Instant } from '../timestamp.ts'
import { blockBytes, createBlockCache } from './block-cache.ts'
import type { SegmentBlocks } from './block-cache.ts'
import { flag, flagsOf, levelOf, recordAt, recordWords, segmentBytes, sourceOf, tagOf } from './layout.ts'
import type { LineBatch, LineRecord } from './layout.ts'
import { createSpillFile } from './spill-file.ts'

/** Level and flags of a line: `level << 13 | flags`. `previousTag`: tag of the line before it of the same source, 0 when there is none. */
export type InspectLine = (bytes: Uint8Array, start: number, end: number, previousTag: number) => number

export type LineStoreOptions = {
  /** Where the lines go that memory has no room for; made when missing. */
  readonly dir: string
  /** Full segments in memory; more are written to the file. Default 48 MiB. */
  readonly residentBytes?: number
  /** Memory and file together; beyond it the oldest segments are dropped. Default 2 GiB. */
  readonly capBytes?: number
  readonly inspect: InspectLine
  /** Called before `append`, `note` or a write to the disk goes on: lines below are no longer there. */
  readonly onDrop?: (firstKept: number) => void
}

/** A segment as a worker needs it. Its lines have the ids from `firstId` on. */
export type SegmentRef = {
  /** Counts up by one from each segment to the next; never used again. */
  readonly index: number
  readonly firstId: number
  /** Lines in it now. */
  readonly count: number
  /** Bytes of text in it now, with newlines. */
  readonly used: number
  /** Null: it is in the file only. The memory is never used for another segment. */
  readonly buffer: SharedArrayBuffer | null
  /** Byte in the file where its `segmentBytes` begin; null: not written. Used again for another segment once this one is dropped. */
  readonly offset: number | null
  /** No line will be added. */
  readonly sealed: boolean
}

/** Why lines were dropped before the cap was reached. */
export type SpillProblem = {
  /** Of the system: ENOSPC, EACCES … */
  readonly code: string
  readonly message: string
  /** Lines dropped because of it. */
  readonly dropped: number
}

/** What orders and tests need of a line. Throw RangeError for an id that is not kept. */
export type LineTimes = {
  tag(id: number): number
  second(id: number): number
  nanos(id: number): number
}

export type LineStore = LineTimes & {
  /**
   * Copies the lines. `lane`: what the lines follow on; a source's own by default. Lines of one source that are read from another end (its history) need a lane of their own,
   * or they would take their time and their stack trace from a line that is not the one before.
   */
  append(source: number, batch: LineBatch, lane?: number): { first: number; count: number }
  /** A row of Cove's own; `at: null`: at the time of the lane's last line. Answers its id. */
  note(source: number, at: Instant | null, note: LogNote, lane?: number): number
  /** Sets flags of lines just appended. What has gone to the file stays as it is. */
  mark(first: number, count: number, flags: number): void
  /** The lowest id that is kept. */
  readonly first: number
  /** The id that the next line gets. */
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
  readonly problem: SpillProblem | null
  /** The disk is behind: who appends should wait for `drained`. */
  isFull(): boolean
  /** Resolves at once when there is room. */
  drained(): Promise<void>
  /** As they are now, oldest first. */
  segments(): readonly SegmentRef[]
  /** Of the file; for reading in this process while the store is open. Null: nothing was written yet. */
  readonly fd: number | null
  /** Waits for the write that is out, then closes. Nobody may read `fd` any more. Lines that still come are ignored. */
  dispose(): Promise<void>
}

type Segment = {
  readonly index: number
  readonly firstId: number
  count: number
  used: number
  buffer: SharedArrayBuffer | null
  bytes: Buffer | null
  words: Uint32Array | null
  slot: number | null
  blocks: SegmentBlocks
  sealed: boolean
  dropped: boolean
}

/** What the next line of a lane goes on from. */
type Lane = { second: number; nanos: number; tag: number }

const MiB = 1024 * 1024
const segmentWords = segmentBytes / 4
const recordBytes = recordWords * 4
const cacheBytes = 8 * MiB
const encoder = new TextEncoder()

export function createLineStore(options: LineStoreOptions): LineStore {
  const { dir, inspect, onDrop } = options
  const residentLimit = Math.floor((options.residentBytes ?? 48 * MiB) / segmentBytes)
  const keptLimit = Math.max(2, Math.floor((options.capBytes ?? 2048 * MiB) / segmentBytes))
  // Dropping changes the rows of every view, so it is done in steps.
  const dropStep = Math.max(1, Math.floor(keptLimit / 64))
  // Sealed segments that may wait for the disk.
  const slack = Math.min(16, Math.max(2, Math.floor(residentLimit / 3)))

  const file = createSpillFile(dir)
  const cache = createBlockCache(cacheBytes / blockBytes, (slot, offset, target) => file.read(slot, offset, target))
  const scratch = new Uint8Array(segmentBytes)
  const lanes = new Map<number, Lane>()

  // Spilled ones first, then sealed ones in memory, then the open one.
  let kept: Segment[] = [newSegment(0, 0)]
  let open = kept[0]!
  let near = open
  let spilled = 0
  let lineBytes = 0
  let dropped = 0
  let problem: SpillProblem | null = null
  let writing: Promise<void> | null = null
  let disposed = false
  let waiting: (() => void)[] = []

  const resident = () => kept.length - 1 - spilled
  const isFull = () => resident() > residentLimit + slack

  function segmentOf(id: number): Segment {
    if (id >= near.firstId && id < near.firstId + near.count) return near
    let low = 0
    let high = kept.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (kept[middle]!.firstId <= id) low = middle
      else high = middle - 1
    }
    const found = kept[low]!
    if (!(id >= found.firstId && id < found.firstId + found.count)) throw new RangeError(`no line ${id}`)
    near = found
    return found
  }

  function recordWord(segment: Segment, line: number, word: number): number {
    const at = recordAt(segmentWords, line) + word
    if (segment.words) return segment.words[at]!
    const block = (at * 4) / blockBytes
    return cache.get(segment.blocks, segment.slot!, Math.floor(block)).words[at % (blockBytes / 4)]!
  }

  const wordOf = (id: number, word: number) => {
    const segment = segmentOf(id)
    return recordWord(segment, id - segment.firstId, word)
  }

  function textOf(segment: Segment, start: number, end: number): Uint8Array {
    if (segment.bytes) return segment.bytes.subarray(start, end)
    const first = Math.floor(start / blockBytes)
    const last = Math.floor(Math.max(start, end - 1) / blockBytes)
    for (let index = first; index <= last; index += 1) {
      const from = index * blockBytes
      const { bytes } = cache.get(segment.blocks, segment.slot!, index)
      const part = bytes.subarray(Math.max(0, start - from), Math.min(blockBytes, end - from))
      if (first === last) return part
      scratch.set(part, Math.max(0, from - start))
    }
    return scratch.subarray(0, end - start)
  }

  function seal() {
    open.sealed = true
    open = newSegment(open.index + 1, open.firstId + open.count)
    kept.push(open)
    if (kept.length > keptLimit) drop(kept.length - keptLimit + dropStep - 1)
    spill()
  }

  /** Drops the oldest, never the open one. Answers how many lines that were. */
  function drop(segments: number): number {
    const gone = kept.splice(0, Math.min(segments, kept.length - 1))
    let lines = 0
    for (const segment of gone) {
      segment.dropped = true
      lines += segment.count
      lineBytes -= segment.used
      if (segment.slot !== null) file.free(segment.slot)
    }
    spilled = Math.max(0, spilled - gone.length)
    dropped += lines
    if (near.dropped) near = open
    if (lines > 0) onDrop?.(kept[0]!.firstId)
    return lines
  }

  function spill() {
    if (resident() > residentLimit) writing ??= writeOldest().finally(() => (writing = null))
  }

  async function writeOldest() {
    while (!disposed && resident() > residentLimit) {
      const segment = kept[spilled]!
      try {
        const slot = await file.write(segment.buffer!)
        if (segment.dropped) file.free(slot)
        else {
          Object.assign(segment, { slot, buffer: null, bytes: null, words: null })
          spilled += 1
        }
      } catch (error) {
        const { code = 'unknown', message } = error as NodeJS.ErrnoException
        // What it frees in the file takes the segment that is to be written now.
        const lost = segment.dropped ? 0 : drop(1)
        problem = { code, message, dropped: (problem?.dropped ?? 0) + lost }
      }
      if (resident() <= residentLimit + slack / 2) release()
    }
    release()
  }

  function release() {
    const resolve = waiting
    waiting = []
    for (const each of resolve) each()
  }

  const laneOf = (lane: number) => {
    let state = lanes.get(lane)
    if (!state) lanes.set(lane, (state = { second: 0, nanos: 0, tag: 0 }))
    return state
  }

  return {
    append(source, batch, lane = source) {
      const first = open.firstId + open.count
      if (disposed) return { first, count: 0 }
      const { count, starts, ends, seconds, nanos, flags } = batch
      const from = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength)
      const state = laneOf(lane)
      let { second, nanos: nano, tag } = state
      if (second === 0 && nano === 0) {
        // What stands before the first time belongs to it.
        let timed = 0
        while (timed < count && seconds[timed] === 0 && nanos[timed] === 0) timed += 1
        if (timed < count) {
          second = seconds[timed]!
          nano = nanos[timed]!
        }
      }
      let { bytes, words, used, count: lines } = open
      for (let i = 0; i < count; i += 1) {
        const start = starts[i]!
        const end = ends[i]!
        if (used + end - start + 1 + (lines + 1) * recordBytes > segmentBytes) {
          if (end - start + 1 + recordBytes > segmentBytes) throw new RangeError('a line longer than a piece')
          lineBytes += used - open.used
          open.used = used
          open.count = lines
          seal()
          ;({ bytes, words, used, count: lines } = open)
        }
        let own = flags[i]!
        if (seconds[i] === 0 && nanos[i] === 0) own |= flag.untimed
        else {
          second = seconds[i]!
          nano = nanos[i]!
        }
        tag = ((source << 16) | inspect(from, start, end, tag) | own) >>> 0
        const at = segmentWords - recordWords * (lines + 1)
        words![at] = used
        words![at + 1] = second
        words![at + 2] = nano
        words![at + 3] = tag
        if (end - start < 24) for (let byte = start; byte < end; byte += 1) bytes![used + byte - start] = from[byte]!
        else from.copy(bytes!, used, start, end)
        used += end - start + 1
        bytes![used - 1] = 10
        lines += 1
      }
      lineBytes += used - open.used
      open.used = used
      open.count = lines
      state.second = second
      state.nanos = nano
      state.tag = tag
      return { first, count }
    },

    note(source, at, note, lane = source) {
      const id = open.firstId + open.count
      if (disposed) return id
      const text = encoder.encode(JSON.stringify(note))
      const state = laneOf(lane)
      if (open.used + text.length + 1 + (open.count + 1) * recordBytes > segmentBytes) seal()
      const tag = tagOf(source, 0, flag.note | (at ? 0 : flag.untimed))
      open.words!.set([open.used, (at ?? state).second, (at ?? state).nanos, tag], recordAt(segmentWords, open.count))
      open.bytes!.set(text, open.used)
      open.bytes![open.used + text.length] = 10
      open.used += text.length + 1
      open.count += 1
      lineBytes += text.length + 1
      // A stream that goes on without a missing line goes on with its stack trace too.
      if (note.type !== 'resumed') state.tag = tag
      return id
    },

    mark(first, count, flags) {
      for (let id = first; id < first + count; id += 1) {
        const segment = segmentOf(id)
        if (segment.words) segment.words[recordAt(segmentWords, id - segment.firstId) + 3]! |= flags
      }
    },

    get first() {
      return kept[0]!.firstId
    },
    get next() {
      return open.firstId + open.count
    },
    tag: (id) => wordOf(id, 3),
    second: (id) => wordOf(id, 1),
    nanos: (id) => wordOf(id, 2),
    record(id) {
      const tag = wordOf(id, 3)
      return { source: sourceOf(tag), second: wordOf(id, 1), nanos: wordOf(id, 2), level: levelOf(tag), flags: flagsOf(tag) }
    },
    bytes(id) {
      const segment = segmentOf(id)
      const line = id - segment.firstId
      const start = recordWord(segment, line, 0)
      const end = line + 1 < segment.count ? recordWord(segment, line + 1, 0) : segment.used
      return textOf(segment, start, end - 1)
    },
    get lineBytes() {
      return lineBytes
    },
    get keptBytes() {
      return kept.length * segmentBytes
    },
    get dropped() {
      return dropped
    },
    get problem() {
      return problem
    },
    isFull,
    drained: () => (isFull() && !disposed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    segments: () =>
      kept.map(({ index, firstId, count, used, buffer, slot, sealed }) => ({
        index,
        firstId,
        count,
        used,
        buffer,
        offset: slot === null ? null : slot * segmentBytes,
        sealed,
      })),
    get fd() {
      return file.fd
    },
    async dispose() {
      disposed = true
      release()
      await writing
      file.close()
      cache.clear()
      open = newSegment(open.index + 1, open.firstId + open.count)
      near = open
      kept = [open]
      spilled = 0
      lineBytes = 0
    },
  }
}

function newSegment(index: number, firstId: number): Segment {
  const buffer = new SharedArrayBuffer(segmentBytes)
  const views = { bytes: Buffer.from(buffer), words: new Uint32Array(buffer) }
  return { index, firstId, count: 0, used: 0, buffer, ...views, slot: null, blocks: [], sealed: false, dropped: false }
}
