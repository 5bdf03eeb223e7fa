import type { Instant } from '../timestamp.ts'
import { type LineBatch, maxPieceBytes } from './layout.ts'

/** Lines `from` to `to` (exclusive) of a batch, in the same memory. */
export function partOf(batch: LineBatch, from: number, to = batch.count): LineBatch {
  if (from === 0 && to === batch.count) return batch
  const cut = <T extends Uint32Array | Uint16Array>(array: T) => array.subarray(from, to) as T
  return {
    bytes: batch.bytes,
    count: to - from,
    starts: cut(batch.starts),
    ends: cut(batch.ends),
    seconds: cut(batch.seconds),
    nanos: cut(batch.nanos),
    flags: cut(batch.flags),
  }
}

/** Lines from `from` on with bytes of their own, for the maker uses its arrays again. */
export function copyOf(batch: LineBatch, from = 0): LineBatch {
  const first = batch.starts[from] ?? 0
  const { count } = batch
  const last = batch.ends[count - 1] ?? first
  return {
    // Not `slice`, which for a Buffer is no copy.
    bytes: Uint8Array.from(batch.bytes.subarray(first, last)),
    count: count - from,
    starts: batch.starts.slice(from, count).map((start) => start - first),
    ends: batch.ends.slice(from, count).map((end) => end - first),
    seconds: batch.seconds.slice(from, count),
    nanos: batch.nanos.slice(from, count),
    flags: batch.flags.slice(from, count),
  }
}

/** Some lines of a batch, over the same bytes. */
export function pick(batch: LineBatch, lines: readonly number[]): LineBatch {
  const of = (array: Uint32Array) => Uint32Array.from(lines, (line) => array[line] ?? 0)
  return {
    bytes: batch.bytes,
    count: lines.length,
    starts: of(batch.starts),
    ends: of(batch.ends),
    seconds: of(batch.seconds),
    nanos: of(batch.nanos),
    flags: Uint16Array.from(lines, (line) => batch.flags[line] ?? 0),
  }
}

/** Time of the last line that has one. */
export function lastTime({ count, seconds, nanos }: LineBatch): Instant | null {
  for (let line = count - 1; line >= 0; line -= 1) {
    const second = seconds[line] ?? 0
    if (second > 0) return { second, nanos: nanos[line] ?? 0 }
  }
  return null
}

/** Whether a line as a file has it is one that the API gave. Pieces may have been cut a few bytes apart. */
export function isSameText(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length)
  if (a.length !== b.length && length <= maxPieceBytes - 8) return false
  return Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0
}

/** The text of a line, in memory of its own. Not `slice`: of a Buffer that is the same memory, which its maker fills again. */
export function textCopy({ bytes, starts, ends }: LineBatch, line: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(starts[line], ends[line]))
}

/** At or up to three bytes before `at`: where no character of UTF-8 is cut in two. */
export function characterBorder(bytes: Uint8Array, at: number): number {
  let border = at
  for (let back = 0; back < 3 && ((bytes[border] ?? 0) & 0xc0) === 0x80; back += 1) border -= 1
  return border
}
