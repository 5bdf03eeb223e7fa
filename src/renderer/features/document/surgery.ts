import { isMap, isScalar, isSeq, Scalar, stringify, type Node, type Pair } from 'yaml'
import { type Edit, isRecord, type Path } from './plain.ts'
import { colonEnd, dashesOf, endOf, isBlockMap, nodeAt, pairEnd, pairOf, type Part } from './text.ts'

/** A text with one piece of it replaced. `from`, `to`: what was cut out of the old text. */
export type Cut = { readonly text: string; readonly from: number; readonly to: number }

/**
 * A change made by cutting and pasting text, so that every other character stays: comments, order, quotes, blank lines. Null where the form of the
 * text is one that this does not know (aliases, odd flow style). Whoever calls it looks whether the new text says what it should.
 */
export function operate(text: string, part: Part, edit: Edit, order: readonly string[]): Cut | null {
  switch (edit.do) {
    case 'set':
      return edit.value === undefined ? removeAt(text, part, edit.path) : setAt(text, part, edit.path, edit.value, order)
    case 'insert':
      return insertAt(text, part, edit.path, edit.index, edit.value, order)
    case 'move':
      return moveAt(text, part, edit.path, edit.from, edit.to)
  }
}

function setAt(text: string, part: Part, path: Path, value: unknown, order: readonly string[]): Cut | null {
  const key = path.at(-1)
  if (key === undefined) return null
  const parentPath = path.slice(0, -1)
  const parent = path.length === 1 ? part.contents : nodeAt(part, parentPath)
  if (parent === undefined || parent === null || isNull(parent)) {
    if (path.length === 1) return null
    return setAt(text, part, parentPath, typeof key === 'number' ? [value] : { [key]: value }, order)
  }
  if (typeof key === 'number') return setItem(text, parent, key, value)
  const pair = pairOf(parent, key)
  if (pair === undefined) return addPair(text, parent, key, value, path.length === 1 ? order : [])
  const scalar = replaceScalar(text, pair.value, value)
  if (scalar !== null) return scalar
  const start = (pair.key as Node).range?.[0]
  if (start === undefined) return null
  if (isNull(pair.value) && isPlain(value)) return cut(text, colonEnd(pair), colonEnd(pair), ` ${flow(value)}`)
  if (!isBlockMap(parent)) return cut(text, start, pairEnd(pair), `${key}: ${flow(value)}`)
  return cut(text, start, pairEnd(pair), block({ [key]: value }, column(text, start)).trim() + lostLineEnd(text, pairEnd(pair)))
}

function setItem(text: string, list: unknown, index: number, value: unknown): Cut | null {
  if (!isSeq(list)) return null
  const item = list.items[index]
  const scalar = replaceScalar(text, item, value)
  if (scalar !== null) return scalar
  const dash = dashesOf(list)?.[index]
  if (dash === undefined) return null
  return cut(text, dash, endOf(item), block([value], column(text, dash)).trim() + lostLineEnd(text, endOf(item)))
}

/** A one-line value in the place of another, in its quotes. */
function replaceScalar(text: string, old: unknown, value: unknown): Cut | null {
  if (!isScalar(old) || old.range == null || old.anchor !== undefined || old.tag !== undefined || !isPlain(value)) return null
  const [start, end] = old.range
  if (start === end || old.type === Scalar.BLOCK_LITERAL || old.type === Scalar.BLOCK_FOLDED) return null
  const next = new Scalar(value)
  if (typeof value === 'string' && (old.type === Scalar.QUOTE_DOUBLE || old.type === Scalar.QUOTE_SINGLE)) next.type = old.type
  const written = stringify(next, { lineWidth: 0 }).trimEnd()
  return written.includes('\n') ? null : cut(text, start, end, written)
}

function addPair(text: string, map: unknown, key: string, value: unknown, order: readonly string[]): Cut | null {
  if (!isMap(map)) return null
  const first = map.items[0]
  if (map.flow === true || first === undefined) {
    const end = map.range?.[1]
    if (end === undefined || text[end - 1] !== '}') return null
    if (first === undefined) return cut(text, map.range?.[0] ?? 0, end, `{ ${flowKey(key)}: ${flow(value)} }`)
    const after = pairEnd(map.items.at(-1) as Pair)
    return cut(text, after, after, `, ${flowKey(key)}: ${flow(value)}`)
  }
  const indent = column(text, (first.key as Node).range?.[0] ?? 0)
  // After the last of those that come before it in the usual order; without one, at the end.
  const rank = order.indexOf(key)
  const before = map.items.filter((pair) => rank !== -1 && order.slice(0, rank).includes(String((pair.key as Scalar).value)))
  const after = lineEndAfter(text, pairEnd((before.at(-1) ?? map.items.at(-1)) as Pair))
  return paste(text, after, block({ [key]: value }, indent))
}

function removeAt(text: string, part: Part, path: Path): Cut | null {
  const key = path.at(-1)
  if (key === undefined) return null
  const parent = path.length === 1 ? part.contents : nodeAt(part, path.slice(0, -1))
  if (!isMap(parent) && !isSeq(parent)) return null
  // What would be empty goes too.
  if (parent.items.length === 1 && path.length > 1) return removeAt(text, part, path.slice(0, -1))
  if (parent.flow === true) return removeFromFlow(text, parent, key)
  if (isSeq(parent)) {
    const dash = dashesOf(parent)?.[key as number]
    if (dash === undefined || text.slice(lineStart(text, dash), dash).trim() !== '') return null
    return cut(text, lineStart(text, dash), lineEndAfter(text, endOf(parent.items[key as number])), '')
  }
  const pair = pairOf(parent, String(key))
  const start = (pair?.key as Node | undefined)?.range?.[0]
  if (pair === undefined || start === undefined) return null
  if (text.slice(lineStart(text, start), start).trim() === '')
    return cut(text, lineStart(text, start), lineEndAfter(text, pairEnd(pair)), '')
  // Behind the dash of an item: the next key takes its place.
  const next = (parent.items[1]?.key as Node | undefined)?.range?.[0]
  return parent.items[0] === pair && next !== undefined ? cut(text, start, next, '') : null
}

function removeFromFlow(text: string, parent: { readonly items: readonly unknown[] }, key: string | number): Cut | null {
  const index = typeof key === 'number' ? key : parent.items.indexOf(pairOf(parent, key))
  const bounds = parent.items.map((item) => {
    const node = isMap(parent) ? (item as Pair).key : item
    return { start: (node as Node | null)?.range?.[0], end: isMap(parent) ? pairEnd(item as Pair) : endOf(item) }
  })
  const own = bounds[index]
  if (own?.start === undefined) return null
  const next = bounds[index + 1]
  if (next?.start !== undefined) return cut(text, own.start, next.start, '')
  const before = bounds[index - 1]
  return before === undefined ? null : cut(text, before.end, own.end, '')
}

function insertAt(text: string, part: Part, path: Path, index: number, value: unknown, order: readonly string[]): Cut | null {
  const list = nodeAt(part, path)
  if (!isSeq(list) || list.items.length === 0)
    return list === undefined || isNull(list) || isSeq(list) ? setAt(text, part, path, [value], order) : null
  const at = Math.min(index, list.items.length)
  const before = list.items[at - 1]
  const dashes = dashesOf(list)
  if (dashes === undefined) {
    if (list.flow !== true) return null
    if (before !== undefined) return cut(text, endOf(before), endOf(before), `, ${flow(value)}`)
    const start = (list.items[0] as Node | null)?.range?.[0]
    return start === undefined ? null : cut(text, start, start, `${flow(value)}, `)
  }
  const dash = dashes[0] ?? 0
  const body = block([value], column(text, dash))
  if (before !== undefined) return paste(text, lineEndAfter(text, endOf(before)), body)
  return text.slice(lineStart(text, dash), dash).trim() === '' ? paste(text, lineStart(text, dash), body) : null
}

/** An item takes along the comments above it. */
function moveAt(text: string, part: Part, path: Path, from: number, to: number): Cut | null {
  const list = nodeAt(part, path)
  const dashes = dashesOf(list)
  if (!isSeq(list) || dashes === undefined) return null
  const ends = list.items.map((item) => lineEndAfter(text, endOf(item)))
  const starts = dashes.map((dash, index) => (index === 0 ? lineStart(text, dash) : (ends[index - 1] ?? 0)))
  if (dashes.some((dash) => text.slice(lineStart(text, dash), dash).trim() !== '')) return null
  const pieces = starts.map((start, index) => {
    const piece = text.slice(start, ends[index])
    return piece.endsWith('\n') ? piece : `${piece}\n`
  })
  pieces.splice(to, 0, ...pieces.splice(from, 1))
  const start = starts[0] ?? 0
  const end = ends.at(-1) ?? start
  return { text: text.slice(0, start) + pieces.join('') + text.slice(end), from: start, to: start }
}

const cut = (text: string, from: number, to: number, paste: string): Cut => ({
  text: text.slice(0, from) + paste + text.slice(to),
  from,
  to,
})

/** Whole lines at the start of a line. */
function paste(text: string, at: number, lines: string): Cut {
  const before = at > 0 && text[at - 1] !== '\n' ? '\n' : ''
  return cut(text, at, at, before + lines)
}

/** YAML of a value, each line indented, with a line end. */
function block(value: unknown, indent: number): string {
  const pad = ' '.repeat(indent)
  return stringify(value, { lineWidth: 0 }).replace(/^(?=[^\n])/gm, pad)
}

/** On one line. JSON is YAML; texts without anything special go without quotes. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(flow).join(', ')}]`
  if (isRecord(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, one]) => `${flowKey(key)}: ${flow(one)}`).join(', ')} }`
  }
  if (typeof value !== 'string') return JSON.stringify(value)
  const plain = stringify(value, { lineWidth: 0 }).trimEnd()
  return plain === value && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value)
}

const flowKey = (key: string) => flow(key)

/** A block scalar ends after its line end; what takes its place ends before it. */
const lostLineEnd = (text: string, end: number) => (text[end - 1] === '\n' ? '\n' : '')

const isNull = (node: unknown) => node === null || (isScalar(node) && node.value === null && node.anchor === undefined)
const isPlain = (value: unknown) =>
  (typeof value === 'string' && !value.includes('\n')) || typeof value === 'number' || typeof value === 'boolean'

const lineStart = (text: string, offset: number) => text.lastIndexOf('\n', offset - 1) + 1
const column = (text: string, offset: number) => offset - lineStart(text, offset)

function lineEndAfter(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}
