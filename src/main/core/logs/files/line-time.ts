import { createTimeReader, isDigit, two } from '../time-reader.ts'

export type LineTime = {
  /** Of the line that was read last; both 0 where none was recognised. */
  second: number
  nanos: number
  read(bytes: Buffer, start: number, end: number): void
}

/**
 * The time that a line itself has: RFC 3339 and `2006-01-02 15:04:05[.,]000` at its beginning (behind colours and `[`), klog's `E0914 14:08:24.118302`, logfmt's `time=` and `ts=` at its beginning, and in JSON
 * `time`, `ts`, `timestamp` or `@timestamp` as such a text or as seconds, ms, µs or ns since 1970. Without a zone it is UTC.
 * `writtenAt`: when the file was written last, ms since 1970; klog has no year, so it is the last one in which the day is not later.
 */
export function createLineTime(writtenAt: number): LineTime {
  const time = createTimeReader()
  const year = createYears(writtenAt)
  let likely = 0

  const stamp = (bytes: Buffer, at: number, end: number): boolean => {
    if (time.read(bytes, at, end) < 0) return false
    reader.second = time.second
    reader.nanos = time.nanos
    return true
  }

  const klog = (bytes: Buffer, at: number, end: number): boolean => {
    // `E0914 14:08:24.118302`: https://github.com/kubernetes/klog/blob/main/klog.go
    if (end - at < 21 || bytes[at + 5] !== 32 || bytes[at + 8] !== 58 || bytes[at + 11] !== 58 || bytes[at + 14] !== 46) return false
    const month = two(bytes, at + 1)
    const day = two(bytes, at + 3)
    const clock = two(bytes, at + 6) * 3600 + two(bytes, at + 9) * 60 + two(bytes, at + 12)
    const micros = two(bytes, at + 15) * 10_000 + two(bytes, at + 17) * 100 + two(bytes, at + 19)
    if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && clock < 86_401) || Number.isNaN(micros)) return false
    reader.second = year(month, day) + clock
    reader.nanos = micros * 1000
    return true
  }

  const epoch = (bytes: Buffer, at: number, end: number): boolean => {
    let digits = 0
    while (at + digits < end && isDigit(bytes[at + digits])) digits += 1
    // Of the digits, those behind the whole seconds: 1700000000, 1700000000000 …
    const small = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9
    let second = 0
    for (let i = 0; i < digits - small; i += 1) second = second * 10 + (bytes[at + i] ?? 0) - 48
    if (second < 1e8 || second > 0xffff_ffff) return false
    let nanos = 0
    let places = 0
    for (let i = digits - small; places < 9; i += 1) {
      if (i === digits && bytes[at + i] === 46) continue
      if (at + i >= end || !isDigit(bytes[at + i])) break
      nanos = nanos * 10 + (bytes[at + i] ?? 0) - 48
      places += 1
    }
    for (; places < 9; places += 1) nanos *= 10
    reader.second = second
    reader.nanos = nanos
    return true
  }

  const value = (bytes: Buffer, at: number, end: number): boolean => {
    const from = bytes[at] === quote ? at + 1 : at
    return stamp(bytes, from, end) || epoch(bytes, from, end)
  }

  const json = (bytes: Buffer, start: number, end: number): boolean => {
    const line = bytes.subarray(start, Math.min(end, start + lookedAt))
    for (let i = 0; i < keys.length; i += 1) {
      const which = (likely + i) % keys.length
      const key = keys[which] as Buffer
      for (let found = line.indexOf(key); found >= 0; found = line.indexOf(key, found + 1)) {
        // `\"time\":` stands in a text.
        if (line[found - 1] === 92) continue
        let at = skipBlanks(line, found + key.length)
        if (line[at] !== 58) continue
        at = skipBlanks(line, at + 1)
        if (!value(line, at, line.length)) continue
        likely = which
        return true
      }
    }
    return false
  }

  const recognise = (bytes: Buffer, start: number, end: number): boolean => {
    const at = skipMarks(bytes, start, end)
    const first = bytes[at]
    if (isDigit(first)) return stamp(bytes, at, end)
    if (first === brace) return json(bytes, at, end)
    if (isKlogLevel(first) && isDigit(bytes[at + 1])) return klog(bytes, at, end)
    for (const word of logfmt) if (startsWith(bytes, at, end, word)) return value(bytes, at + word.length, end)
    return false
  }

  const reader: LineTime = {
    second: 0,
    nanos: 0,
    read: (bytes, start, end) => {
      if (recognise(bytes, start, end)) return
      reader.second = 0
      reader.nanos = 0
    },
  }
  return reader
}

/** Seconds since 1970 at the beginning of a day. */
function createYears(writtenAt: number): (month: number, day: number) => number {
  const latest = writtenAt + 86_400_000
  const year = new Date(writtenAt).getUTCFullYear()
  let knownDay = -1
  let known = 0
  return (month, day) => {
    if (month * 100 + day === knownDay) return known
    knownDay = month * 100 + day
    const same = Date.UTC(year, month - 1, day)
    // The file may have been written in the first hours of a year, in another zone.
    const next = Date.UTC(year + 1, month - 1, day)
    known = (next <= latest ? next : same <= latest ? same : Date.UTC(year - 1, month - 1, day)) / 1000
    return known
  }
}

/** Past colours, blanks and `[`. */
function skipMarks(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && at < start + 64) {
    const byte = bytes[at]
    if (byte === 32 || byte === 91) at += 1
    else if (byte === 27 && bytes[at + 1] === 91) {
      at += 2
      while (at < end && (isDigit(bytes[at]) || bytes[at] === 59)) at += 1
      at += 1
    } else break
  }
  return at
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 32) at += 1
  return at
}

function startsWith(bytes: Buffer, at: number, end: number, word: Buffer): boolean {
  if (at + word.length > end) return false
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word[i]) return false
  return true
}

const isKlogLevel = (byte: number | undefined) => byte === 73 || byte === 87 || byte === 69 || byte === 70
const keys = ['"time"', '"ts"', '"timestamp"', '"@timestamp"'].map((key) => Buffer.from(key))
const logfmt = ['time=', 'ts='].map((word) => Buffer.from(word))
const lookedAt = 8192
const [quote, brace] = [34, 123]
