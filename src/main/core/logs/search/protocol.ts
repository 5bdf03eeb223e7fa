import type { SegmentRef } from '../store/segments.ts'
import type { SearchSpec } from './matcher.ts'

export type SearchName = 'filter' | 'find'

/** To the worker. One answer to each, in order. */
export type SearchRequest =
  /** Null: no such search any more. */
  | { readonly type: 'spec'; readonly name: SearchName; readonly spec: SearchSpec | null }
  | {
      readonly type: 'scan'
      readonly name: SearchName
      readonly segment: SegmentRef
      /** Those before it, oldest first: rows of the segment may begin there. */
      readonly before: readonly SegmentRef[]
      readonly fd: number | null
      /** Lines of the segment, `to` exclusive. */
      readonly from: number
      readonly to: number
      /** Lines with lower ids are gone. */
      readonly floor: number
    }
  /** What lies where in segments. `floor`: segments with a lower index are gone. */
  | { readonly type: 'extent'; readonly segments: readonly SegmentRef[]; readonly fd: number | null; readonly floor: number }
  /** Counts lines by time over segments. `from`, `to`: epoch ms. `within`: only lines that pass that search, as far as it has come. */
  | {
      readonly type: 'histogram'
      readonly segments: readonly SegmentRef[]
      readonly fd: number | null
      readonly buckets: number
      readonly from: number
      readonly to: number
      readonly within: SearchName | null
    }

/** Seconds of the first and of the last line that has a time. */
export type LineExtent = { readonly first: number; readonly last: number }

/** By level and bucket, `bucket + level * buckets`. */
export type PartCounts = { readonly flat: Uint32Array; readonly gaps: readonly { from: number; to: number }[] }

export type HistogramCounts = {
  readonly from: number
  readonly to: number
  readonly counts: number[][]
  readonly gaps: { from: number; to: number }[]
}

export type SearchAnswer =
  /** The first of a thread, unasked. */
  | { readonly type: 'ready' }
  | { readonly type: 'ok' }
  /** Bits of the lines that were asked for; of rows that begin before them, `passes` and `fails` are the ids that have become so. */
  | { readonly type: 'bits'; readonly bits: Uint8Array; readonly passes: number[]; readonly fails: number[] }
  /** Null: no line has a time. */
  | { readonly type: 'extent'; readonly extent: LineExtent | null }
  | { readonly type: 'histogram'; readonly part: PartCounts }
  | { readonly type: 'failed'; readonly message: string }
