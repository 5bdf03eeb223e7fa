import { sanitize } from '#core/sanitize.ts'
import { flag, flagsOf, maxPieceBytes, sourceOf } from '../store/layout.ts'

/** What is read of the store to show a line. */
export type LineSource = {
  /** The lowest id that is kept. */
  readonly first: number
  readonly next: number
  tag(id: number): number
  second(id: number): number
  nanos(id: number): number
  /** Valid until the next call. */
  bytes(id: number): Uint8Array
}

/** Bytes of a whole line that are decoded at most: one of 50 MB is not shown as one string. */
const maxLineBytes = 4 * 1024 * 1024
/** Lines looked at for what belongs to a row above them; other sources' lines stand between. */
const maxLook = 5000
const maxTrace = 1000

/** Text as it may be shown. Lines without control characters need no second look. */
export function textOf(store: LineSource, id: number): string {
  const bytes = store.bytes(id)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return (flagsOf(store.tag(id)) & flag.control) === 0 ? text : sanitize(text)
}

/** Bytes in the pieces that follow the first of a long line. */
export function pieceBytes(store: LineSource, id: number): number {
  let sum = 0
  for (const piece of pieces(store, id)) sum += store.bytes(piece).length
  return sum
}

/** The whole line with its pieces; `cut`: there is more than `most` bytes of it, 4 MiB where nothing is said. Sanitized as one, so that no sequence hides in a seam. */
export function wholeText(store: LineSource, id: number, most = maxLineBytes): { text: string; cut: boolean } {
  const parts = [Buffer.from(store.bytes(id))]
  let size = parts[0]?.length ?? 0
  let control = flagsOf(store.tag(id)) & flag.control
  let cut = false
  for (const piece of pieces(store, id)) {
    if (size >= most) {
      cut = true
      break
    }
    const bytes = Buffer.from(store.bytes(piece))
    parts.push(bytes)
    size += bytes.length
    control |= flagsOf(store.tag(piece)) & flag.control
  }
  const text = Buffer.concat(parts).toString('utf8')
  return { text: control === 0 ? text : sanitize(text), cut }
}

/** Lines of the stack trace that goes on below the line, oldest first, at most 1,000. */
export function traceOf(store: LineSource, id: number): number[] {
  const source = sourceOf(store.tag(id))
  const trace: number[] = []
  const end = Math.min(store.next, id + maxLook)
  for (let other = id + 1; other < end && trace.length < maxTrace; other++) {
    const tag = store.tag(other)
    if (sourceOf(tag) !== source) continue
    const flags = flagsOf(tag)
    // A row of Cove's own may stand in the middle of one.
    if ((flags & (flag.piece | flag.note)) !== 0) continue
    if ((flags & flag.continuation) === 0) break
    trace.push(other)
  }
  return trace
}

function* pieces(store: LineSource, id: number): Generator<number> {
  // Only a full piece has another behind it; less by what would cut a character.
  if (store.bytes(id).length < maxPieceBytes - 3) return
  const source = sourceOf(store.tag(id))
  const end = store.next
  for (let other = id + 1, looked = 0; other < end && looked < maxLook; other++, looked++) {
    const tag = store.tag(other)
    if (sourceOf(tag) !== source) continue
    if ((flagsOf(tag) & flag.piece) === 0) return
    looked = 0
    yield other
  }
}
