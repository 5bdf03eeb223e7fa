import { formatSecond } from '../timestamp.ts'
import type { Instant } from '../timestamp.ts'

/** RFC 3339 with nanoseconds. */
export function isoTime(at: Instant | null): string | null {
  if (at === null) return null
  return formatSecond(at.second).replace('Z', `.${String(at.nanos).padStart(9, '0')}Z`)
}
