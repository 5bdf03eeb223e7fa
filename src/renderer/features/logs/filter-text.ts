import type { LogField, LogFilter, LogLevel, LogPart, LogPattern, LogSource } from '#shared/contract/logs.ts'
import { decoded } from './log-place.ts'
import { unseenOf } from './source-groups.ts'
import type { Sight } from './source-groups.ts'

/** A filter as the page keeps it: sources by name or by group, for their numbers are those of one view only. */
export type FilterWish = Omit<LogFilter, 'hidden'> & Sight

export const noFilter: FilterWish = {
  include: [],
  exclude: [],
  fields: [],
  levels: null,
  hidden: [],
  only: [],
  stream: null,
  from: null,
  to: null,
  context: 0,
  fold: true,
}
export const levelNames: readonly LogLevel[] = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']
export const fieldOps: readonly LogField['op'][] = ['=', '!=', '>', '>=', '<', '<=', '~', 'exists', 'missing']

/** `i:timeout;xr:rw.*path;f:took_ms:>:1000;l:error,fatal;n:2`: a filter in an address. Empty: nothing is filtered. */
export function filterText(filter: FilterWish): string {
  const e = encodeURIComponent
  const patterns = (letter: string, all: readonly LogPattern[]) => all.map((one) => `${letter}${flagsOf(one)}:${e(one.text)}`)
  return [
    ...patterns('i', filter.include),
    ...patterns('x', filter.exclude),
    ...filter.fields.map((one) => `f:${[one.path, one.op, one.value].map(e).join(':')}`),
    ...(filter.levels ? [`l:${filter.levels.join(',')}`] : []),
    ...filter.hidden.map((name) => `h:${e(name)}`),
    ...filter.only.map((name) => `o:${e(name)}`),
    ...(filter.stream ? [`s:${filter.stream}`] : []),
    ...(filter.from ? [`a:${e(filter.from)}`] : []),
    ...(filter.to ? [`b:${e(filter.to)}`] : []),
    ...(filter.context > 0 ? [`n:${filter.context}`] : []),
    ...(filter.fold ? [] : ['open:1']),
  ].join(';')
}

export function filterOf(text: string): FilterWish {
  const filter = {
    ...noFilter,
    include: [] as LogPattern[],
    exclude: [] as LogPattern[],
    fields: [] as LogField[],
    hidden: [] as string[],
    only: [] as string[],
  }
  for (const one of text.split(';')) {
    const [key = '', ...rest] = one.split(':')
    const values = rest.map(decoded)
    const [value = ''] = values
    if (value === '' && key !== 'l') continue
    switch (key) {
      case 'f': {
        const op = fieldOps.find((known) => known === values[1])
        if (op) filter.fields.push({ path: value, op, value: values[2] ?? '' })
        break
      }
      case 'l':
        filter.levels = levelNames.filter((level) => value.split(',').includes(level))
        break
      case 'h':
        filter.hidden.push(value)
        break
      case 'o':
        filter.only.push(value)
        break
      case 's':
        filter.stream = value === 'stdout' || value === 'stderr' ? value : null
        break
      case 'a':
        filter.from = timeOf(value)
        break
      case 'b':
        filter.to = timeOf(value)
        break
      case 'n':
        filter.context = Math.min(50, Math.max(0, Math.trunc(Number(value)) || 0))
        break
      case 'open':
        filter.fold = false
        break
      default:
        if (/^[ix]r?c?w?$/.test(key)) (key.startsWith('i') ? filter.include : filter.exclude).push(patternFrom(key.slice(1), value))
    }
  }
  return filter
}

/** `rcw:text` in an address. */
export const findText = (pattern: LogPattern | null) => (pattern ? `${flagsOf(pattern)}:${pattern.text}` : '')
export function findOf(text: string): LogPattern | null {
  const at = text.indexOf(':')
  return at < 0 || at === text.length - 1 ? null : patternFrom(text.slice(0, at), text.slice(at + 1))
}

/** What core is asked for, once it is known which sources there are. */
export function filterFor({ only, hidden, ...rest }: FilterWish, sources: readonly LogSource[], parts: readonly LogPart[]): LogFilter {
  return { ...rest, hidden: [...unseenOf({ only, hidden }, sources, parts)].map((source) => source.index) }
}

const flagsOf = (one: LogPattern) => `${one.regex ? 'r' : ''}${one.matchCase ? 'c' : ''}${one.wholeWord ? 'w' : ''}`
const patternFrom = (flags: string, text: string): LogPattern => ({
  text,
  regex: flags.includes('r'),
  matchCase: flags.includes('c'),
  wholeWord: flags.includes('w'),
})
const timeOf = (text: string) => (Number.isNaN(Date.parse(text)) ? null : text)
