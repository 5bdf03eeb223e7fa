export type TimeMode = 'off' | 'local' | 'utc'

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')

/** `14:08:21.207`, with the date where a log spans more than one day. */
export function logTime(time: string, mode: Exclude<TimeMode, 'off'>, dated: boolean): string {
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return time
  const [month, day, h, m, s] =
    mode === 'utc'
      ? [at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getMonth(), at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()]
  const clock = `${pad(h)}:${pad(m)}:${pad(s)}.${pad(at.getMilliseconds(), 3)}`
  return dated ? `${pad(month + 1)}-${pad(day)} ${clock}` : clock
}

/** A log that is not of today alone needs its dates. */
export function isDated(first: string | null, mode: Exclude<TimeMode, 'off'>, now: number): boolean {
  if (first === null) return false
  const day = (at: Date) => (mode === 'utc' ? at.toISOString().slice(0, 10) : at.toDateString())
  const at = new Date(first)
  return !Number.isNaN(at.getTime()) && day(at) !== day(new Date(now))
}

/** `UTC+8`, of this machine at this time of the year. */
export function offsetName(at = new Date()): string {
  const minutes = -at.getTimezoneOffset()
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${pad(rest)}`}`
}
