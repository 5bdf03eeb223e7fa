import { isCollection, isMap, isSeq, parseDocument, visit, type Document, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { type Edit, editPlain, getIn, isRecord, same } from './plain.ts'
import { operate } from './surgery.ts'
import { commentsOf, type Documents, type Part, plainOf, readDocuments } from './text.ts'

/** Picks the document of a text that is meant; null: it has none. */
export type Choose = (all: readonly Part[]) => Part | null

/**
 * The text with one of its documents changed. Comments, unknown fields, order and form of everything else stay. A text that does not parse, or has no
 * such document, stays as it is. `order`: where a new field goes, if nothing else says so. Pure.
 */
export function editDocument(text: string, choose: Choose, edit: Edit, order: readonly string[]): string {
  const parsed = readDocuments(text)
  if (parsed.all.some((part) => part.errors.length > 0)) return text
  const part = choose(parsed.all)
  if (part === null) return text
  const now = plainOf(part)
  const wanted = editPlain(now, edit)
  if (same(now, wanted) && !(edit.do === 'set' && getIn(now, edit.path) !== edit.value)) return text
  return bySurgery(parsed, part, choose, edit, wanted, order) ?? byTree(parsed, part, edit, wanted)
}

/** The text with a document more, after all others. */
export function addDocument(text: string, document: string): string {
  if (text.trim() === '') return document
  return `${text.endsWith('\n') ? text : `${text}\n`}---\n${document}`
}

/** Null where the cut text does not say what it should, or a comment is gone that had nothing to do with it. */
function bySurgery(parsed: Documents, part: Part, choose: Choose, edit: Edit, wanted: unknown, order: readonly string[]): string | null {
  const done = operate(parsed.text, part, edit, order)
  if (done === null) return null
  const after = readDocuments(done.text)
  if (after.all.length !== parsed.all.length || after.all.some((one) => one.errors.length > 0)) return null
  const chosen = choose(after.all)
  if (!same(plainOf(chosen), wanted)) return null
  const others = parsed.all.filter((one) => one !== part).map(plainOf)
  if (!same(after.all.filter((one) => one !== chosen).map(plainOf), others)) return null
  const must = commentsOf(parsed.text).filter(({ offset }) => offset < done.from || offset >= done.to)
  const kept = commentsOf(done.text).map((one) => one.text)
  for (const comment of must) {
    const at = kept.indexOf(comment.text)
    if (at === -1) return null
    kept.splice(at, 1)
  }
  return done.text
}

/** The same through the library's own tree: for aliases and odd forms. Comments and unknown fields stay, the form may not. */
function byTree(parsed: Documents, part: Part, edit: Edit, wanted: unknown): string {
  const index = parsed.all.indexOf(part)
  const start = parsed.all[index - 1]?.range[2] ?? 0
  const source = parsed.text.slice(start, part.range[2])
  const attempt = (prepare: (document: Document) => void) => {
    const document = parseDocument(source, { merge: true, logLevel: 'error' }) as Document
    try {
      prepare(document)
      change(document, edit)
      const text = document.toString({ lineWidth: 0 })
      const again = readDocuments(text).all[0]
      return again !== undefined && again.errors.length === 0 && same(plainOf(again), wanted) ? text : null
    } catch {
      return null
    }
  }
  const written =
    attempt(() => {}) ??
    attempt(writeOutAliases) ??
    attempt((document) => {
      // Merge keys in the way: the values themselves, without them.
      document.contents = document.createNode(plainOf(part)) as Document['contents']
    })
  return written === null ? parsed.text : parsed.text.slice(0, start) + written + parsed.text.slice(part.range[2])
}

function change(document: Document, edit: Edit) {
  if (edit.do === 'set' && edit.value !== undefined) {
    document.setIn(edit.path, document.createNode(edit.value))
    return
  }
  if (edit.do === 'set') {
    let path = [...edit.path]
    document.deleteIn(path)
    // What is empty without it goes too.
    for (path = path.slice(0, -1); path.length > 0; path = path.slice(0, -1)) {
      const parent = document.getIn(path, true)
      if (!isCollection(parent) || parent.items.length > 0) return
      document.deleteIn(path)
    }
    return
  }
  const list = document.getIn(edit.path, true)
  if (edit.do === 'insert') {
    if (isSeq(list)) list.items.splice(edit.index, 0, document.createNode(edit.value))
    else document.setIn(edit.path, document.createNode([edit.value]))
    return
  }
  if (isSeq(list)) list.items.splice(edit.to, 0, ...list.items.splice(edit.from, 1))
}

/** An alias that is changed must not change what it stands for, nor the other way round. */
function writeOutAliases(document: Document) {
  visit(document, {
    Alias: (_, alias) => {
      const source = alias.resolve(document)
      if (source === undefined) return undefined
      const copy = source.clone() as typeof source
      delete copy.anchor
      return copy as Scalar | YAMLMap | YAMLSeq
    },
  })
  const bare = (_: unknown, node: { anchor?: string }) => {
    delete node.anchor
  }
  visit(document, { Scalar: bare, Collection: bare })
}

/** The text without a document that says nothing beyond what it is, not even in a comment; the first one of a text stays. */
export function withoutEmpty(text: string, choose: Choose): string {
  const { all } = readDocuments(text)
  const part = choose(all)
  const value = plainOf(part)
  if (part === null || !isMap(part.contents) || !isRecord(value)) return text
  if (Object.keys(value).some((key) => key !== 'kind' && key !== 'apiVersion')) return text
  const index = all.indexOf(part)
  const start = all[index - 1]?.range[2] ?? 0
  const piece = text.slice(start, part.range[2])
  if (commentsOf(piece).length > 0 || index === 0) return text
  return text.slice(0, start) + text.slice(part.range[2])
}
