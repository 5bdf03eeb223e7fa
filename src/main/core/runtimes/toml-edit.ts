import { isDeepStrictEqual } from 'node:util'
import { parse, type TomlTable } from 'smol-toml'
import { type TomlItem, tomlItems } from '#shared/toml-lines.ts'

export type TomlScalar = string | number | boolean | readonly string[]

/**
 * Sets one value in a TOML text and leaves every other line as it stands, comments and blanks too. What comes out is parsed again and differs from before in just
 * that value; where this cannot be had (an inline table, an array of tables on the way), null, and nothing is lost. Pure.
 */
export function setToml(text: string, path: readonly string[], value: TomlScalar): string | null {
  const before = parsed(text)
  const items = tomlItems(text)
  if (before === null || items === null || path.length === 0) return null
  if (isDeepStrictEqual(get(before, path), value)) return text
  const after = edited(text, items, path, value)
  const wanted = with_(before, path, value)
  const got = parsed(after)
  return wanted !== null && got !== null && isDeepStrictEqual(plain(got), plain(wanted)) ? after : null
}

/** The value at a path of parsed TOML; undefined: there is none. */
export function get(tree: unknown, path: readonly string[]): unknown {
  let at = tree
  for (const key of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** Null: no TOML. */
export function parsed(text: string): TomlTable | null {
  try {
    return parse(text)
  } catch {
    return null
  }
}

function edited(text: string, items: readonly TomlItem[], path: readonly string[], value: TomlScalar): string {
  const same = items.find((item) => item.kind === 'value' && isPath(item.path, path))
  if (same?.kind === 'value') return text.slice(0, same.from) + literal(value) + text.slice(same.to)
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  const [parent, key] = [path.slice(0, -1), path.at(-1) ?? '']
  const entry = `${keyText(key)} = ${literal(value)}`
  const place = placeFor(items, parent, lines)
  const added = place.header
    ? [...(lines.length > 0 ? [''] : []), `${place.indent}[${parent.map(keyText).join('.')}]`, `${place.indent}  ${entry}`]
    : [`${place.indent}${entry}`]
  return [...lines.slice(0, place.line), ...added, ...lines.slice(place.line)].join(newline) + newline
}

type Place = { readonly line: number; readonly indent: string; readonly header: boolean }

/** Where a key of a table is to be put: behind the last one of that table, else under a header of its own behind what is nearest to it. */
function placeFor(items: readonly TomlItem[], table: readonly string[], lines: readonly string[]): Place {
  const indentOf = (line: number) => /^[ \t]*/.exec(lines[line] ?? '')?.[0] ?? ''
  const headers = items.filter((item) => item.kind === 'table')
  const after = (header: TomlItem) => headers.find((item) => item.line > header.line)?.line ?? lines.length
  const valuesIn = (from: number, to: number) => items.filter((item) => item.kind === 'value' && item.line > from && item.line < to)

  if (table.length === 0) {
    const last = valuesIn(-1, headers[0]?.line ?? lines.length).at(-1)
    return { line: last?.kind === 'value' ? last.lastLine + 1 : topOf(lines), indent: '', header: false }
  }
  const own = headers.find((item) => !item.array && isPath(item.path, table))
  if (own !== undefined) {
    const last = valuesIn(own.line, after(own)).at(-1)
    if (last?.kind === 'value') return { line: last.lastLine + 1, indent: indentOf(last.line), header: false }
    return { line: own.line + 1, indent: `${indentOf(own.line)}  `, header: false }
  }
  for (let length = table.length - 1; length > 0; length -= 1) {
    const near = headers.findLast((item) => item.path.length >= length && isPath(item.path.slice(0, length), table.slice(0, length)))
    if (near === undefined) continue
    const last = valuesIn(near.line, after(near)).at(-1)
    return { line: (last?.kind === 'value' ? last.lastLine : near.line) + 1, indent: indentOf(near.line), header: true }
  }
  return { line: lines.length, indent: '', header: true }
}

/** Below the comment that a file begins with. */
function topOf(lines: readonly string[]): number {
  let line = 0
  while (line < lines.length && /^[ \t]*#/.test(lines[line] ?? '')) line += 1
  // A comment that is followed by a header at once belongs to that.
  return line < lines.length && (lines[line] ?? '').trim() === '' ? line : 0
}

function with_(tree: TomlTable, path: readonly string[], value: TomlScalar): TomlTable | null {
  const copy = structuredClone(tree)
  let at: Record<string, unknown> = copy
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    if (next === undefined) Object.defineProperty(at, key, { value: {}, enumerable: true, writable: true, configurable: true })
    else if (typeof next !== 'object' || next === null || Array.isArray(next) || next instanceof Date) return null
    at = at[key] as Record<string, unknown>
  }
  Object.defineProperty(at, path.at(-1) ?? '', { value, enumerable: true, writable: true, configurable: true })
  return copy
}

/** Dates and tables without prototypes compare as what they hold. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return `date ${value.toISOString()}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, below]) => [key, plain(below)]))
  return value
}

const isPath = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((key, index) => key === b[index])

/** JSON's strings are TOML's basic strings, as long as DEL is escaped too. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f')
const keyText = (key: string) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key))

function literal(value: TomlScalar): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `[${value.map(quoted).join(', ')}]`
}
