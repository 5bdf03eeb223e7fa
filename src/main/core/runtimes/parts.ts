/** One part of what `lookScript` said. `exitCode` null: it was cut short. */
export type Part = { readonly text: string; readonly exitCode: number | null }

export type Parts = {
  /** The first part of that name; undefined: not there, so that what it tells of is absent or was not asked. */
  get(name: string): Part | undefined
  /** Its text where its command ended with 0, without blanks around it; null for all else. */
  text(name: string): string | null
  /** All parts whose name begins so, without that beginning. */
  starting(prefix: string): (Part & { readonly name: string })[]
}

/** Reads the answer of `lookScript`. Null: the script did not come to its end, so that nothing can be told from what is missing. Pure. */
export function readParts(stdout: string, mark: string): Parts | null {
  const parts: (Part & { name: string })[] = []
  let open: { readonly name: string; readonly lines: string[] } | null = null
  const close = (exitCode: number | null) => {
    // The empty line before the mark is the script's own.
    if (open !== null) parts.push({ name: open.name, text: open.lines.join('\n').replace(/\n$/, ''), exitCode })
    open = null
  }
  for (const line of stdout.split('\n')) {
    if (line.startsWith(`${mark} = `)) close(Number(line.slice(mark.length + 3)))
    else if (line.startsWith(`${mark} `)) {
      close(null)
      open = { name: line.slice(mark.length + 1), lines: [] }
    } else open?.lines.push(line)
  }
  close(null)
  const get = (name: string) => parts.find((part) => part.name === name)
  if (get('pods')?.exitCode === undefined || get('uid') === undefined) return null
  return {
    get,
    text: (name) => {
      const part = get(name)
      return part?.exitCode === 0 ? part.text.trim() : null
    },
    starting: (prefix) =>
      parts.filter((part) => part.name.startsWith(prefix)).map((part) => ({ ...part, name: part.name.slice(prefix.length) })),
  }
}
