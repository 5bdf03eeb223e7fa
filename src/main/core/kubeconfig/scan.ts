import type { Located, LocatedItem, LocatedPair } from './tree.ts'

/** `root`: where everything stands; null for an empty text. */
export type Scanned = { readonly value: unknown; root(): Located | null }

type Line = { readonly indent: number; readonly start: number; readonly end: number }
type Both = { readonly value: unknown; readonly node: Located }

/**
 * Reads the plain subset of YAML that kubectl, kind, minikube and people write into kubeconfigs: block maps and sequences, one-line scalars, comments.
 * Answers undefined for anything else, right or wrong, and the full parser decides. About 50 times faster than a full parse, which is what
 * lets 40 files with 2,000 contexts be read while a page opens.
 */
export function scanPlainYaml(text: string): Scanned | undefined {
  const read = scan(text, false)
  if (read === undefined) return undefined
  // Only an edit needs to know where everything stands, and it is the larger part of what a file takes in memory.
  let root: Located | null | undefined
  return { value: read.value, root: () => (root ??= scan(text, true)?.root ?? null) }
}

function scan(text: string, locate: boolean): { readonly value: unknown; readonly root: Located | null } | undefined {
  try {
    const lines = contentLines(text)
    if (lines.length === 0) return { value: null, root: null }
    const state = { text, lines, at: 0, locate }
    const { value, node } = readBlock(state, lines[0]!.indent)
    if (state.at !== lines.length) return undefined
    return { value, root: node }
  } catch (error) {
    if (error === notPlain || error instanceof RangeError) return undefined
    throw error
  }
}

type State = { readonly text: string; readonly lines: Line[]; at: number; readonly locate: boolean }

/** Stands for every node while only values are read. */
const nowhere: Located = { kind: 'scalar', start: 0, end: 0, value: null }

const notPlain = Symbol('not plain')
const simpleKey = /([A-Za-z_][A-Za-z0-9_./-]*):(?=[ \r\n]|$)/y
const keyword = /^(?:true|false|null)$/i
const integer = /^-?(?:0|[1-9][0-9]{0,14})$/
const surelyText = /^[0-9]+(?:\.[0-9]+){2,3}$|^[0-9]+[A-Za-df-wyzG-Z][0-9A-Za-z._-]*$|^-{1,2}[A-Za-z]/

function contentLines(text: string): Line[] {
  const lines: Line[] = []
  let position = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let first = true
  while (position < text.length) {
    let lineEnd = text.indexOf('\n', position)
    if (lineEnd === -1) lineEnd = text.length
    let start = position
    while (text.charCodeAt(start) === 32) start++
    let end = lineEnd
    if (end > start && text.charCodeAt(end - 1) === 13) end--
    while (end > start && text.charCodeAt(end - 1) === 32) end--
    if (start < end && text.charCodeAt(start) !== 35) {
      const indent = start - position
      if (indent === 0 && (text.startsWith('---', start) || text.startsWith('...', start) || text.startsWith('%', start))) {
        if (!first || end - start !== 3 || !text.startsWith('---', start)) throw notPlain
      } else lines.push({ indent, start, end })
      first = false
    }
    position = lineEnd + 1
  }
  return lines
}

function readBlock(state: State, column: number): Both {
  const line = state.lines[state.at]!
  return isDash(state.text, line) ? readSequence(state, column) : readMap(state, column)
}

function readMap(state: State, column: number): Both {
  const { text, lines } = state
  const value: Record<string, unknown> = {}
  const pairs: LocatedPair[] = []
  const start = lines[state.at]!.start
  let end = start
  for (let line = lines[state.at]; line !== undefined && line.indent === column && !isDash(text, line); line = lines[state.at]) {
    simpleKey.lastIndex = line.start
    const key = simpleKey.exec(text)?.[1]
    if (key === undefined || (key.length <= 5 && keyword.test(key)) || key === '__proto__' || Object.hasOwn(value, key)) throw notPlain
    const colonEnd = line.start + key.length + 1
    const read = readValue(state, line, colonEnd, column, true)
    value[key] = read.value
    if (state.locate) pairs.push({ key, keyStart: line.start, colonEnd, value: read.node })
    end = Math.max(colonEnd, read.node.end)
  }
  // A deeper or odd line here is something this scanner does not know.
  if (end === start || (lines[state.at]?.indent ?? 0) > column) throw notPlain
  return { value, node: state.locate ? { kind: 'map', flow: false, start, end, column, pairs } : nowhere }
}

function readSequence(state: State, column: number): Both {
  const { text, lines } = state
  const value: unknown[] = []
  const items: LocatedItem[] = []
  const start = lines[state.at]!.start
  let end = start
  for (let line = lines[state.at]; line !== undefined && line.indent === column && isDash(text, line); line = lines[state.at]) {
    const dash = line.start
    let inner = dash + 1
    while (inner < line.end && text.charCodeAt(inner) === 32) inner++
    simpleKey.lastIndex = inner
    let read: Both
    if (inner < line.end && simpleKey.test(text)) {
      const indent = column + (inner - dash)
      lines[state.at] = { indent, start: inner, end: line.end }
      read = readMap(state, indent)
    } else {
      if (inner < line.end && isDash(text, { ...line, start: inner })) throw notPlain
      read = readValue(state, line, dash + 1, column, false)
    }
    value.push(read.value)
    if (state.locate) items.push({ dash, value: read.node })
    end = Math.max(dash + 1, read.node.end)
  }
  if ((lines[state.at]?.indent ?? 0) > column) throw notPlain
  return { value, node: state.locate ? { kind: 'seq', flow: false, start, end, column, items } : nowhere }
}

/** What follows a colon or a dash: on the same line, or as a block below. */
function readValue(state: State, line: Line, from: number, column: number, dashesBelow: boolean): Both {
  const { text, lines } = state
  let start = from
  while (start < line.end && text.charCodeAt(start) === 32) start++
  state.at++
  const next = lines[state.at]
  if (start >= line.end || (text.charCodeAt(start) === 35 && start > from)) {
    if (next !== undefined && next.indent > column) return readBlock(state, next.indent)
    if (next !== undefined && dashesBelow && next.indent === column && isDash(text, next)) return readBlock(state, column)
    return { value: null, node: state.locate ? { kind: 'scalar', start: from, end: from, value: null } : nowhere }
  }
  if (next !== undefined && next.indent > column) throw notPlain
  return readScalar(state, start, line.end)
}

function readScalar({ text, locate }: State, start: number, lineEnd: number): Both {
  const first = text[start]!
  if (first === '"' || first === "'") {
    const close = text.indexOf(first, start + 1)
    if (close === -1 || close >= lineEnd || text[close + 1] === first) throw notPlain
    const value = text.slice(start + 1, close)
    if ((first === '"' && value.includes('\\')) || !/^(?: +#.*)?$/.test(text.slice(close + 1, lineEnd))) throw notPlain
    return { value, node: locate ? { kind: 'scalar', start, end: close + 1, value } : nowhere }
  }
  let source = text.slice(start, lineEnd)
  const comment = source.indexOf(' #')
  if (comment !== -1) source = source.slice(0, comment).trimEnd()
  const end = start + source.length
  if (source === '{}') return { value: {}, node: locate ? { kind: 'map', flow: true, start, end, column: 0, pairs: [] } : nowhere }
  if (source === '[]') return { value: [], node: locate ? { kind: 'seq', flow: true, start, end, column: 0, items: [] } : nowhere }
  if (source.includes(': ') || source.endsWith(':') || source.includes('\t') || source.includes('\r')) throw notPlain
  const value = plainValue(source)
  return { value, node: locate ? { kind: 'scalar', start, end, value } : nowhere }
}

function plainValue(source: string): string | number | boolean | null {
  const code = source.charCodeAt(0)
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 47 || code === 95 || code > 127
  if (letter && !(source.length <= 5 && keyword.test(source))) return source
  if (source === 'true') return true
  if (source === 'false') return false
  if (source === 'null') return null
  if (integer.test(source)) return source === '-0' ? -0 : Number(source)
  if (surelyText.test(source)) return source
  throw notPlain
}

function isDash(text: string, line: Line): boolean {
  return text.charCodeAt(line.start) === 45 && (line.start + 1 === line.end || text.charCodeAt(line.start + 1) === 32)
}
