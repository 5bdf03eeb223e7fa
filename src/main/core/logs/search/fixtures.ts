import type { LineBatch } from '../store/layout.ts'

const none: (line: number) => number = () => 0

/** Lines as a source would hand them over, one second apart from 1000 on unless `second` says so. */
export function batchOf(lines: readonly (string | Buffer)[], { second = (line: number) => 1000 + line, flags = none } = {}): LineBatch {
  const parts = lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line))
  const bytes = Buffer.concat(parts)
  const starts = new Uint32Array(lines.length)
  const ends = new Uint32Array(lines.length)
  let at = 0
  for (const [index, part] of parts.entries()) {
    starts[index] = at
    at += part.length
    ends[index] = at
  }
  return {
    bytes,
    count: lines.length,
    starts,
    ends,
    seconds: Uint32Array.from(lines, (_, line) => second(line)),
    nanos: new Uint32Array(lines.length),
    flags: Uint16Array.from(lines, (_, line) => flags(line)),
  }
}
