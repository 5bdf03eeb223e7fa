import type { LineBatch } from './layout.ts'

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
