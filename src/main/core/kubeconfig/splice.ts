import type { KubeDocument } from './document.ts'
import { blockLines, scalarText } from './emit.ts'
import { listNames, type ListName } from './entries.ts'
import type { Edit } from './edit.ts'
import { pairOf, type LocatedMap, type LocatedSeq } from './tree.ts'

/** Put `text` in place of [start, end). */
export type Splice = { readonly start: number; readonly end: number; readonly text: string }

/** The smallest cuts and pastes for these edits, or undefined where the text is not in block style. Pure; the caller checks the outcome. */
export function splicesOf(document: KubeDocument, edits: readonly Edit[]): Splice[] | undefined {
  const { text, root } = document
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  if (root === null) return [atEnd(text, eol, freshLines(edits))]
  if (root.kind !== 'map' || root.flow) return undefined
  const splices: Splice[] = []
  const appended: string[] = []
  for (const list of listNames) {
    const ofList = edits.filter((edit): edit is ListEdit => (edit.do === 'put' || edit.do === 'drop') && edit.list === list)
    if (ofList.length === 0) continue
    if (pairOf(root, list) === undefined) appended.push(...listLines(list, ofList, root.column))
    else {
      const found = editList(document, root, list, ofList, eol)
      if (found === undefined) return undefined
      splices.push(...found)
    }
  }
  for (const edit of edits) {
    if (edit.do === 'set-current') {
      const pair = pairOf(root, 'current-context')
      if (pair === undefined) appended.push(`${' '.repeat(root.column)}current-context: ${scalarText(edit.name)}`)
      else if (pair.value.kind !== 'scalar') return undefined
      else splices.push(valueSplice(pair.colonEnd, pair.value, scalarText(edit.name)))
    } else if (edit.do === 'set-namespace') {
      const splice = namespaceSplice(document, root, edit, eol)
      if (splice === undefined) return undefined
      splices.push(splice)
    }
  }
  if (appended.length > 0) splices.push(atEnd(text, eol, appended))
  return splices
}

type ListEdit = Extract<Edit, { list: ListName }>

/** A whole kubeconfig, in the order kubectl writes it, for a text that has nothing in it yet. */
function freshLines(edits: readonly Edit[]): string[] {
  const lines = ['apiVersion: v1']
  for (const list of ['clusters', 'contexts'] as const) lines.push(...listLines(list, edits.filter(isListEdit), 0))
  const current = edits.find((edit) => edit.do === 'set-current')
  if (current?.do === 'set-current') lines.push(`current-context: ${scalarText(current.name)}`)
  lines.push('kind: Config', ...listLines('users', edits.filter(isListEdit), 0))
  return lines
}

function isListEdit(edit: Edit): edit is ListEdit {
  return edit.do === 'put' || edit.do === 'drop'
}

function listLines(list: ListName, edits: readonly ListEdit[], column: number): string[] {
  const pad = ' '.repeat(column)
  const puts = edits.filter((edit) => edit.list === list && edit.do === 'put')
  if (puts.length === 0) return []
  return [`${pad}${list}:`, ...puts.flatMap((edit) => itemLines(edit, column))]
}

function itemLines(edit: ListEdit, column: number): string[] {
  return edit.do === 'put' ? blockLines([edit.value], column).map((line, index) => (index === 0 ? ' '.repeat(column) + line : line)) : []
}

function editList(document: KubeDocument, root: LocatedMap, list: ListName, edits: readonly ListEdit[], eol: string): Splice[] | undefined {
  const { text, entries } = document
  const pair = pairOf(root, list)
  if (pair === undefined) return undefined
  const added = edits.filter((edit) => edit.do === 'put' && !entries[list].has(edit.name))
  const { value } = pair
  const empty = (value.kind === 'scalar' && value.value === null) || (value.kind === 'seq' && value.items.length === 0)
  if (empty) {
    if (added.length === 0) return []
    return [
      { start: pair.colonEnd, end: value.end, text: '' },
      afterLine(
        text,
        value.end,
        eol,
        added.flatMap((edit) => itemLines(edit, root.column)),
      ),
    ]
  }
  if (value.kind !== 'seq' || value.flow) return undefined
  const splices: Splice[] = []
  let dropped = 0
  for (const edit of edits) {
    const item = value.items[entries[list].get(edit.name)?.index ?? -1]
    if (item === undefined) continue
    if (edit.do === 'put') splices.push({ start: item.dash, end: item.value.end, text: blockLines([edit.value], value.column).join(eol) })
    else {
      dropped++
      splices.push({ start: lineStart(text, item.dash), end: nextLine(text, item.value.end), text: '' })
    }
  }
  if (added.length > 0)
    splices.push(
      afterLine(
        text,
        value.end,
        eol,
        added.flatMap((edit) => itemLines(edit, value.column)),
      ),
    )
  else if (dropped === value.items.length) splices.push({ start: pair.colonEnd, end: pair.colonEnd, text: ' []' })
  return splices
}

function namespaceSplice(
  document: KubeDocument,
  root: LocatedMap,
  edit: Extract<Edit, { do: 'set-namespace' }>,
  eol: string,
): Splice | undefined {
  const contexts = pairOf(root, 'contexts')?.value
  const item = contexts?.kind === 'seq' ? itemNamed(document, contexts, edit.context) : undefined
  const body = pairOf(item, 'context')?.value
  if (body?.kind !== 'map') return undefined
  const last = body.pairs.at(-1)
  const pair = pairOf(body, 'namespace')
  if (pair !== undefined)
    return pair.value.kind === 'scalar' ? valueSplice(pair.colonEnd, pair.value, scalarText(edit.namespace)) : undefined
  if (last === undefined) return undefined
  if (body.flow) return { start: last.value.end, end: last.value.end, text: `, namespace: ${scalarText(edit.namespace)}` }
  return afterLine(document.text, last.value.end, eol, [`${' '.repeat(body.column)}namespace: ${scalarText(edit.namespace)}`])
}

function itemNamed(document: KubeDocument, contexts: LocatedSeq, name: string): LocatedMap | undefined {
  const value = contexts.items[document.entries.contexts.get(name)?.index ?? -1]?.value
  return value?.kind === 'map' ? value : undefined
}

function valueSplice(colonEnd: number, value: { readonly start: number; readonly end: number }, text: string): Splice {
  return value.start === value.end ? { start: colonEnd, end: colonEnd, text: ` ${text}` } : { start: value.start, end: value.end, text }
}

/** Whole lines below the line of this offset. */
function afterLine(text: string, offset: number, eol: string, lines: readonly string[]): Splice {
  const start = nextLine(text, offset)
  return start === text.length ? atEnd(text, eol, lines) : { start, end: start, text: lines.map((line) => line + eol).join('') }
}

function atEnd(text: string, eol: string, lines: readonly string[]): Splice {
  const open = text !== '' && !text.endsWith('\n')
  return {
    start: text.length,
    end: text.length,
    text: open ? lines.map((line) => eol + line).join('') : lines.map((line) => line + eol).join(''),
  }
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at === -1 ? text.length : at + 1
}
