import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

type Words = (key: string, values?: Record<string, unknown>) => string

/** Numbers, times and sizes in one language. `t` reads the `common` namespace. */
export function createFormat(language: string, t: Words) {
  const number = (value: number, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
  const unit = (name: 's' | 'min' | 'h' | 'd', value: number, digits = 0) => t(`unit.${name}`, { value: number(value, digits) })
  /** `12 d`, `4 min`, `8 s`: the largest unit that fits. */
  const span = (ms: number) => {
    const seconds = Math.max(0, ms) / 1000
    if (seconds < 60) return unit('s', Math.round(seconds))
    if (seconds < 3600) return unit('min', Math.floor(seconds / 60))
    if (seconds < 48 * 3600) return unit('h', Math.floor(seconds / 3600))
    return unit('d', Math.floor(seconds / 86_400))
  }
  const clock = (ms: number) => {
    const all = Math.max(0, Math.floor(ms / 1000))
    const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
    return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
  }
  return {
    number,
    /** `12,345`, then `191K`, in Chinese `19.1万`: what is enough to compare. */
    compact: (value: number) =>
      value < 100_000 ? number(value) : new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value),
    span,
    /** `0:24`, `1:02:03`. */
    clock,
    /** What a command took: `0.06 s`, `3.1 s`, then `0:15`. */
    duration: (ms: number) => (ms < 1000 ? unit('s', ms / 1000, 2) : ms < 10_000 ? unit('s', ms / 1000, 1) : clock(ms)),
    /** `about 40 s`. */
    about: (ms: number) =>
      t('about', { span: ms < 90_000 ? unit('s', Math.max(1, Math.round(ms / 1000))) : unit('min', Math.round(ms / 60_000)) }),
    /** `just now`, `14 min ago`. */
    ago: (at: number, now: number) => (now - at < 4000 ? t('justNow') : t('ago', { span: span(now - at) })),
    /** `57.2 MB`, decimal units as the tools print them. */
    bytes: (value: number) => {
      const step = Math.min(4, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3))
      return `${number(value / 1000 ** step, step === 0 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB', 'TB'][step]}`
    },
    time: (at: number) =>
      new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at),
    date: (at: number) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(at),
    dateTime: (at: number) =>
      new Intl.DateTimeFormat(language, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      }).format(at),
    /** `a, b, and c`; in Chinese `a、b、c`, where Intl would put 和 between Latin names without a space. */
    list: (items: readonly string[]) =>
      language.startsWith('zh') ? items.join('、') : new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
  }
}
export type Format = ReturnType<typeof createFormat>

export function useFormat(): Format {
  const { t, i18n } = useTranslation('common')
  return useMemo(() => createFormat(i18n.language, t as unknown as Words), [i18n.language, t])
}

/** The wall clock, renewed every `everyMs` while mounted; 0: not renewed. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (everyMs === 0) return
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** Every second for what is young, then twice a minute. */
function useAgeClock(at: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => setNow(Date.now()), now - at < 120_000 ? 1000 : 30_000)
    return () => clearTimeout(timer)
  }, [at, now])
  return now
}

/** How long ago, as `12 d`; the exact time in the title. */
export function Age({ at, ago = false }: { readonly at: number | null; readonly ago?: boolean }) {
  const format = useFormat()
  const now = useAgeClock(at)
  if (at === null) return <span className="fg-3">–</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={format.dateTime(at)}>
      {ago ? format.ago(at, Math.max(now, at)) : format.span(Math.max(0, now - at))}
    </time>
  )
}

export function Bytes({ value }: { readonly value: number | null }) {
  const format = useFormat()
  return <span>{value === null ? '–' : format.bytes(value)}</span>
}

function pad(value: number) {
  return String(value).padStart(2, '0')
}
