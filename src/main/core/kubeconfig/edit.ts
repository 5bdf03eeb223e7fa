import { isDeepStrictEqual } from 'node:util'
import { isMap, isSeq } from 'yaml'
import { AppError } from '#core/error.ts'
import { fullDocument, parseKubeconfig, type KubeDocument } from './document.ts'
import { bodyName, type ListName } from './entries.ts'
import { splicesOf } from './splice.ts'

export type Edit =
  /** '' for none. */
  | { readonly do: 'set-current'; readonly name: string }
  /** Adds an entry, or replaces the one of this name. `value` holds `name` and the body. */
  | { readonly do: 'put'; readonly list: ListName; readonly name: string; readonly value: Readonly<Record<string, unknown>> }
  | { readonly do: 'drop'; readonly list: ListName; readonly name: string }
  | { readonly do: 'set-namespace'; readonly context: string; readonly namespace: string }

/**
 * The text after these edits, which are to different things. Only the text of what is edited changes: comments, order, quotes, line ends and spacing stay.
 * Where the text is too unusual for that (an entry to be removed in a flow list), the document is written anew with its comments.
 * The result is read back and compared before it is given out; throws `kubeconfig-invalid` when no way gives exactly what was asked for.
 */
export function applyEdits(document: KubeDocument, edits: readonly Edit[], file: string): string {
  if (edits.length === 0) return document.text
  const fresh = document.root === null && document.format === 'yaml' ? { apiVersion: 'v1', kind: 'Config' } : {}
  const wanted = editValue({ ...fresh, ...document.value }, edits)
  for (const write of [editJson, editText, editDocument]) {
    const text = write(document, edits, wanted)
    if (text !== undefined && means(text, wanted, file)) return text
  }
  throw new AppError('kubeconfig-invalid', { file, line: null, reason: 'cannot be edited without a risk for other entries' })
}

/** The same edits on plain values: what the text must mean afterwards. */
export function editValue(value: Readonly<Record<string, unknown>>, edits: readonly Edit[]): Record<string, unknown> {
  const result = { ...value }
  for (const edit of edits) {
    if (edit.do === 'set-current') result['current-context'] = edit.name
    else {
      const list = edit.do === 'set-namespace' ? 'contexts' : edit.list
      const items = (result[list] ?? []) as Record<string, unknown>[]
      const name = edit.do === 'set-namespace' ? edit.context : edit.name
      const isIt = (item: Record<string, unknown> | null): boolean => (item?.['name'] ?? '') === name
      if (edit.do === 'drop') result[list] = items.filter((item) => !isIt(item))
      else if (edit.do === 'put')
        result[list] = items.some(isIt) ? items.map((item) => (isIt(item) ? edit.value : item)) : [...items, edit.value]
      else
        result[list] = items.map((item) =>
          isIt(item)
            ? { ...item, [bodyName.contexts]: { ...(item[bodyName.contexts] as object | null), namespace: edit.namespace } }
            : item,
        )
    }
  }
  return result
}

function editJson(document: KubeDocument, _edits: readonly Edit[], wanted: Record<string, unknown>): string | undefined {
  if (document.format !== 'json') return undefined
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(document.text)?.[1] ?? ''
  const text = JSON.stringify(wanted, null, indent) + (/\s*$/.exec(document.text)?.[0] ?? '')
  return document.text.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text
}

function editText(document: KubeDocument, edits: readonly Edit[]): string | undefined {
  const splices = document.format === 'yaml' ? splicesOf(document, edits) : undefined
  if (splices === undefined) return undefined
  let text = document.text
  const ordered = splices
    .map((splice, order) => ({ ...splice, order }))
    .sort((a, b) => b.start - a.start || b.end - a.end || b.order - a.order)
  for (const { start, end, text: inserted } of ordered) text = text.slice(0, start) + inserted + text.slice(end)
  return text
}

function editDocument(document: KubeDocument, edits: readonly Edit[], wanted: Record<string, unknown>): string | undefined {
  if (document.format !== 'yaml') return undefined
  const full = fullDocument(document.text)
  if (full.errors.length > 0 || !isMap(full.contents)) return undefined
  for (const edit of edits) {
    if (edit.do === 'set-current') full.set('current-context', edit.name)
    else {
      const list = edit.do === 'set-namespace' ? 'contexts' : edit.list
      const name = edit.do === 'set-namespace' ? edit.context : edit.name
      const items = full.get(list)
      if (!isSeq(items)) {
        full.set(list, full.createNode(wanted[list]))
        continue
      }
      const index = items.items.findIndex((item) => isMap(item) && (item.get('name') ?? '') === name)
      if (edit.do === 'drop') items.delete(index)
      else if (edit.do === 'set-namespace') full.setIn([list, index, bodyName.contexts, 'namespace'], edit.namespace)
      else if (index === -1) items.add(full.createNode(edit.value))
      else items.set(index, full.createNode(edit.value))
    }
  }
  try {
    const text = full.toString({ lineWidth: 0 })
    return document.text.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text
  } catch {
    return undefined
  }
}

function means(text: string, wanted: Record<string, unknown>, file: string): boolean {
  try {
    return isDeepStrictEqual(parseKubeconfig(text, file).value, wanted)
  } catch {
    return false
  }
}
