import { harmless } from '../../ui/index.ts'

/** One value of a JSON line or of logfmt. `path` is dotted, as a filter takes it. */
export type LogFieldValue = { readonly path: string; readonly value: string; readonly type: 'string' | 'number' | 'other' }

/** What a line says besides words: null where it is neither a JSON object nor logfmt. */
export function fieldsOf(plain: string): readonly LogFieldValue[] | null {
  const text = plain.trim()
  return text.startsWith('{') ? jsonFields(text) : logfmtFields(text)
}

const mostFields = 200

function jsonFields(text: string): readonly LogFieldValue[] | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  const found: LogFieldValue[] = []
  const walk = (value: unknown, path: string) => {
    if (found.length >= mostFields) return
    if (isObject(value) && Object.keys(value).length > 0)
      for (const [key, below] of Object.entries(value)) walk(below, path === '' ? key : `${path}.${key}`)
    else if (typeof value === 'string') found.push({ path, value, type: 'string' })
    else found.push({ path, value: JSON.stringify(value), type: typeof value === 'number' ? 'number' : 'other' })
  }
  if (!isObject(parsed) || Object.keys(parsed).length === 0) return null
  walk(parsed, '')
  return found
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `level=info msg="order accepted" order=48209`; one `=` alone is not logfmt. */
function logfmtFields(text: string): readonly LogFieldValue[] | null {
  const found: LogFieldValue[] = []
  for (const [, path = '', quoted, bare = ''] of text.matchAll(/(?:^|\s)([A-Za-z_][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/g)) {
    const value = quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1')
    found.push({ path, value, type: quoted === undefined && bare !== '' && Number.isFinite(Number(bare)) ? 'number' : 'string' })
    if (found.length >= mostFields) break
  }
  return found.length < 2 ? null : found
}

const messageNames = ['msg', 'message', 'event', 'MESSAGE', '@m', 'log']
const headNames = /^(time|ts|timestamp|@timestamp|@t|level|lvl|severity|@l|levelname)$/i

/** A JSON line in short: its message, then what else it says; time and level stand in columns of their own. Null: it has no message. */
export function summaryOf(plain: string): { readonly message: string; readonly rest: string } | null {
  if (!plain.startsWith('{')) return null
  const fields = jsonFields(plain)
  const message = fields?.find((field) => messageNames.includes(field.path))
  if (!fields || !message || message.type !== 'string') return null
  const rest = fields
    .filter((field) => field !== message && !headNames.test(field.path))
    .map((field) => `${field.path}=${/[\s"]/.test(field.value) && field.type === 'string' ? JSON.stringify(field.value) : field.value}`)
  return { message: harmless(message.value), rest: harmless(rest.join(' ')) }
}
