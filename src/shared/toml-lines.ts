/** A place in a TOML file where something is said, by line numbers from 0. */
export type TomlItem =
  | { readonly kind: 'table'; readonly path: readonly string[]; readonly array: boolean; readonly line: number }
  | {
      readonly kind: 'value'
      /** Of its table and its own, dotted, key. */
      readonly path: readonly string[]
      readonly line: number
      readonly lastLine: number
      /** Offsets in the text of the value itself, without a comment behind it. */
      readonly from: number
      readonly to: number
    }

/**
 * Tables and values of a TOML text (https://toml.io/en/v1.0.0) by where they stand, so that one can be changed and the rest stays as it was written. Null where
 * the text is not understood; it reads just as much of TOML as it needs for that. Pure.
 */
export function tomlItems(text: string): TomlItem[] | null {
  const items: TomlItem[] = []
  let table: readonly string[] = []
  let at = 0
  const lineOf = lineNumbers(text)
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at
    at += pattern.exec(text)?.[0].length ?? 0
  }
  while (at < text.length) {
    skip(/(?:[ \t\r\n]|#[^\n]*)+/y)
    if (at >= text.length) break
    const line = lineOf(at)
    if (text[at] === '[') {
      const array = text.startsWith('[[', at)
      at += array ? 2 : 1
      const key = readKey(text, at)
      if (key === null) return null
      at = key.end
      const close = array ? ']]' : ']'
      if (!text.startsWith(close, at)) return null
      at += close.length
      table = key.path
      items.push({ kind: 'table', path: table, array, line })
      continue
    }
    const key = readKey(text, at)
    if (key === null || text[key.end] !== '=') return null
    at = key.end + 1
    skip(/[ \t]+/y)
    const end = valueEnd(text, at)
    if (end === null || end === at) return null
    items.push({ kind: 'value', path: [...table, ...key.path], line, lastLine: lineOf(end - 1), from: at, to: end })
    at = end
  }
  return items
}

/** `plugins."io.containerd.grpc.v1.cri".containerd`, with the blanks around it. */
function readKey(text: string, from: number): { readonly path: string[]; readonly end: number } | null {
  const part = /[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\[btnfr"\\])*)"|'([^'\n]*)')[ \t]*/y
  const path: string[] = []
  for (let at = from; ; at += 1) {
    part.lastIndex = at
    const found = part.exec(text)
    if (found === null) return null
    path.push(found[1] ?? (found[2] === undefined ? undefined : (JSON.parse(`"${found[2]}"`) as string)) ?? found[3] ?? '')
    at = part.lastIndex
    if (text[at] !== '.') return { path, end: at }
  }
}

/** Behind the value that begins at `from`. */
function valueEnd(text: string, from: number): number | null {
  const string = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y
  let depth = 0
  for (let at = from; at < text.length; ) {
    const char = text[at] ?? ''
    if (char === '"' || char === "'") {
      string.lastIndex = at
      if (!string.test(text)) return null
      at = string.lastIndex
      if (depth === 0) return at
    } else if (char === '[' || char === '{') {
      depth += 1
      at += 1
    } else if (char === ']' || char === '}') {
      depth -= 1
      at += 1
      if (depth < 0) return null
      if (depth === 0) return at
    } else if (char === '#') {
      if (depth === 0) return trimmed(text, from, at)
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
    } else if (char === '\n' && depth === 0) return trimmed(text, from, at)
    else at += 1
  }
  return depth === 0 ? trimmed(text, from, text.length) : null
}

/** A number, a boolean or a date ends before the blanks behind it. */
function trimmed(text: string, from: number, to: number): number {
  return from + text.slice(from, to).trimEnd().length
}

function lineNumbers(text: string): (at: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (at) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low
  }
}
