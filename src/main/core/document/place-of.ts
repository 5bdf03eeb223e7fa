import { isMap, isPair, isScalar, isSeq, type Document, type Node } from 'yaml'

/** Offset of the value at a path (or of its key), of the deepest part of the path that is there where the rest is missing. Pure. */
export function placeOf(document: Document.Parsed, path: readonly (string | number)[], ofKey = false): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? document.range[0]
  for (const part of path) {
    const next: unknown = childOf(node, part)
    if (next === undefined) break
    const value: unknown = isPair(next) ? next.value : next
    const key = isPair(next) ? startOf(next.key) : undefined
    offset = (ofKey ? (key ?? startOf(value)) : (startOf(value) ?? key)) ?? offset
    node = value
  }
  return offset
}

function childOf(node: unknown, part: string | number): unknown {
  if (isSeq(node)) return typeof part === 'number' ? node.items[part] : undefined
  if (!isMap(node)) return undefined
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(part))
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}
