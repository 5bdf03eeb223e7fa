import type { LogLine } from '#shared/contract/logs.ts'

/**
 * How far a log was shown, so that a stream that begins again shows no line twice and misses none.
 * The API goes on only at whole seconds, so lines of the last seconds come again. What was shown of them is counted by time and text, for two seconds,
 * because the lines of stdout and stderr need not be in the order of their times.
 */
export type Resume = {
  /** For the next request: a second before the newest line shown; null before the first line with a time. */
  since(): string | null
  /** A stream begins at `since()`. */
  again(): void
  /** True: not shown yet, and from now on it is. */
  take(line: LogLine): boolean
}

export function createResume(): Resume {
  /** As far as the second, `2026-09-14T14:08:21`, with the offset apart: one log has one offset, so these compare as text. */
  let newest: string | null = null
  let offset = 'Z'
  let first: string | null = null
  let current = new Map<string, number>()
  let before = new Map<string, number>()
  let expected: Map<string, number> | null = null
  let anchored = true

  const record = (line: LogLine) => {
    if (line.time !== null) {
      const second = line.time.slice(0, 19)
      first ??= line.time
      if (newest === null || second > newest) {
        before = newest === secondBefore(second) ? current : new Map()
        current = new Map()
        newest = second
        offset = /(?:Z|[+-]\d\d:\d\d)$/.exec(line.time)?.[0] ?? 'Z'
      }
    }
    const bucket = line.time !== null && newest !== null && line.time.slice(0, 19) < newest ? before : current
    bucket.set(keyOf(line), (bucket.get(keyOf(line)) ?? 0) + 1)
  }

  const shown = (line: LogLine): boolean => {
    if (expected === null) return false
    if (line.time === null) {
      // The head of a stream without a time is the end of a line that the API cut.
      if (!anchored) return true
    } else {
      anchored = true
      const second = line.time.slice(0, 19)
      if (newest !== null && second < newest && second !== secondBefore(newest)) return true
      // From before the first line that was asked for.
      if (first !== null && line.time < first) return true
    }
    const key = keyOf(line)
    const left = expected.get(key) ?? 0
    if (left === 0) return false
    expected.set(key, left - 1)
    return true
  }

  return {
    since: () => (newest === null ? null : `${secondBefore(newest)}${offset}`),
    again: () => {
      expected = new Map(before)
      for (const [key, count] of current) expected.set(key, (expected.get(key) ?? 0) + count)
      anchored = newest === null
    },
    take: (line) => {
      if (shown(line)) return false
      record(line)
      return true
    },
  }
}

const keyOf = (line: LogLine) => `${line.time ?? ''} ${line.text}`

function secondBefore(second: string): string {
  return new Date(Date.parse(`${second}Z`) - 1000).toISOString().slice(0, 19)
}
