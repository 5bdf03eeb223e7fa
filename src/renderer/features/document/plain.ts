export type Path = readonly (string | number)[]

/** One change of a document: of the value at a path, or of a list's items. */
export type Edit =
  /** `undefined` removes it, and what is empty without it. */
  | { readonly do: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly do: 'insert'; readonly path: Path; readonly index: number; readonly value: unknown }
  | { readonly do: 'move'; readonly path: Path; readonly from: number; readonly to: number }

/** What a change makes of a plain value. The value that is given stays as it is. */
export function editPlain(value: unknown, edit: Edit): unknown {
  switch (edit.do) {
    case 'set':
      return setIn(value, edit.path, edit.value)
    case 'insert': {
      const list = getIn(value, edit.path)
      const items = Array.isArray(list) ? [...(list as unknown[])] : []
      items.splice(Math.min(edit.index, items.length), 0, edit.value)
      return setIn(value, edit.path, items)
    }
    case 'move': {
      const items = [...(getIn(value, edit.path) as unknown[])]
      items.splice(edit.to, 0, ...items.splice(edit.from, 1))
      return setIn(value, edit.path, items)
    }
  }
}

export function getIn(value: unknown, path: Path): unknown {
  let at = value
  for (const part of path) at = isRecord(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[part] : undefined
  return at
}

function setIn(value: unknown, path: Path, next: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return next
  // Of what has nothing below it, nothing below it is removed.
  if (next === undefined && value != null && !(typeof part === 'number' ? Array.isArray(value) : isRecord(value))) return value
  if (typeof part === 'number') {
    const items = Array.isArray(value) ? [...(value as unknown[])] : []
    const below = setIn(items[part], rest, next)
    if (below === undefined) items.splice(part, 1)
    else items[part] = below
    return items.length === 0 ? undefined : items
  }
  const record: Record<string, unknown> = isRecord(value) ? { ...value } : {}
  const below = setIn(record[part], rest, next)
  if (below === undefined) delete record[part]
  else record[part] = below
  return Object.keys(record).length === 0 ? undefined : record
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Equal as YAML has it: the order of keys says nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, index) => same(one, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}
