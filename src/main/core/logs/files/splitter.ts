import { characterBorder } from '../store/line-batch.ts'
import type { LineBatch } from '../store/layout.ts'
import { flag, maxPieceBytes } from '../store/layout.ts'

/** Bytes of a log in, batches of lines out: through the function it was made with, which has to read a batch before it returns. */
export type Splitter = {
  push(chunk: Uint8Array): void
  /** The last line, where it has no line end. What is pushed after it begins anew. */
  end(): void
}

export type Emit = (batch: LineBatch) => void

/** Gathers lines into batches of at most `capacity`. The bytes of a line must stay as they are until `flush`, or until a line of other bytes is added. */
export type BatchWriter = {
  /** A line without its line end. A CR at its end goes, as in lines from the API; one that is too long becomes pieces. `second` and `nanos` 0: no time. */
  add(bytes: Uint8Array, start: number, end: number, second: number, nanos: number, flags: number): void
  flush(): void
}

const capacity = 4096

export function createBatchWriter(emit: Emit): BatchWriter {
  const starts = new Uint32Array(capacity)
  const ends = new Uint32Array(capacity)
  const seconds = new Uint32Array(capacity)
  const nanos = new Uint32Array(capacity)
  const flags = new Uint16Array(capacity)
  let bytes: Uint8Array = new Uint8Array(0)
  let count = 0

  const flush = () => {
    if (count === 0) return
    const batch = { bytes, count, starts, ends, seconds, nanos, flags }
    count = 0
    emit(batch)
  }
  const put = (start: number, end: number, second: number, nano: number, bits: number) => {
    if (count === capacity) flush()
    starts[count] = start
    ends[count] = end
    seconds[count] = second
    nanos[count] = nano
    flags[count] = bits
    count += 1
  }
  return {
    add: (from, start, end, second, nano, bits) => {
      if (from !== bytes) {
        flush()
        bytes = from
      }
      const last = end > start && from[end - 1] === 13 ? end - 1 : end
      let begin = start
      let more = bits
      while (last - begin > maxPieceBytes) {
        const cut = characterBorder(from, begin + maxPieceBytes)
        put(begin, cut, second, nano, more)
        more = bits | flag.piece
        begin = cut
      }
      put(begin, last, second, nano, more)
    },
    flush,
  }
}

/** Cuts at line ends; `line` gets each line without it. What is not complete is kept for the next chunk, up to 64 MiB; what follows of the same line `goesOn`. */
export function createLineCutter(line: (bytes: Buffer, start: number, end: number, goesOn: boolean) => void, flush: () => void): Splitter {
  let rest = Buffer.allocUnsafeSlow(4096)
  let held = 0
  let goesOn = false
  const hold = (chunk: Uint8Array) => {
    if (held + chunk.length > rest.length) {
      const wider = Buffer.allocUnsafeSlow(2 * (held + chunk.length))
      rest.copy(wider, 0, 0, held)
      rest = wider
    }
    rest.set(chunk, held)
    held += chunk.length
    if (held < maxHeld) return
    line(rest, 0, held, goesOn)
    goesOn = true
    flush()
    held = 0
  }
  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let start = 0
      if (held > 0 || goesOn) {
        const first = bytes.indexOf(10)
        if (first < 0) return hold(bytes)
        hold(bytes.subarray(0, first))
        if (held > 0) line(rest, 0, held, goesOn)
        goesOn = false
        start = first + 1
        // Before `rest` is filled again.
        flush()
        held = 0
      }
      for (;;) {
        const end = bytes.indexOf(10, start)
        if (end < 0) break
        line(bytes, start, end, false)
        start = end + 1
      }
      if (start < bytes.length) hold(bytes.subarray(start))
      flush()
    },
    end: () => {
      if (held > 0) line(rest, 0, held, goesOn)
      flush()
      held = 0
      goesOn = false
      if (rest.length > 1024 * 1024) rest = Buffer.allocUnsafeSlow(4096)
    },
  }
}

const maxHeld = 64 * 1024 * 1024
