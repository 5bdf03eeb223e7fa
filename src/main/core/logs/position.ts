import type { StampedLine } from './timestamp.ts'
import { formatSecond } from './timestamp.ts'

/**
 * How far a log was read, so that a stream that is taken up again shows no line twice and misses none.
 * The API takes up only at whole seconds, so the lines of the last seconds come again. Times alone cannot tell them apart: several lines may carry one time, and where stdout and stderr
 * are written at once their times may be in another order than their lines. So this counts what was seen, by time, for the last two seconds.
 */
export type Position = {
  /** For `--since-time`: a second before the newest line; null before the first line with a time. */
  since(): string | null
  /** The stream begins again at `since()`. */
  rewind(): void
  /** True: not seen before, and now it is. */
  take(line: StampedLine): boolean
  /** Takes back a `take` that answered true: the line was half of one, and is to be new when it comes again whole. */
  forget(line: StampedLine): void
  /** True: `take` would answer false because this very line was seen. Changes nothing. */
  seen(line: StampedLine): boolean
}

/** Lines remembered of one second; beyond that, only the time of those forgotten. */
const maxRemembered = 100_000

/** `part`: the log is not read from its beginning, so what a replay brings from before the first line taken was never asked for (`tail`, `since`). */
export function createPosition({ part = false, limit = maxRemembered }: { part?: boolean; limit?: number } = {}): Position {
  /** Times count from here, so that nanoseconds fit a number. */
  let base: number | null = null
  let newest: number | null = null
  /** How often each line was seen, in the newest second and the one before. A line without a time is known by its text. */
  let current = new Map<number | string, number>()
  let before = new Map<number | string, number>()
  /** Lines up to this time were seen, though no longer remembered. */
  let floor = Number.NEGATIVE_INFINITY
  /** The first line ever taken, of a part. */
  let start: number | null = null
  /** What may come again: counts left of a replay. Null: no replay, all is new. */
  let expected: Map<number | string, number> | null = null
  let anchored = true

  const keyOf = ({ at, text }: StampedLine): number | string => (at && base !== null ? (at.second - base) * 1e9 + at.nanos : text)

  const old = (line: StampedLine): boolean => {
    if (!line.at || newest === null) return false
    const key = keyOf(line)
    return line.at.second < newest - 1 || (typeof key === 'number' && (key <= floor || (start !== null && key < start)))
  }

  const record = (line: StampedLine, key: number | string) => {
    const second = line.at?.second
    if (second !== undefined && (newest === null || second > newest)) {
      before = newest === null || second === newest + 1 ? current : new Map()
      current = new Map()
      newest = second
    }
    const bucket = second !== undefined && newest !== null && second < newest ? before : current
    bucket.set(key, (bucket.get(key) ?? 0) + 1)
    if (bucket.size <= limit) return
    const [oldest] = bucket.keys()
    if (oldest === undefined) return
    bucket.delete(oldest)
    if (typeof oldest === 'number') floor = Math.max(floor, oldest)
  }

  return {
    since: () => (newest === null ? null : formatSecond(newest - 1)),
    rewind: () => {
      expected = new Map(before)
      for (const [key, count] of current) expected.set(key, (expected.get(key) ?? 0) + count)
      anchored = newest === null
    },
    seen: (line) => expected !== null && (old(line) || (expected.get(keyOf(line)) ?? 0) > 0),
    forget: (line) => {
      const key = keyOf(line)
      for (const bucket of [current, before]) {
        const count = bucket.get(key) ?? 0
        if (count > 1) bucket.set(key, count - 1)
        else if (count === 1) bucket.delete(key)
        if (count > 0) return
      }
    },
    take: (line) => {
      if (base === null && line.at) base = line.at.second
      const key = keyOf(line)
      if (expected) {
        // Without a time at the head of a replay: the end of a long line that the API cut at `since`.
        if (!line.at && !anchored) return false
        anchored = true
        if (old(line)) return false
        const left = expected.get(key) ?? 0
        if (left > 0) {
          if (left > 1) expected.set(key, left - 1)
          else expected.delete(key)
          return false
        }
      }
      if (part && start === null && typeof key === 'number') start = key
      record(line, key)
      return true
    },
  }
}
