import { parsedJson } from '#shared/json-field.ts'
import { harmless } from '../../ui/index.ts'

/** One value of a JSON line or of logfmt. `path` is dotted, as a filter takes it. */
export type LogFieldValue = { readonly path: string; readonly value: string; readonly type: 'string' | 'number' | 'other' }

/** What a line says besides words: null where it is neither a JSON object nor logfmt. */
export function fieldsOf(plain: string): readonly LogFieldValue[] | null {
  const text = plain.trim()
  return text.startsWith('{') ? jsonFields(text) : logfmtFields(text)
}

/** What is read of a line to paint its row. */
export const mostFields = 200

function jsonFields(text: string): readonly LogFieldValue[] | null {
  const parsed = parsedObject(text)
  if (!parsed) return null
  const found: LogFieldValue[] = []
  const walk = (value: unknown, path: string) => {
    if (found.length >= mostFields) return
    if (isObject(value) && Object.keys(value).length > 0)
      for (const [key, below] of Object.entries(value)) walk(below, path === '' ? key : `${path}.${key}`)
    else if (typeof value === 'string') found.push({ path, value, type: 'string' })
    else found.push({ path, value: JSON.stringify(value), type: typeof value === 'number' ? 'number' : 'other' })
  }
  walk(parsed, '')
  return found
}

/** Null: no JSON object, or an empty one. */
function parsedObject(text: string): Record<string, unknown> | null {
  const parsed = parsedJson(text)
  return isObject(parsed) && Object.keys(parsed).length > 0 ? parsed : null
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

/** A field of a line, below the one that holds it. */
export type FieldRow = {
  /** Dotted, as a filter takes it; an element of an array by its place, from 0. */
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  /** 0: not within another. */
  readonly depth: number
  readonly type: 'string' | 'number' | 'other' | 'object' | 'array'
  /** Fields or elements within, whose rows follow. */
  readonly size: number
  /** As a filter takes it: of an object or array as JSON. */
  readonly value: () => string
}

/** Below that many levels what is within is one value. */
const deepest = 30

/** All that a line says besides words, each field in a row of its own, those within others below them. Null where it is neither a JSON object nor logfmt. */
export function fieldRows(plain: string): readonly FieldRow[] | null {
  const text = plain.trim()
  if (!text.startsWith('{'))
    return logfmtFields(text)?.map(({ path, value, type }) => ({ path, name: path, depth: 0, type, size: 0, value: () => value })) ?? null
  const parsed = parsedObject(text)
  if (!parsed) return null
  const rows: FieldRow[] = []
  const walk = (value: unknown, path: string, name: string, depth: number) => {
    const type = typeOf(value)
    const within = typeof value === 'object' && value !== null ? Object.entries(value) : []
    rows.push({ path, name, depth, type, size: within.length, value: () => jsonText(value) })
    if (depth < deepest) for (const [key, below] of within) walk(below, `${path}.${key}`, key, depth + 1)
  }
  for (const [key, value] of Object.entries(parsed)) walk(value, key, key, 0)
  return rows
}

function typeOf(value: unknown): FieldRow['type'] {
  if (typeof value === 'string' || typeof value === 'number') return typeof value === 'string' ? 'string' : 'number'
  if (Array.isArray(value) && value.length > 0) return 'array'
  return isObject(value) && Object.keys(value).length > 0 ? 'object' : 'other'
}

function jsonText(value: unknown): string {
  try {
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    // So deep that it cannot be written again.
    return ''
  }
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
