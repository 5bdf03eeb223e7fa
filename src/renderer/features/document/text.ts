import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Parser,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'

export type Part = Document.Parsed
/** The documents of a text, as they stand. */
export type Documents = { readonly text: string; readonly lines: LineCounter; readonly all: readonly Part[] }

/** Takes any text: what is wrong with it is in the documents' `errors`. Throws RangeError for one that is nested beyond all sense. */
export function readDocuments(text: string): Documents {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { merge: true, keepSourceTokens: true, logLevel: 'error', lineCounter: lines })
  return { text, lines, all: Array.isArray(parsed) ? (parsed as Part[]) : [] }
}

export function kindOf(document: Part): unknown {
  return isMap(document.contents) ? document.contents.get('kind') : undefined
}

/** The plain value; null where aliases blow up or do not fit. */
export function plainOf(document: Part | null): unknown {
  if (document === null) return null
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch {
    return null
  }
}

/** After the last character of what a node says: without line ends and comments behind it. */
export function endOf(node: unknown): number {
  if (isMap(node) || isSeq(node)) {
    const last: unknown = node.items.at(-1)
    if (node.flow === true || last === undefined) return node.range?.[1] ?? 0
    return isSeq(node) ? endOf(last) : pairEnd(last as Pair)
  }
  return (node as Node | null)?.range?.[1] ?? 0
}

export function pairEnd(pair: Pair): number {
  const value = pair.value as Node | null
  const colon = colonEnd(pair)
  if (value === null || (isScalar(value) && value.value === null && value.source === '')) return colon
  return Math.max(colon, endOf(value))
}

/** Right after the colon of a pair. */
export function colonEnd(pair: Pair): number {
  const separator = (pair as { srcToken?: { sep?: { type: string; offset: number }[] } }).srcToken?.sep?.find(
    (token) => token.type === 'map-value-ind',
  )
  return separator === undefined ? ((pair.key as Node).range?.[1] ?? 0) : separator.offset + 1
}

export function pairOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key) : undefined
}

/** The node at a path; undefined where an alias or nothing is in the way. */
export function nodeAt(document: Part, path: readonly (string | number)[]): unknown {
  let node: unknown = document.contents
  for (const part of path) {
    if (typeof part === 'number') node = isSeq(node) ? node.items[part] : undefined
    else node = pairOf(node, part)?.value
    if (node === undefined || node === null || isAlias(node)) return undefined
  }
  return node
}

export const isBlockMap = (node: unknown): node is YAMLMap => isMap(node) && node.flow !== true

/** Offset of the `-` of each item of a block list; undefined where it is none. */
export function dashesOf(node: unknown): number[] | undefined {
  if (!isSeq(node) || node.flow === true || node.srcToken?.type !== 'block-seq') return undefined
  const dashes = node.srcToken.items.map((item) => item.start.find((token) => token.type === 'seq-item-ind')?.offset)
  return dashes.length === node.items.length && dashes.every((dash) => dash !== undefined) ? dashes : undefined
}

/** Comments of a text, as they stand, with their places. */
export function commentsOf(text: string): { readonly offset: number; readonly text: string }[] {
  const found: { offset: number; text: string }[] = []
  const walk = (token: unknown) => {
    if (typeof token !== 'object' || token === null) return
    const { type, offset, source } = token as { type?: unknown; offset?: unknown; source?: unknown }
    if (type === 'comment' && typeof offset === 'number' && typeof source === 'string') found.push({ offset, text: source })
    else for (const below of Object.values(token)) walk(below)
  }
  for (const token of new Parser().parse(text)) walk(token)
  return found
}
