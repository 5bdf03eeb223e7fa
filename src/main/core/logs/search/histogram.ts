import { parseTime } from '../timestamp.ts'
import { flag, flagsOf, levelOf, levels, recordAt, recordWords } from '../store/layout.ts'
import type { SegmentRef } from '../store/segments.ts'
import type { HistogramCounts } from './protocol.ts'
import { type SegmentView, viewSegment } from './segment-view.ts'

export type HistogramRange = { readonly buckets: number; readonly from: number | null; readonly to: number | null }

type Gap = { from: number; to: number }
/** Of one segment. Seconds; 0 and 0: no line has a time. */
type Extent = { readonly first: number; readonly last: number; readonly gaps: readonly Gap[] }

/**
 * Lines by level and time over segments. `passes`: whether a line counts; null: all. Times in epoch ms. Null: no line has a time. What lies where in a full segment is kept, so that
 * only those in the range are read again.
 */
export function createHistogram(
  buffer: Buffer,
): (
  segments: readonly SegmentRef[],
  fd: number | null,
  range: HistogramRange,
  passes: ((id: number) => boolean) | null,
) => HistogramCounts | null {
  const known = new Map<number, Extent>()

  function extentOf(ref: SegmentRef, fd: number | null): Extent {
    const before = known.get(ref.index)
    if (before) return before
    const extent = measure(viewSegment(ref, fd, buffer))
    if (ref.sealed) known.set(ref.index, extent)
    return extent
  }

  return (segments, fd, { buckets, from, to }, passes) => {
    for (const index of known.keys()) if (index < (segments[0]?.index ?? 0)) known.delete(index)
    const extents = segments.map((ref) => extentOf(ref, fd))
    const timed = extents.filter(({ last }) => last > 0)
    if (timed.length === 0) return null
    const begin = from ?? Math.min(...timed.map(({ first }) => first)) * 1000
    const end = Math.max(begin + 1, to ?? (Math.max(...timed.map(({ last }) => last)) + 1) * 1000)
    const flat = new Uint32Array(levels.length * buckets)
    for (const [index, ref] of segments.entries()) {
      const { first, last } = extents[index]!
      if (last === 0 || (last + 1) * 1000 <= begin || first * 1000 >= end) continue
      count(viewSegment(ref, fd, buffer), begin, end, buckets, flat, passes)
    }
    const counts = levels.map((_, level) => Array.from(flat.subarray(level * buckets, (level + 1) * buckets)))
    const gaps = extents.flatMap((extent) => extent.gaps).filter((gap) => gap.to >= begin && gap.from < end)
    return { from: Math.floor(begin), to: Math.ceil(end), counts, gaps }
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
