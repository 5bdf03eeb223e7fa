import { isMap, isScalar, LineCounter, parseAllDocuments, visit, type Document } from 'yaml'

/** One document of a file, as it stands. */
export type Piece = {
  /** Empty where it says none. */
  readonly apiVersion: string
  readonly kind: string
  readonly document: Document.Parsed
  /** Its text, comments and all, without the `---` before it. */
  readonly text: string
  /** 1-based line of the file that its text begins in. */
  readonly line: number
}
export type Pieces = { readonly pieces: readonly Piece[]; readonly lines: LineCounter }

/** The documents of a text, also of one that is not right. Throws RangeError for one that is nested beyond all sense. Pure. */
export function piecesOf(text: string): Pieces {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { merge: true, logLevel: 'error', lineCounter: lines })
  const all = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : []
  const pieces = all.map((document, index): Piece => {
    const before = all[index - 1]?.range[2] ?? 0
    const head = /^---[^\n]*\n/.exec(text.slice(before))?.[0].length ?? 0
    const start = before + head
    const said = (key: string) => {
      const value: unknown = isMap(document.contents) ? document.contents.get(key) : undefined
      return typeof value === 'string' ? value : ''
    }
    return {
      apiVersion: said('apiVersion'),
      kind: said('kind'),
      document,
      text: text.slice(start, document.range[2]),
      line: lines.linePos(start).line,
    }
  })
  return { pieces, lines }
}

/** Offset of the first value that reads as `value`; null: no document has it. */
export function offsetOfValue(pieces: readonly Piece[], value: string): number | null {
  for (const { document } of pieces) {
    let found: number | null = null
    visit(document, {
      Scalar: (_, node) => {
        if (!isScalar(node) || String(node.value) !== value || node.range == null) return undefined
        found = node.range[0]
        return visit.BREAK
      },
    })
    if (found !== null) return found
  }
  return null
}
