import type { LineBatch } from '../store/layout.ts'
import { flag, maxPieceBytes } from '../store/layout.ts'
import { createTimeReader } from '../time-reader.ts'

export type LineSplitter = {
  /** The lines that these bytes complete. The batch is good until the next call. */
  push(chunk: Uint8Array): LineBatch
  /** The line that had no end yet, as a batch of one or none; what is pushed after it begins a new line. */
  end(): LineBatch
}

/** `stamped`: each line begins with a time, as the API writes it with `timestamps=true`. */
export function createLineSplitter({
  stamped = true,
  maxPiece = maxPieceBytes,
}: {
  stamped?: boolean
  maxPiece?: number
} = {}): LineSplitter {
  let bytes = Buffer.allocUnsafeSlow(firstBytes)
  /** The line that is not complete begins here, is known to have no end before `scanned`, and what was pushed ends at `filled`. */
  let begin = 0
  let scanned = 0
  let filled = 0
  let lines = arraysOf(1024)
  let count = 0
  /** Of the line that pieces of which were handed over. */
  let inPieces = false
  const stamps = createStampReader()
  const { time } = stamps

  const add = (start: number, end: number, flags: number) => {
    if (count === lines.starts.length) lines = grown(lines)
    lines.starts[count] = start
    lines.ends[count] = end
    lines.seconds[count] = time.second
    lines.nanos[count] = time.nanos
    lines.flags[count] = flags
    count += 1
  }

  /** The line from `begin` to `end`, its CR still on it; pieces that are full go first. */
  const finish = (end: number) => {
    const last = end > begin && bytes[end - 1] === carriageReturn ? end - 1 : end
    let start = textStart(last)
    while (last - start > maxPiece) start = piece(start)
    add(start, last, inPieces ? flag.piece : 0)
    inPieces = false
  }

  /** Where the text of the line at `begin` begins; reads its time. */
  const textStart = (end: number): number => {
    if (inPieces) return begin
    time.second = 0
    time.nanos = 0
    return stamped ? stamps.read(bytes, begin, end) : begin
  }

  /** Hands over one full piece and says where the next begins: never inside of a character. */
  const piece = (start: number): number => {
    let end = start + maxPiece
    for (let back = 0; back < 3 && end > start + 1 && ((bytes[end] ?? 0) & 0xc0) === 0x80; back += 1) end -= 1
    add(start, end, inPieces ? flag.piece : 0)
    inPieces = true
    return end
  }

  const append = (chunk: Uint8Array) => {
    if (filled + chunk.length > bytes.length) {
      const open = filled - begin
      const target = open + chunk.length > bytes.length ? Buffer.allocUnsafeSlow(2 * (open + chunk.length)) : bytes
      bytes.copy(target, 0, begin, filled)
      bytes = target
      scanned -= begin
      begin = 0
      filled = open
    }
    bytes.set(chunk, filled)
    filled += chunk.length
  }

  const batch = (): LineBatch => ({ bytes, count, ...lines })

  return {
    push: (chunk) => {
      count = 0
      if (begin === filled) begin = scanned = filled = 0
      append(chunk)
      const to = filled
      const view = bytes.subarray(0, to)
      for (;;) {
        const newline = view.indexOf(lineFeed, scanned)
        if (newline === -1) break
        finish(newline)
        begin = scanned = newline + 1
      }
      scanned = to
      // A line without an end is not kept back past a piece. Two bytes more, so that the last piece is not only its CR.
      while (to - begin > maxPiece + longestTime + 2) {
        begin = piece(textStart(to))
      }
      return batch()
    },
    end: () => {
      count = 0
      if (filled > begin) finish(filled)
      begin = scanned = filled = 0
      inPieces = false
      return batch()
    },
  }
}

const firstBytes = 256 * 1024
const lineFeed = 10
const carriageReturn = 13
/** `2026-11-23T23:20:25.123456789+08:00 ` */
const longestTime = 36

type Lines = Pick<LineBatch, 'starts' | 'ends' | 'seconds' | 'nanos' | 'flags'>

function arraysOf(length: number): Lines {
  return {
    starts: new Uint32Array(length),
    ends: new Uint32Array(length),
    seconds: new Uint32Array(length),
    nanos: new Uint32Array(length),
    flags: new Uint16Array(length),
  }
}

function grown(old: Lines): Lines {
  const made = arraysOf(old.starts.length * 2)
  made.starts.set(old.starts)
  made.ends.set(old.ends)
  made.seconds.set(old.seconds)
  made.nanos.set(old.nanos)
  made.flags.set(old.flags)
  return made
}

/** The API's own: a `T`, a zone, and a blank or the end of the line behind it. Answers where the text begins; `start`, with both at 0, where the line has no such time. */
function createStampReader() {
  const time = createTimeReader()
  const none = (start: number) => {
    time.second = 0
    time.nanos = 0
    return start
  }
  return {
    time,
    read: (bytes: Uint8Array, start: number, end: number): number => {
      if (bytes[start + 10] !== letterT || bytes[start + 4] !== dash) return none(start)
      const at = time.read(bytes, start, end)
      if (at === -1) return start
      const zoned = bytes[at - 1] === letterZ || (bytes[at - 3] === colon && (bytes[at - 6] === plus || bytes[at - 6] === dash))
      if (!zoned || (at < end && bytes[at] !== blank)) return none(start)
      return at < end ? at + 1 : at
    },
  }
}
const letterT = 84
const letterZ = 90
const dash = 45
const plus = 43
const colon = 58
const blank = 32
