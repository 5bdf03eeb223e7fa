export type TimeMode = 'local' | 'utc' | 'start' | 'off'

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')

/** `14:08:21.207`, with the date where a log spans more than one day; `+12.345` since `start` (epoch ms). */
export function logTime(time: string, mode: TimeMode, dated: boolean, start: number | null = null): string {
  if (mode === 'off') return ''
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return time
  if (mode === 'start') return start === null ? '' : since(at.getTime() - start)
  const [month, day, h, m, s] =
    mode === 'utc'
      ? [at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getMonth(), at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()]
  const clock = `${pad(h)}:${pad(m)}:${pad(s)}.${pad(at.getMilliseconds(), 3)}`
  return dated ? `${pad(month + 1)}-${pad(day)} ${clock}` : clock
}

/** `+0.345`, `+2:05.100`, `+1:02:03.000`; `−` for what lies before. */
export function since(ms: number): string {
  const all = Math.abs(ms)
  const [h, m, s] = [Math.floor(all / 3_600_000), Math.floor(all / 60_000) % 60, Math.floor(all / 1000) % 60]
  const seconds = `${h > 0 || m > 0 ? pad(s) : s}.${pad(all % 1000, 3)}`
  const clock = h > 0 ? `${h}:${pad(m)}:${seconds}` : m > 0 ? `${m}:${seconds}` : seconds
  return `${ms < 0 ? '−' : '+'}${clock}`
}

/** A log that is not of today alone needs its dates. */
export function isDated(first: string | null, mode: TimeMode, now: number): boolean {
  if (first === null || mode === 'start' || mode === 'off') return false
  const day = (at: Date) => (mode === 'utc' ? at.toISOString().slice(0, 10) : at.toDateString())
  const at = new Date(first)
  return !Number.isNaN(at.getTime()) && day(at) !== day(new Date(now))
}

/** `14:08`, `14:08:21` or with milliseconds: as exact as `stepMs` needs. */
export function axisTime(at: number, mode: TimeMode, stepMs: number): string {
  const clock = logTime(new Date(at).toISOString(), mode === 'utc' ? 'utc' : 'local', false)
  return stepMs >= 60_000 ? clock.slice(0, 5) : stepMs >= 1000 ? clock.slice(0, 8) : clock
}

/** `UTC+8`, of this machine at this time of the year. */
export function offsetName(at = new Date()): string {
  const minutes = -at.getTimezoneOffset()
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${pad(rest)}`}`
}
