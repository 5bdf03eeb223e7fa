/** A point in time as exact as the kubelet writes it; a JS date has no nanoseconds. */
export type Instant = {
  /** Seconds since 1970, UTC. */
  readonly second: number
  /** Within the second. */
  readonly nanos: number
}

/** RFC 3339 in UTC with nine digits, as the kubelet's: `2026-11-23T23:20:25.260439695Z`. */
export function formatTime({ second, nanos }: Instant): string {
  return `${clockOf(second)}.${String(nanos).padStart(9, '0')}Z`
}

/** RFC 3339 in whole seconds, which is all that `sinceTime` carries to the API. */
export function formatSecond(second: number): string {
  return `${clockOf(second)}Z`
}

/** Lines beside each other mostly share their second; a Date for each is the dear part. */
let lastSecond = -1
let lastText = ''

function clockOf(second: number): string {
  if (second !== lastSecond) {
    lastSecond = second
    lastText = new Date(second * 1000).toISOString().slice(0, 19)
  }
  return lastText
}

/** Null: not RFC 3339, or before 1970. */
export function parseTime(text: string): Instant | null {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|z|[+-]\d\d:\d\d)$/.exec(text)
  if (!match) return null
  const [, base = '', fraction = '', offset = ''] = match
  const ms = Date.parse(`${base.replace(' ', 'T')}${offset}`)
  return Number.isNaN(ms) || ms < 0 ? null : { second: Math.floor(ms / 1000), nanos: Number(fraction.padEnd(9, '0')) }
}
