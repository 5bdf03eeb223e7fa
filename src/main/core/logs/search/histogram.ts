import { parseTime } from '../views/format-time.ts'
import { flag, flagsOf, levelOf, levels } from '../store/layout.ts'
import type { HistogramCounts } from './protocol.ts'
import type { SegmentView } from './segment-view.ts'

export type HistogramRange = { readonly buckets: number; readonly from: number | null; readonly to: number | null }

/** Lines by level and time over segments. `passes`: whether a line counts. Times in epoch ms. Null: no line has a time, or none lies in the range. */
export function histogramOf(
  segments: () => Iterable<SegmentView>,
  { buckets, from, to }: HistogramRange,
  passes: (view: SegmentView, line: number) => boolean,
): HistogramCounts | null {
  const range = from !== null && to !== null ? { from, to } : extent(segments())
  if (range === null) return null
  const begin = from ?? range.from
  const end = Math.max(begin + 1, to ?? range.to)
  const counts = levels.map(() => Array.from({ length: buckets }, () => 0))
  const gaps: { from: number; to: number }[] = []
  const scale = buckets / (end - begin)
  for (const view of segments())
    for (let line = 0; line < view.count; line++) {
      const second = view.second(line)
      if (second === 0) continue
      const tag = view.tag(line)
      const flags = flagsOf(tag)
      if ((flags & flag.note) !== 0) {
        const gap = gapOf(view, line)
        if (gap !== null && gap.to >= begin && gap.from < end) gaps.push(gap)
        continue
      }
      if ((flags & flag.piece) !== 0) continue
      const at = second * 1000 + view.nanos(line) / 1e6
      if (at < begin || at >= end || !passes(view, line)) continue
      const row = counts[levelOf(tag)]!
      const bucket = Math.min(buckets - 1, Math.floor((at - begin) * scale))
      row[bucket] = row[bucket]! + 1
    }
  return { from: Math.floor(begin), to: Math.ceil(end), counts, gaps }
}

function extent(segments: Iterable<SegmentView>): { from: number; to: number } | null {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  for (const view of segments)
    for (let line = 0; line < view.count; line++) {
      const second = view.second(line)
      if (second === 0) continue
      if (second < first) first = second
      if (second > last) last = second
    }
  return last === 0 ? null : { from: first * 1000, to: (last + 1) * 1000 }
}

function gapOf(view: SegmentView, line: number): { from: number; to: number } | null {
  const note = JSON.parse(view.bytes.toString('utf8', view.start(line), view.end(line))) as {
    type: string
    from?: string | null
    to?: string | null
  }
  if (note.type !== 'gap') return null
  const from = parseTime(note.from ?? '')
  const to = parseTime(note.to ?? '')
  if (from === null || to === null) return null
  return { from: from.second * 1000 + Math.floor(from.nanos / 1e6), to: to.second * 1000 + Math.ceil(to.nanos / 1e6) }
}
