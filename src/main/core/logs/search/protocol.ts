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
      readonly fd: number | null
      /** Lines of the segment, `to` exclusive. */
      readonly from: number
      readonly to: number
    }
  /** Counts lines by time over what is lent. `from`, `to`: epoch ms; null: the whole. `within`: only lines that pass that search. */
  | {
      readonly type: 'histogram'
      readonly segments: readonly SegmentRef[]
      readonly fd: number | null
      readonly buckets: number
      readonly from: number | null
      readonly to: number | null
      readonly within: SearchName | null
    }

export type HistogramCounts = {
  readonly from: number
  readonly to: number
  readonly counts: number[][]
  readonly gaps: { from: number; to: number }[]
}

export type SearchAnswer =
  | { readonly type: 'ok' }
  /** Bits of the lines from `from` on, which may be before the one that was asked for. */
  | { readonly type: 'bits'; readonly from: number; readonly bits: Uint8Array }
  | { readonly type: 'histogram'; readonly histogram: HistogramCounts | null }
  | { readonly type: 'failed'; readonly message: string }
