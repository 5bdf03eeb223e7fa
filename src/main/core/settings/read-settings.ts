import { settingsSchema, type Settings } from '#shared/contract/settings.ts'
import type { RawSettings } from './migrations.ts'

export type ReadSettings = {
  readonly settings: Settings
  /** Paths of fields that did not hold and were left to `fallback` or the default, e.g. `mirrors.github`. */
  readonly bad: readonly string[]
}

/** Settings from whatever a file holds: what holds is kept, field by field; what does not comes from `fallback`, else it is the default. */
export function readSettings(raw: RawSettings, fallback: Settings | null = null): ReadSettings {
  let candidate: Record<string, unknown> = structuredClone({ ...raw })
  const bad: string[] = []
  for (;;) {
    const { success, data, error } = settingsSchema.safeParse(candidate)
    if (success) return { settings: data, bad }
    const issue = error.issues[0]
    // A tool Cove does not know: the key is the trouble, not the whole record.
    const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].map(String)
    const field = path.join('.')
    const [listName = '', entry] = path
    const list = candidate[listName]
    if (Array.isArray(list) && entry !== undefined) {
      // Only what does not hold goes; the others move up into its place.
      candidate = { ...candidate, [listName]: list.filter((_, at) => String(at) !== entry) }
      bad.push(field)
      continue
    }
    // Even the fallback does not hold there: only the defaults are left.
    if (path.length === 0 || bad.includes(field)) candidate = {}
    else candidate = replaceAt(candidate, path, fallback as Record<string, unknown> | null)
    bad.push(field)
  }
}

function replaceAt(
  target: Record<string, unknown>,
  path: readonly string[],
  source: Record<string, unknown> | null,
): Record<string, unknown> {
  const [name, ...rest] = path
  if (name === undefined) return target
  const copy = { ...target }
  const mine = copy[name]
  const other = source?.[name]
  if (rest.length > 0 && isRecord(mine)) copy[name] = replaceAt(mine, rest, isRecord(other) ? other : null)
  else if (other === undefined) delete copy[name]
  else copy[name] = other
  return copy
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
