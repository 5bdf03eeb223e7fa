/** One line of a comparison; `text` without its line end. */
export type DiffLine = {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** The last line of a text that does not end with a line end. */
  readonly open: boolean
}
/** Neighbouring changes with what stands around them. `before` and `after`: number of the first line there, counted from 1. */
export type DiffHunk = { readonly before: number; readonly after: number; readonly lines: readonly DiffLine[] }

/** The table of the longest common lines has this many cells at most; larger texts are shown as replaced. */
const mostCells = 4_000_000

/**
 * What makes `after` out of `before`, line by line, with at most `context` unchanged lines around each change. Null: there is no file.
 * The fewest lines are marked as changed (longest common subsequence). Pure.
 */
export function lineDiff(before: string | null, after: string | null, context = 3): DiffHunk[] {
  return hunks(compare(linesOf(before ?? ''), linesOf(after ?? '')), context)
}

/** Lines with their ends: a line without one is another than a line with one. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function compare(a: readonly string[], b: readonly string[]): DiffLine[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return [
    ...a.slice(0, start).map((line) => lineOf('same', line)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((line) => lineOf('same', line)),
  ]
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const width = b.length + 1
  if (a.length * width > mostCells) return [...a.map((line) => lineOf('removed', line)), ...b.map((line) => lineOf('added', line))]
  /** How many lines the rests from here have in common. */
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(lineOf('same', a[i] ?? ''))
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(lineOf('removed', a[i++] ?? ''))
    else lines.push(lineOf('added', b[j++] ?? ''))
  }
  return lines
}

function lineOf(kind: DiffLine['kind'], line: string): DiffLine {
  const open = !line.endsWith('\n')
  return { kind, text: open ? line : line.slice(0, -1), open }
}

function hunks(lines: readonly DiffLine[], context: number): DiffHunk[] {
  const near = new Set<number>()
  for (const [index, line] of lines.entries())
    if (line.kind !== 'same') for (let one = index - context; one <= index + context; one++) near.add(one)
  const found: { before: number; after: number; lines: DiffLine[] }[] = []
  let before = 1
  let after = 1
  for (const [index, line] of lines.entries()) {
    if (near.has(index)) {
      if (index === 0 || !near.has(index - 1)) found.push({ before, after, lines: [] })
      found.at(-1)?.lines.push(line)
    }
    if (line.kind !== 'added') before++
    if (line.kind !== 'removed') after++
  }
  return found
}
