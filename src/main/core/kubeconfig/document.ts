import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml'
import { AppError } from '#core/error.ts'
import { readEntries, type Entries } from './entries.ts'
import { scanPlainYaml } from './scan.ts'
import { lineAt, type Located, type LocatedItem, type LocatedPair } from './tree.ts'

/** Nobody's kubeconfig is larger; what is larger is not read. */
export const maxBytes = 10 * 1024 * 1024
/**
 * Limit for text that needs the full YAML parser (anchors, flow style, block scalars). It takes 3 to 5 µs for each character of structure
 * and must answer within a second; 2,000 contexts in flow style have some 75,000.
 */
const maxStructure = 100_000

export type KubeDocument = {
  readonly text: string
  readonly format: 'yaml' | 'json'
  /** The whole text as plain values. */
  readonly value: Readonly<Record<string, unknown>>
  /** Null: an empty text, or JSON, which is written anew. */
  readonly root: Located | null
  readonly entries: Entries
}

/**
 * Reads a kubeconfig text as strictly as kubectl does. Throws `kubeconfig-invalid` with the line, or `kubeconfig-too-large`.
 * Never answers with a part of a text that does not parse.
 */
export function parseKubeconfig(text: string, file: string): KubeDocument {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw new AppError('kubeconfig-too-large', { file, bytes, max: maxBytes })
  const { format, value, root } = readJson(text) ?? readYaml(text, file)
  if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
    throw new AppError('kubeconfig-invalid', { file, line: 1, reason: 'not a map' })
  const record = (value ?? {}) as Record<string, unknown>
  const entries = readEntries(
    record,
    (path, reason) => new AppError('kubeconfig-invalid', { file, line: lineOf(text, root(), path), reason }),
  )
  return {
    text,
    format,
    value: record,
    get root() {
      return root()
    },
    entries,
  }
}

/** The full document model, for edits that text surgery cannot do. */
export function fullDocument(text: string): Document.Parsed {
  return parseDocument(text, { merge: true, keepSourceTokens: true, logLevel: 'error' }) as Document.Parsed
}

type Read = { readonly format: 'yaml' | 'json'; readonly value: unknown; root(): Located | null }

function readJson(text: string): Read | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    // JSON.parse lets the last of two equal keys win; the full parser below refuses them.
    return !hasTooMuchStructure(text) && fullDocument(text).errors.length > 0 ? undefined : { format: 'json', value, root: () => null }
  } catch {
    return undefined
  }
}

function readYaml(text: string, file: string): Read {
  const scanned = scanPlainYaml(text)
  if (scanned !== undefined) return { format: 'yaml', ...scanned }
  if (hasTooMuchStructure(text))
    throw new AppError('kubeconfig-invalid', { file, line: null, reason: 'far more structure than a kubeconfig has' })
  try {
    const document = fullDocument(text)
    const error = document.errors[0]
    if (error !== undefined)
      throw new AppError('kubeconfig-invalid', { file, line: lineAt(text, error.pos[0]), reason: firstLine(error.message) })
    // 100 is the library's own guard against alias bombs: https://eemeli.org/yaml/#tojs-options
    const value = document.toJS({ maxAliasCount: 100 }) as unknown
    const root = located(document.contents)
    return { format: 'yaml', value, root: () => root }
  } catch (error) {
    if (error instanceof AppError) throw error
    // Too deep for the stack, or too many aliases. The message may quote the text, so only its kind is passed on.
    throw new AppError('kubeconfig-invalid', {
      file,
      line: null,
      reason: reasonOf(error),
    })
  }
}

function hasTooMuchStructure(text: string): boolean {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Line feed, quotes, & * , - : [ ] { }
    if (
      code === 10 ||
      code === 34 ||
      code === 39 ||
      code === 38 ||
      code === 42 ||
      code === 44 ||
      code === 45 ||
      code === 58 ||
      code === 91 ||
      code === 93 ||
      code === 123 ||
      code === 125
    )
      count++
  }
  return count > maxStructure
}

function reasonOf(error: unknown): string {
  if (error instanceof ReferenceError) return 'too many aliases'
  return error instanceof RangeError ? 'too deeply nested' : 'aliases or merge keys that do not fit'
}

/** The parser's messages carry a picture of the source after the first line; a kubeconfig's source is secret. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').replace(/(?:: |").*$/s, '')
}

function located(node: Node | null): Located | null {
  if (node === null || node.range == null) return null
  const [start, valueEnd] = node.range
  if (isAlias(node)) return { kind: 'opaque', start, end: valueEnd }
  if (isScalar(node)) {
    const { value, type } = node
    const simple = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!simple || type === 'BLOCK_FOLDED' || type === 'BLOCK_LITERAL' || node.anchor !== undefined || node.tag !== undefined)
      return { kind: 'opaque', start, end: valueEnd }
    return { kind: 'scalar', start, end: valueEnd, value }
  }
  if (!isCollection(node)) return null
  const flow = node.flow === true
  if (isSeq(node)) {
    const tokens =
      node.srcToken?.type === 'block-seq'
        ? node.srcToken.items.map((item) => item.start.find((token) => token.type === 'seq-item-ind')?.offset)
        : []
    const items: LocatedItem[] = []
    node.items.forEach((child, index) => {
      const value = located(child as Node)
      if (value !== null) items.push({ dash: tokens[index] ?? value.start, value })
    })
    return {
      kind: 'seq',
      flow,
      start,
      end: flow ? valueEnd : (items.at(-1)?.value.end ?? start),
      column: node.srcToken?.type === 'block-seq' ? node.srcToken.indent : 0,
      items,
    }
  }
  if (!isMap(node)) return null
  const pairs: LocatedPair[] = []
  for (const pair of node.items) {
    const key = pair.key as Node | null
    if (!isScalar(key) || typeof key.value !== 'string' || key.range == null) continue
    const separator = pair.srcToken?.sep?.find((token) => token.type === 'map-value-ind')
    const colonEnd = separator === undefined ? key.range[1] : separator.offset + 1
    pairs.push({
      key: key.value,
      keyStart: key.range[0],
      colonEnd,
      value: located(pair.value as Node | null) ?? { kind: 'scalar', start: colonEnd, end: colonEnd, value: null },
    })
  }
  return {
    kind: 'map',
    flow,
    start,
    end: flow ? valueEnd : (pairs.at(-1)?.value.end ?? start),
    column: node.srcToken?.type === 'block-map' ? node.srcToken.indent : 0,
    pairs,
  }
}

function lineOf(text: string, root: Located | null, path: readonly (string | number)[]): number | null {
  let node: Located | null = root
  let offset = root?.start
  for (const step of path) {
    if (typeof step === 'number') {
      const item: LocatedItem | undefined = node?.kind === 'seq' ? node.items[step] : undefined
      if (item === undefined) break
      offset = item.dash
      node = item.value
    } else {
      const pair: LocatedPair | undefined = node?.kind === 'map' ? node.pairs.find((candidate) => candidate.key === step) : undefined
      if (pair === undefined) break
      offset = pair.keyStart
      node = pair.value
    }
  }
  return offset === undefined ? null : lineAt(text, offset)
}
