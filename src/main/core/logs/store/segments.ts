import { blockBytes, createBlockCache } from './block-cache.ts'
import type { SegmentBlocks } from './block-cache.ts'
import { recordAt, segmentBytes } from './layout.ts'
import { createLoans } from './loans.ts'
import { createSpillFile } from './spill-file.ts'

/** A segment as a worker needs it. Its lines have the ids from `firstId` on. */
export type SegmentRef = {
  /** Counts up by one from each segment to the next; never used again. */
  readonly index: number
  readonly firstId: number
  /** Lines in it at the time of the loan. */
  readonly count: number
  /** Bytes of their text, with newlines. */
  readonly used: number
  /** Null: it is in the file only. */
  readonly buffer: SharedArrayBuffer | null
  /** Byte in the file where its `segmentBytes` begin; null: not written. */
  readonly offset: number | null
  /** No line will be added. */
  readonly sealed: boolean
}

/** Segments to read in another thread. Buffers and places in the file are not used for other lines before `release`, also those of lines that are dropped meanwhile. */
export type Loan = {
  readonly segments: readonly SegmentRef[]
  /** Of the file, for reads in this process. Null: no segment is in it. */
  readonly fd: number | null
  /** To be called soon, whatever became of the reader: what was let go meanwhile takes up memory until then. */
  release(): void
}

/** Why lines were dropped before the cap was reached. */
export type SpillProblem = {
  /** Of the system: ENOSPC, EACCES … */
  readonly code: string
  readonly message: string
  /** Lines dropped because of it. */
  readonly dropped: number
}

type Memory = { readonly buffer: SharedArrayBuffer; readonly bytes: Buffer; readonly words: Uint32Array }

export type Segment = {
  readonly index: number
  readonly firstId: number
  count: number
  used: number
  /** Null: it is in `slot` of the file. */
  memory: Memory | null
  slot: number | null
  readonly blocks: SegmentBlocks
  sealed: boolean
  dropped: boolean
}

export type SegmentsOptions = {
  readonly dir: string
  readonly residentBytes: number
  readonly capBytes: number
  readonly onDrop: ((firstKept: number) => void) | undefined
}

const segmentWords = segmentBytes / 4
const blockWords = blockBytes / 4
const cacheBytes = 8 * 1024 * 1024

/** How long a full disk is waited for while a reader holds what could be written over. */
const loanMs = 1000

/** The segments of a store: the open one, full ones in memory, those in the file. */
export function createSegments({ dir, residentBytes, capBytes, onDrop }: SegmentsOptions) {
  const residentLimit = Math.floor(residentBytes / segmentBytes)
  const keptLimit = Math.max(2, Math.floor(capBytes / segmentBytes))
  // Dropping changes the rows of every view, so it is done in steps.
  const dropStep = Math.max(1, Math.floor(keptLimit / 64))
  // Full segments that may wait for the disk.
  const slack = Math.min(8, Math.max(2, Math.floor(residentLimit / 3)))

  const file = createSpillFile(dir)
  const cache = createBlockCache(cacheBytes / blockBytes, (slot, offset, target) => file.read(slot, offset, target))
  const loans = createLoans<Segment>()
  const scratch = new Uint8Array(segmentBytes)
  // Used again, because a segment that is left to the garbage collector is collected late, and its memory hardly ever goes back to the system.
  const pool: Memory[] = []
  let heldBack = 0

  // Spilled ones first, then full ones in memory, then the open one.
  let kept: Segment[] = [newSegment(0, 0)]
  let open = kept[0]!
  let near = open
  let spilled = 0
  let gone = { lines: 0, bytes: 0 }
  let problem: SpillProblem | null = null
  let writing: Promise<void> | null = null
  const inWrite = new Set<Segment>()
  let disposed = false
  let waiting: (() => void)[] = []

  const resident = () => kept.length - 1 - spilled
  const isFull = () => resident() > residentLimit + slack

  function newSegment(index: number, firstId: number): Segment {
    const memory = pool.pop() ?? newMemory()
    return { index, firstId, count: 0, used: 0, memory, slot: null, blocks: [], sealed: false, dropped: false }
  }

  function letGo(segment: Segment, memory: Memory) {
    // A reader that never ends shall not keep more and more.
    if (heldBack >= slack) return
    heldBack += 1
    loans.retire(segment, () => {
      heldBack -= 1
      // More than `slack` wait where a batch fills the last: one that is left each time would add up until it is collected.
      if (pool.length < slack + 2) pool.push(memory)
    })
  }

  /** Drops the oldest, never the open one. Answers how many lines that were. */
  function drop(segments: number): number {
    const before = gone.lines
    const oldest = kept.splice(0, Math.min(segments, kept.length - 1))
    for (const segment of oldest) {
      segment.dropped = true
      gone.lines += segment.count
      gone.bytes += segment.used
      const { slot, memory } = segment
      if (slot !== null) loans.retire(segment, () => file.free(slot))
      // One that is being written is let go by the writer.
      if (memory && !inWrite.has(segment)) letGo(segment, memory)
    }
    spilled = Math.max(0, spilled - oldest.length)
    if (near.dropped) near = open
    if (gone.lines > before) onDrop?.(kept[0]!.firstId)
    return gone.lines - before
  }

  async function writeOldest() {
    while (!disposed && resident() > residentLimit) {
      // All that wait: in a flood some have come until a write is known to be done, and one for each write would never be all.
      const batch = kept.slice(spilled, spilled + resident() - residentLimit)
      for (const segment of batch) inWrite.add(segment)
      try {
        const slots = await file.write(batch.map((segment) => segment.memory!.buffer))
        for (const [index, slot] of slots.entries()) {
          const segment = batch[index]!
          const memory = segment.memory!
          if (segment.dropped) file.free(slot)
          else {
            segment.slot = slot
            segment.memory = null
            spilled += 1
          }
          letGo(segment, memory)
        }
        // Those that there was no room for any more, and that were dropped meanwhile.
        for (const segment of batch.slice(slots.length)) if (segment.dropped) letGo(segment, segment.memory!)
        inWrite.clear()
      } catch (error) {
        if (disposed) break
        const { code = 'unknown', message } = error as NodeJS.ErrnoException
        inWrite.clear()
        for (const segment of batch) if (segment.dropped) letGo(segment, segment.memory!)
        const lines = batch[0]!.dropped ? 0 : drop(1)
        problem = { code, message, dropped: (problem?.dropped ?? 0) + lines }
        // What was freed in the file takes the next one.
        await Promise.race([new Promise<void>((resolve) => loans.retire(null, resolve)), after(loanMs)])
      }
      if (resident() <= residentLimit + slack / 2) release()
    }
    // Before anyone who waited goes on: what they append may begin the next write.
    writing = null
    release()
  }

  function release() {
    const resolve = waiting
    waiting = []
    for (const each of resolve) each()
  }

  return {
    get open() {
      return open
    },
    get first() {
      return kept[0]!.firstId
    },
    /** Segments that are kept. */
    get length() {
      return kept.length
    },
    /** Of what was dropped so far. */
    get gone() {
      return gone
    },
    get problem() {
      return problem
    },

    /** The open segment is full; answers the next. */
    seal(): Segment {
      open.sealed = true
      open = newSegment(open.index + 1, open.firstId + open.count)
      kept.push(open)
      if (kept.length > keptLimit) drop(kept.length - keptLimit + dropStep - 1)
      if (resident() > residentLimit) writing ??= writeOldest()
      return open
    },

    /** RangeError for an id that is not kept. */
    find(id: number): Segment {
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
    },

    /** A word of the record of a line, counted from the segment's first. */
    word(segment: Segment, line: number, word: number): number {
      const at = recordAt(segmentWords, line) + word
      if (segment.memory) return segment.memory.words[at]!
      return cache.get(segment.blocks, segment.slot!, Math.floor(at / blockWords)).words[at % blockWords]!
    },

    /** Valid until the next call. */
    text(segment: Segment, start: number, end: number): Uint8Array {
      if (segment.memory) return segment.memory.bytes.subarray(start, end)
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
    },

    isFull,
    drained: (): Promise<void> => (isFull() && !disposed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),

    lend(fromId: number, toId: number, most: number): Loan {
      const lent = kept.filter(({ firstId, count }) => firstId < toId && firstId + count > fromId).slice(0, most)
      return { segments: lent.map(refOf), fd: file.fd, release: loans.lend(new Set(lent)) }
    },

    async dispose() {
      disposed = true
      release()
      await writing
      file.close()
      cache.clear()
      pool.length = 0
      gone = { lines: gone.lines, bytes: 0 }
      open = { ...open, index: open.index + 1, firstId: open.firstId + open.count, count: 0, used: 0 }
      near = open
      kept = [open]
      spilled = 0
    },
  }
}

/**
 * One that may grow, though it never does, is mapped by V8 for itself and unmapped when it is collected. Others come from the system's allocator, which lays them among what comes and goes,
 * so that neither goes back to the system. A view with a length is as fast as of any other.
 */
function newMemory(): Memory {
  const buffer = new SharedArrayBuffer(segmentBytes, { maxByteLength: segmentBytes })
  return { buffer, bytes: Buffer.from(buffer, 0, segmentBytes), words: new Uint32Array(buffer, 0, segmentWords) }
}

function refOf({ index, firstId, count, used, memory, slot, sealed }: Segment): SegmentRef {
  return { index, firstId, count, used, buffer: memory && memory.buffer, offset: slot === null ? null : slot * segmentBytes, sealed }
}

const after = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref()
  })
