import type { LineBatch } from '../store/layout.ts'
import { partOf } from '../store/line-batch.ts'
import { formatSecond, type Instant } from '../timestamp.ts'
import { createRecentLines } from './recent-lines.ts'

/**
 * How far a log was read, so that a stream that is taken up again brings no line twice and misses none.
 * The API takes up only at whole seconds, so the lines of the last two come again, in the order of before: a log only grows at its end. So this remembers time and length of the
 * lines of the last two seconds, in order, and finds in what comes where they end. Their text counts (as a hash) only where times alone cannot tell.
 */
export type Position = {
  /** For `sinceTime`: a second before the newest line; null before the first line with a time. */
  since(): string | null
  /** Second of the newest line. */
  newest(): number | null
  /** Time of the last line taken. */
  last(): Instant | null
  /** A stream begins at `since()`. Without `anchored` its log need not hold what was seen: it is another run's, or was turned over. */
  rewind(anchored: boolean): void
  /** The lines of the batch that are new, in order. The answer is good until the next call or until the batch is filled anew. */
  take(batch: LineBatch): Taken
  /** A line seen before came again in this stream. */
  met(): boolean
  /** What comes next is new. */
  live(): boolean
  /** Lines came and none of those that were seen: time of the first, and whether any was later than all seen. They were not taken. Null: no such doubt. */
  doubt(): Doubt | null
}

export type Doubt = { readonly at: Instant; readonly newer: boolean }

/** `lost`: the log does not hold what was seen, so lines before this time may be missing. Nothing is taken then, nor in later calls until the next `rewind`. */
export type Taken = { readonly batch: LineBatch; readonly lost: Instant | null }

/** Lines of a log may be that far from the order of their times, as where two streams are written at once: seconds. */
const disorder = 1

export function createPosition({ limit = 100_000 }: { limit?: number } = {}): Position {
  const seen = createRecentLines(limit)
  /** All that comes is new. */
  let live = true
  let anchored = false
  let met = false
  let lost: Instant | null = null
  let doubt: Doubt | null = null
  /** The line of `seen` that is to come next. */
  let next = 0

  const accept = (batch: LineBatch): Taken => {
    seen.record(batch)
    return { batch, lost: null }
  }

  /** Index of the first new line; `batch.count` when there is none. */
  const seek = (batch: LineBatch): number => {
    for (let i = 0; i < batch.count; i += 1) {
      const place = seen.find(batch, i, next)
      if (place !== -1) {
        met = true
        doubt = null
        next = place + 1
        if (next === seen.length()) return i + 1
      } else if (met || !anchored) return i
      else {
        // Before any that was seen: from before the first line that was asked for, or the end of a line that began before `since`, or past all that was seen.
        const second = batch.seconds[i] ?? 0
        const newer = seen.isNewer(batch, i)
        doubt = { at: doubt?.at ?? { second, nanos: batch.nanos[i] ?? 0 }, newer: newer || doubt?.newer === true }
        if (newer && second > (seen.newest() ?? 0) + disorder) {
          lost = doubt.at
          return batch.count
        }
      }
    }
    return batch.count
  }

  return {
    since: () => {
      const newest = seen.newest()
      return newest === null ? null : formatSecond(newest - 1)
    },
    newest: seen.newest,
    last: seen.last,
    rewind: (withAnchor) => {
      seen.trim()
      next = 0
      met = false
      lost = null
      doubt = null
      anchored = withAnchor
      live = seen.length() === 0
    },
    met: () => met,
    live: () => live,
    doubt: () => doubt,
    take: (batch) => {
      if (live) return accept(batch)
      if (lost) return { batch: partOf(batch, batch.count), lost }
      const from = seek(batch)
      if (lost) return { batch: partOf(batch, batch.count), lost }
      if (from < batch.count || next === seen.length()) live = true
      const fresh = partOf(batch, from)
      return live ? accept(fresh) : { batch: fresh, lost: null }
    },
  }
}
