import { isCollection, isMap, isSeq, parseDocument, visit, type Document, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { type Edit, editPlain, getIn, isRecord, same } from './plain.ts'
import { operate } from './surgery.ts'
import { commentsOf, parseText, plainOf, type Part, type Text } from './text.ts'

export type Which = 'cluster' | 'extras'

/** Where a new field goes, if nothing else says so: as people write these documents. */
const usual = `kind apiVersion name driver kubernetesVersion containerRuntime controlPlanes cpus memory diskSize cni networking featureGates
  runtimeConfig kubeadmConfigPatches kubeadmConfigPatchesJSON6902 containerdConfigPatches containerdConfigPatchesJSON6902 nodes addons mount ports
  extraConfig images manifests registry mirrors`.split(/\s+/)
const newExtras = 'kind: ClusterExtras\napiVersion: cove/v1alpha1\n'

/**
 * The text with changes made in one of its documents. Comments, unknown fields, order and form of everything else stay. A text that does not parse
 * stays as it is. Pure.
 */
export function editText(text: string, which: Which, edits: readonly Edit[]): string {
  return edits.reduce((before, edit) => editOnce(before, which, edit), text)
}

function editOnce(text: string, which: Which, edit: Edit): string {
  const parsed = parseText(text)
  if (parsed.all.some((part) => part.errors.length > 0)) return text
  const part = parsed[which]
  if (part === null) {
    if (which === 'cluster' || (edit.do === 'set' && edit.value === undefined)) return text
    return editOnce(`${text === '' || text.endsWith('\n') ? text : `${text}\n`}---\n${newExtras}`, which, edit)
  }
  const now = plainOf(part)
  const wanted = editPlain(now, edit)
  if (same(now, wanted) && !(edit.do === 'set' && getIn(now, edit.path) !== edit.value)) return text
  const done = bySurgery(parsed, part, which, edit, wanted) ?? byTree(parsed, part, edit, wanted)
  return which === 'extras' ? withoutEmptyExtras(done) : done
}

/** Null where the cut text does not say what it should, or a comment is gone that had nothing to do with it. */
function bySurgery(parsed: Text, part: Part, which: Which, edit: Edit, wanted: unknown): string | null {
  const done = operate(parsed.text, part, edit, usual)
  if (done === null) return null
  const after = parseText(done.text)
  if (after.all.length !== parsed.all.length || after.all.some((one) => one.errors.length > 0)) return null
  if (!same(plainOf(after[which]), wanted)) return null
  const others = parsed.all.filter((one) => one !== part).map(plainOf)
  if (!same(after.all.filter((one) => one !== after[which]).map(plainOf), others)) return null
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
function byTree(parsed: Text, part: Part, edit: Edit, wanted: unknown): string {
  const index = parsed.all.indexOf(part)
  const start = parsed.all[index - 1]?.range[2] ?? 0
  const source = parsed.text.slice(start, part.range[2])
  const attempt = (prepare: (document: Document) => void) => {
    const document = parseDocument(source, { merge: true, logLevel: 'error' }) as Document
    try {
      prepare(document)
      change(document, edit)
      const text = document.toString({ lineWidth: 0 })
      const again = parseText(text).all[0]
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

/** A document of extras that says nothing, not even in a comment, goes with its `---`. */
function withoutEmptyExtras(text: string): string {
  const parsed = parseText(text)
  const extras = parsed.extras
  const value = plainOf(extras)
  if (extras === null || !isMap(extras.contents) || !isRecord(value)) return text
  if (Object.keys(value).some((key) => key !== 'kind' && key !== 'apiVersion')) return text
  const index = parsed.all.indexOf(extras)
  const start = parsed.all[index - 1]?.range[2] ?? 0
  const piece = text.slice(start, extras.range[2])
  if (commentsOf(piece).length > 0 || index === 0) return text
  return text.slice(0, start) + text.slice(extras.range[2])
}
