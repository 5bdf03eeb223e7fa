/**
 * The value at a dotted path (`user.id`, `tags.0`) of a JSON text that is an object, as text: strings as they are, all else as JSON. Undefined: it is no such text, or has no
 * such field. A key may hold dots itself, as ECS writes them. Pure.
 */
export function jsonField(text: string, path: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const found = Object.hasOwn(value, path)
    ? value[path]
    : path.split('.').reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
  if (found === undefined) return undefined
  return typeof found === 'string' ? found : JSON.stringify(found)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
