import { flag, flagsOf, recordAt, recordWords, sourceOf } from '../store/layout.ts'
import { newBits, setBit } from './line-bits.ts'
import type { SegmentView } from './segment-view.ts'

/** What the records of a range of lines say, as far as a search needs it. */
export type Survey = {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Rows of Cove's own, one bit each. */
  readonly notes: Uint8Array
  /** Lines whose text is not shown as it lies there: control characters, pieces. */
  readonly special: readonly number[]
  /** Whether one of the others has wide characters. */
  readonly wide: boolean
  /** Lines that belong to a row above them: pieces and, folded, stack traces. One bit each. */
  readonly follows: Uint8Array
  /** The line that leads the row of a line which follows; -1: it is before the range. */
  headOf(line: number): number
  /** Lines of rows that begin before the range, by source. */
  readonly before: ReadonlyMap<number, readonly number[]>
  /** Whether a row of the source begins in the range. */
  begins(source: number): boolean
}

const none = new Int32Array(0)
/** Of the row that is open, by source: line + 1; used again for each survey, so a survey is good until the next one. */
const open = new Int32Array(65_536)

/** Flags of lines that do not stand for themselves. A note of Cove's own in between ends no row: a stream that was resumed goes on with its stack trace. */
export const followFlags = (fold: boolean) => flag.piece | (fold ? flag.continuation : 0)

export function surveyOf(view: SegmentView, from: number, to: number, fold: boolean): Survey {
  const following = followFlags(fold)
  const notes = newBits(to - from)
  const follows = newBits(to - from)
  const special: number[] = []
  const before = new Map<number, number[]>()
  let heads = none
  let wide = false
  open.fill(0)
  const { words } = view
  const remarkable = flag.note | flag.control | flag.wide | following
  for (let line = from, at = recordAt(words.length, from) + 3; line < to; line++, at -= recordWords) {
    const tag = words[at]!
    const flags = flagsOf(tag)
    if ((flags & remarkable) === 0) {
      open[sourceOf(tag)] = line + 1
      continue
    }
    if ((flags & flag.note) !== 0) {
      setBit(notes, line - from)
      continue
    }
    if ((flags & (flag.control | flag.piece)) !== 0) special.push(line)
    else if ((flags & flag.wide) !== 0) wide = true
    const source = sourceOf(tag)
    if ((flags & following) === 0) {
      open[source] = line + 1
      continue
    }
    if (heads.length === 0) heads = new Int32Array(to - from)
    setBit(follows, line - from)
    heads[line - from] = open[source]! - 1
    if (open[source] !== 0) continue
    const lines = before.get(source)
    if (lines) lines.push(line)
    else before.set(source, [line])
  }
  return { from, to, notes, special, wide, follows, headOf: (line) => heads[line - from]!, before, begins: (source) => open[source] !== 0 }
}
