/** A point in time as exact as the kubelet writes it; a JS date has no nanoseconds. */
export type Instant = {
  /** Seconds since 1970, UTC. */
  readonly second: number
  /** Within the second. */
  readonly nanos: number
}

export type StampedLine = {
  /** As written; null when the line has none. */
  readonly time: string | null
  readonly at: Instant | null
  readonly text: string
}

// RFC 3339 with nanoseconds whose trailing zeros are left out (Go's RFC3339Nano), and an offset where the runtime writes local time.
const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: |$)/

/** Splits what `kubectl logs --timestamps` puts before each line. */
export function splitTimestamp(line: string): StampedLine {
  const match = pattern.exec(line)
  if (!match) return { time: null, at: null, text: line }
  const [prefix, base = '', fraction = '', offset = 'Z'] = match
  const second = secondOf(base, offset)
  if (second === null) return { time: null, at: null, text: line }
  return { time: prefix.trimEnd(), at: { second, nanos: Number(fraction.padEnd(9, '0')) }, text: line.slice(prefix.length) }
}

/** RFC 3339 in whole seconds, which is all that `--since-time` carries to the API. */
export function formatSecond(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z')
}

/** Lines of one second follow each other; parsing the date is the dear part. */
let lastKey = ''
let lastSecond = 0

function secondOf(base: string, offset: string): number | null {
  const key = base + offset
  if (key === lastKey) return lastSecond
  const ms = Date.parse(key)
  if (Number.isNaN(ms)) return null
  lastKey = key
  lastSecond = Math.floor(ms / 1000)
  return lastSecond
}
