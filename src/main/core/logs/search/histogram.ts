import { parseTime } from '../timestamp.ts'
import { flag, flagsOf, levelOf, levels, recordAt, recordWords } from '../store/layout.ts'
import type { SegmentRef } from '../store/segments.ts'
import type { LineExtent, PartCounts } from './protocol.ts'
import { type SegmentView, viewSegment } from './segment-view.ts'

export type HistogramRange = { readonly buckets: number; readonly from: number; readonly to: number }

type Gap = { from: number; to: number }
/** Of one segment. Seconds; 0 and 0: no line has a time. */
type Extent = LineExtent & { readonly gaps: readonly Gap[] }

/** Reads segments for a histogram, as many at a time as its user likes. What lies where in a full one is kept, so that only those in the range are read again. */
export function createHistogram(buffer: Buffer) {
  const known = new Map<number, Extent>()

  function extentOf(ref: SegmentRef, fd: number | null): Extent {
    const before = known.get(ref.index)
    if (before) return before
    const extent = measure(viewSegment(ref, fd, buffer))
    if (ref.sealed) known.set(ref.index, extent)
    return extent
  }

  return {
    /** Null: no line has a time. Segments with a lower index than `floor` are forgotten. */
    extent(segments: readonly SegmentRef[], fd: number | null, floor: number): LineExtent | null {
      for (const index of known.keys()) if (index < floor) known.delete(index)
      const timed = segments.map((ref) => extentOf(ref, fd)).filter(({ last }) => last > 0)
      if (timed.length === 0) return null
      return { first: Math.min(...timed.map(({ first }) => first)), last: Math.max(...timed.map(({ last }) => last)) }
    },
    /** Lines by level and time. `passes`: whether a line counts; null: all. */
    count(
      segments: readonly SegmentRef[],
      fd: number | null,
      { buckets, from, to }: HistogramRange,
      passes: ((id: number) => boolean) | null,
    ): PartCounts {
      const flat = new Uint32Array(levels.length * buckets)
      const gaps: Gap[] = []
      for (const ref of segments) {
        const extent = extentOf(ref, fd)
        gaps.push(...extent.gaps.filter((gap) => gap.to >= from && gap.from < to))
        if (extent.last === 0 || (extent.last + 1) * 1000 <= from || extent.first * 1000 >= to) continue
        count(viewSegment(ref, fd, buffer), from, to, buckets, flat, passes)
      }
      return { flat, gaps }
    },
  }
}

function measure(view: SegmentView): Extent {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  const gaps: Gap[] = []
  for (let line = 0; line < view.count; line++) {
    const second = view.second(line)
    if ((flagsOf(view.tag(line)) & flag.note) !== 0) gaps.push(...gapOf(view, line))
    if (second === 0) continue
    if (second < first) first = second
    if (second > last) last = second
  }
  return { first, last, gaps }
}

/** Straight over the words: this runs for every line of a view. */
function count(
  { words, count: lines, firstId }: SegmentView,
  begin: number,
  end: number,
  buckets: number,
  flat: Uint32Array,
  passes: ((id: number) => boolean) | null,
): void {
  const scale = buckets / (end - begin)
  const apart = flag.note | flag.piece
  for (let line = 0, at = recordAt(words.length, 0); line < lines; line++, at -= recordWords) {
    const second = words[at + 1]!
    const tag = words[at + 3]!
    if (second === 0 || (tag & apart) !== 0) continue
    const time = second * 1000 + words[at + 2]! / 1e6
    if (time < begin || time >= end || (passes !== null && !passes(firstId + line))) continue
    flat[levelOf(tag) * buckets + Math.min(buckets - 1, Math.floor((time - begin) * scale))]!++
  }
}

function gapOf(view: SegmentView, line: number): Gap[] {
  const note = JSON.parse(view.bytes.toString('utf8', view.start(line), view.end(line))) as {
    type: string
    from?: string | null
    to?: string | null
  }
  if (note.type !== 'gap') return []
  const from = parseTime(note.from ?? '')
  const to = parseTime(note.to ?? '')
  if (from === null || to === null) return []
  return [{ from: from.second * 1000 + Math.floor(from.nanos / 1e6), to: to.second * 1000 + Math.ceil(to.nanos / 1e6) }]
}
