import { textCopy } from '../store/line-batch.ts'
import type { LineBatch } from '../store/layout.ts'

/** The half line at the end of a stream that ended, until it is known whether it comes again whole. */
export type HeldLine = {
  /** Of one line or none, as `LineSplitter.end` answers it; in place of the one held before, where there is one now. */
  keep(batch: LineBatch): void
  /** New lines have come: the line held, where they are all later than it, so that it does not come any more. */
  resolve(fresh: LineBatch): LineBatch | null
  take(): LineBatch | null
}

export function createHeldLine(): HeldLine {
  let held: LineBatch | null = null
  const take = () => {
    const line = held
    held = null
    return line
  }
  return {
    // Half a time is no line: it comes again.
    keep: (batch) => {
      if (batch.count === 1 && batch.seconds[0] !== 0) held = copyOf(batch)
    },
    resolve: (fresh) => {
      if (!held) return null
      const [second = 0] = held.seconds
      const [nanos = 0] = held.nanos
      for (let i = 0; i < fresh.count; i += 1) {
        if (fresh.seconds[i] === second && fresh.nanos[i] === nanos) {
          held = null
          return null
        }
      }
      const last = fresh.count - 1
      const later = (fresh.seconds[last] ?? 0) > second || (fresh.seconds[last] === second && (fresh.nanos[last] ?? 0) > nanos)
      return later ? take() : null
    },
    take,
  }
}

/** Of its first line. */
function copyOf(batch: LineBatch): LineBatch {
  const { seconds, nanos, flags } = batch
  const text = textCopy(batch, 0)
  return {
    bytes: text,
    count: 1,
    starts: Uint32Array.of(0),
    ends: Uint32Array.of(text.length),
    seconds: seconds.slice(0, 1),
    nanos: nanos.slice(0, 1),
    flags: flags.slice(0, 1),
  }
}
