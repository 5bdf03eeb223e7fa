import { readSync } from 'node:fs'
import type { SegmentRef } from '../store/segments.ts'
import { flag, flagsOf, recordAt, recordWords, segmentBytes, sourceOf } from '../store/layout.ts'

/** A segment as a search reads it. Lines are counted from 0 within it. */
export type SegmentView = {
  readonly firstId: number
  readonly count: number
  readonly bytes: Buffer
  tag(line: number): number
  second(line: number): number
  nanos(line: number): number
  start(line: number): number
  /** Without the newline. */
  end(line: number): number
}

/** Reads a segment that is in the file only into `buffer`, which is used again for the next. */
export function viewSegment(ref: SegmentRef, fd: number | null, buffer: Buffer): SegmentView {
  let bytes: Buffer
  if (ref.buffer !== null) bytes = Buffer.from(ref.buffer)
  else {
    if (fd === null || ref.offset === null) throw new Error(`segment ${ref.index} is neither in memory nor in the file`)
    readWhole(fd, buffer, 0, ref.used, ref.offset)
    const records = segmentBytes - ref.count * recordWords * 4
    readWhole(fd, buffer, records, segmentBytes - records, ref.offset + records)
    bytes = buffer
  }
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, segmentBytes / 4)
  const word = (line: number, which: number) => words[recordAt(words.length, line) + which]!
  return {
    firstId: ref.firstId,
    count: ref.count,
    bytes,
    tag: (line) => word(line, 3),
    second: (line) => word(line, 1),
    nanos: (line) => word(line, 2),
    start: (line) => word(line, 0),
    end: (line) => (line + 1 < ref.count ? word(line + 1, 0) : ref.used) - 1,
  }
}

function readWhole(fd: number, target: Buffer, from: number, length: number, position: number): void {
  for (let done = 0; done < length; ) {
    const read = readSync(fd, target, from + done, length - done, position + done)
    if (read === 0) throw new Error('the file of the view is shorter than it was')
    done += read
  }
}

const maxBack = 5000

/** The line that a piece or a line of a stack trace belongs to; itself where that is not in this segment. `fold`: traces have heads, too. */
export function headOf(view: SegmentView, line: number, fold: boolean): number {
  const follows = flag.piece | (fold ? flag.continuation : 0)
  const tag = view.tag(line)
  if ((flagsOf(tag) & follows) === 0) return line
  const source = sourceOf(tag)
  for (let at = line - 1; at >= Math.max(0, line - maxBack); at--) {
    const other = view.tag(at)
    if (sourceOf(other) === source && (flagsOf(other) & follows) === 0) return at
  }
  return line
}
