import type { LineBatch } from '../store/layout.ts'
import { flag, maxPieceBytes } from '../store/layout.ts'

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
  const time = createTimeReader()

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
    return stamped ? time.read(bytes, begin, end) : begin
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

type TimeReader = {
  second: number
  nanos: number
  /** Reads the time of the line from `start` to `end` into `second` and `nanos` and answers where its text begins; `start` when it has none, with both at 0. */
  read(bytes: Uint8Array, start: number, end: number): number
}

/** RFC 3339 with up to nine digits of a second (Go's RFC3339Nano), `Z` or an offset, then a blank or the end of the line. */
function createTimeReader(): TimeReader {
  let knownDate = -1
  let knownSecond = 0

  const two = (bytes: Uint8Array, at: number): number => {
    const high = (bytes[at] ?? 0) - 48
    const low = (bytes[at + 1] ?? 0) - 48
    return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN
  }

  const reader: TimeReader = {
    second: 0,
    nanos: 0,
    read: (bytes, start, end) => {
      // `2026-11-23T23:20:25Z`
      if (end - start < 20) return start
      if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || bytes[start + 10] !== 84) return start
      if (bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return start
      const year = two(bytes, start) * 100 + two(bytes, start + 2)
      const month = two(bytes, start + 5)
      const day = two(bytes, start + 8)
      const clock = two(bytes, start + 11) * 3600 + two(bytes, start + 14) * 60 + two(bytes, start + 17)
      if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && clock < 86_400)) return start
      const date = (year * 100 + month) * 100 + day
      if (date !== knownDate) {
        knownDate = date
        knownSecond = Date.UTC(year, month - 1, day) / 1000
      }
      let at = start + 19
      let nanos = 0
      if (bytes[at] === 46) {
        at += 1
        let digits = 0
        for (; digits < 9; digits += 1) {
          const digit = (bytes[at + digits] ?? 0) - 48
          if (!(digit >= 0 && digit <= 9)) break
          nanos = nanos * 10 + digit
        }
        if (digits === 0) return start
        at += digits
        for (; digits < 9; digits += 1) nanos *= 10
      }
      let offset = 0
      const zone = bytes[at]
      if (zone === 90) at += 1
      else if ((zone === 43 || zone === 45) && bytes[at + 3] === 58) {
        offset = (two(bytes, at + 1) * 3600 + two(bytes, at + 4) * 60) * (zone === 43 ? 1 : -1)
        if (Number.isNaN(offset)) return start
        at += 6
      } else return start
      const second = knownSecond + clock - offset
      if (at > end || (at < end && bytes[at] !== 32) || second <= 0) return start
      reader.second = second
      reader.nanos = nanos
      return at < end ? at + 1 : at
    },
  }
  return reader
}
