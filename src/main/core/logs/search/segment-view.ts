import { readSync } from 'node:fs'
import type { SegmentRef } from '../store/segments.ts'
import { recordAt, recordWords, segmentBytes } from '../store/layout.ts'

/** A segment as a search reads it. Lines are counted from 0 within it. */
export type SegmentView = {
  readonly firstId: number
  readonly count: number
  /** Text of the lines and their records as they lie there; read only when it is asked for. */
  readonly bytes: Buffer
  /** Only the records are sure to be there. */
  readonly words: Uint32Array
  tag(line: number): number
  second(line: number): number
  nanos(line: number): number
  start(line: number): number
  /** Without the newline. */
  end(line: number): number
}

/** Reads a segment that is in the file only into `buffer`, which is used again for the next. */
export function viewSegment(ref: SegmentRef, fd: number | null, buffer: Buffer): SegmentView {
  const { buffer: shared, offset, used, count } = ref
  let whole: Buffer | null = null
  let words: Uint32Array
  let load = () => buffer
  if (shared !== null) {
    whole = Buffer.from(shared)
    // With its length: one over memory that might grow is slower without.
    words = new Uint32Array(shared, 0, segmentBytes / 4)
  } else {
    if (fd === null || offset === null) throw new Error(`segment ${ref.index} is neither in memory nor in the file`)
    const records = segmentBytes - count * recordWords * 4
    readWhole(fd, buffer, records, segmentBytes - records, offset + records)
    words = new Uint32Array(buffer.buffer, buffer.byteOffset, segmentBytes / 4)
    load = () => {
      readWhole(fd, buffer, 0, used, offset)
      return buffer
    }
  }
  const length = words.length
  return {
    firstId: ref.firstId,
    count,
    get bytes() {
      return (whole ??= load())
    },
    words,
    tag: (line) => words[recordAt(length, line) + 3]!,
    second: (line) => words[recordAt(length, line) + 1]!,
    nanos: (line) => words[recordAt(length, line) + 2]!,
    start: (line) => words[recordAt(length, line)]!,
    end: (line) => (line + 1 < count ? words[recordAt(length, line + 1)]! : used) - 1,
  }
}

function readWhole(fd: number, target: Buffer, from: number, length: number, position: number): void {
  for (let done = 0; done < length; ) {
    const read = readSync(fd, target, from + done, length - done, position + done)
    if (read === 0) throw new Error('the file of the view is shorter than it was')
    done += read
  }
}
