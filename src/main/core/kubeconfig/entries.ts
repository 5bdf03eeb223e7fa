export const listNames = ['clusters', 'contexts', 'users'] as const
export type ListName = (typeof listNames)[number]
/** The key that holds the body of an entry: `- name: x` beside `cluster:`, `context:` or `user:`. */
export const bodyName = { clusters: 'cluster', contexts: 'context', users: 'user' } as const satisfies Record<ListName, string>

export type Entry = {
  readonly name: string
  readonly index: number
  readonly value: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}
export type Entries = Readonly<Record<ListName, ReadonlyMap<string, Entry>>> & { readonly current: string }

/**
 * The lists of one kubeconfig, by name. What kubectl refuses is refused: lists that are none, entries without a name, a name twice in a list
 * (https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/api/v1/conversion.go), another kind of document.
 */
export function readEntries(
  value: Readonly<Record<string, unknown>>,
  invalid: (path: readonly (string | number)[], reason: string) => Error,
): Entries {
  const { kind, apiVersion } = value
  if (kind != null && kind !== '' && kind !== 'Config') throw invalid(['kind'], 'kind is not Config')
  if (apiVersion != null && apiVersion !== '' && apiVersion !== 'v1') throw invalid(['apiVersion'], 'apiVersion is not v1')
  const current = value['current-context'] ?? ''
  if (typeof current !== 'string') throw invalid(['current-context'], 'current-context is not text')
  return {
    clusters: readList(value, 'clusters', invalid),
    contexts: readList(value, 'contexts', invalid),
    users: readList(value, 'users', invalid),
    current,
  }
}

/** Text of a field, or '' when it is missing or empty. */
export function textOf(body: Readonly<Record<string, unknown>>, key: string): string {
  const value = body[key]
  return typeof value === 'string' ? value : ''
}

function readList(
  value: Readonly<Record<string, unknown>>,
  list: ListName,
  invalid: (path: readonly (string | number)[], reason: string) => Error,
): ReadonlyMap<string, Entry> {
  const items = value[list] ?? []
  if (!Array.isArray(items)) throw invalid([list], `${list} is not a list`)
  const entries = new Map<string, Entry>()
  items.forEach((listed: unknown, index) => {
    const item = listed ?? {}
    if (!isRecord(item)) throw invalid([list, index], `an entry of ${list} is not a map`)
    const name = item['name'] ?? ''
    if (typeof name !== 'string') throw invalid([list, index, 'name'], `a name in ${list} is not text`)
    const body = item[bodyName[list]] ?? {}
    if (!isRecord(body)) throw invalid([list, index, bodyName[list]], `${bodyName[list]} is not a map`)
    for (const key of textFields[list]) {
      if (body[key] != null && typeof body[key] !== 'string') throw invalid([list, index, bodyName[list], key], `${key} is not text`)
    }
    if (entries.has(name)) throw invalid([list, index], `a name stands twice in ${list}`)
    entries.set(name, { name, index, value: item, body })
  })
  return entries
}

const textFields = { clusters: ['server', 'proxy-url'], contexts: ['cluster', 'user', 'namespace'], users: [] } as const satisfies Record<
  ListName,
  readonly string[]
>

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
