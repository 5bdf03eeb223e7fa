/**
 * The value at a dotted path (`user.id`, `tags.0`) of a JSON object, as text: strings as they are, all else as JSON. Undefined: it is no object, or has no such field. A key may
 * hold dots itself, as ECS writes them. Pure.
 */
export function jsonField(value: unknown, path: string): string | undefined {
  if (!isObject(value)) return undefined
  const found = Object.hasOwn(value, path)
    ? value[path]
    : path.split('.').reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
  if (found === undefined) return undefined
  return typeof found === 'string' ? found : JSON.stringify(found)
}

/** Undefined: it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
