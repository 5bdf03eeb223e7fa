import { flag, flagsOf, levelOf, levels } from '../store/layout.ts'

/**
 * What a line is, from its bytes alone: `level << 13 | flags` (layout.ts). Called for every line that comes in, so it makes nothing. A level is taken only from where loggers put it:
 * a field of a JSON line, klog's first letter, `level=`, a word in capitals or brackets near the beginning. A word in the middle of prose is none.
 * `previousTag`: of the line before it (same lane), -1 when there is none; a stack trace goes on from it and has its level. Without one nothing goes on: a row nobody leads to would be lost.
 */
export function inspectLine(bytes: Uint8Array, start: number, end: number, previousTag: number): number {
  let flags = contentFlags(bytes, start, end)
  if (bytes[start] === brace && bytes[end - 1] === 0x7d) flags |= flag.json
  if (goesOn(bytes, start, end, previousTag)) {
    const isFrame =
      (bytes[start] === space || bytes[start] === tab) && ((previousTag & python) !== 0 || startsWith(bytes, start + 2, end, 'File "'))
    return (levelOf(previousTag) << 13) | flags | flag.continuation | (isFrame ? python : 0)
  }
  if (startsWith(bytes, start, end, 'Traceback (most recent')) flags |= python
  return (levelAt(bytes, start, end, flags) << 13) | flags
}

/** A flag of this file alone: a Python traceback is open. Its last line stands at the left, where another runtime's would be the next error. */
const python = flag.openTrace

const tab = 0x09
const space = 0x20
const quote = 0x22
const brace = 0x7b
const escape = 0x1b

/** The buffer looked at last, four bytes at a time. */
let wordsOf: ArrayBufferLike | null = null
let fours: Uint32Array = new Uint32Array(0)

/** `wide` and `control`. Four bytes at a time: nearly all lines are plain, and this is the dear part. */
function contentFlags(bytes: Uint8Array, start: number, end: number): number {
  if (bytes.buffer !== wordsOf) {
    wordsOf = bytes.buffer
    fours = new Uint32Array(bytes.buffer, 0, bytes.buffer.byteLength >>> 2)
  }
  let flags = 0
  let at = start
  for (; at < end && ((bytes.byteOffset + at) & 3) !== 0; at++) flags |= byteFlags(bytes, at, end)
  for (let four = (bytes.byteOffset + at) >>> 2; at + 4 <= end; at += 4, four++) {
    const word = fours[four]!
    const deleted = word ^ 0x7f7f7f7f
    // Not zero: a byte from 0x80, below 0x20, or 0x7f; a borrow may say so of one beside it, so it is looked at closely.
    if (((word | (word - 0x20202020) | ((deleted - 0x01010101) & ~deleted)) & 0x80808080) === 0) continue
    for (let one = at; one < at + 4; one++) flags |= byteFlags(bytes, one, end)
  }
  for (; at < end; at++) flags |= byteFlags(bytes, at, end)
  return flags
}

function byteFlags(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at]!
  if ((byte >= 0x20 && byte < 0x7f) || byte === tab) return 0
  if (byte < 0x80) return flag.control
  return isHiddenControl(bytes, at, end) ? flag.wide | flag.control : flag.wide
}

/** C1 controls, line separators and characters that turn the direction of text, in UTF-8. */
function isHiddenControl(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at]
  const second = at + 1 < end ? bytes[at + 1]! : 0
  if (byte === 0xc2) return second >= 0x80 && second <= 0x9f
  if (byte !== 0xe2) return false
  const third = at + 2 < end ? bytes[at + 2]! : 0
  return (second === 0x80 && third >= 0xa8 && third <= 0xae) || (second === 0x81 && third >= 0xa6 && third <= 0xa9)
}

const index = (name: (typeof levels)[number]) => levels.indexOf(name)
const words = new Map<number, number>()
const name = (level: (typeof levels)[number], ...all: string[]) => {
  for (const word of all) words.set(keyOf(Buffer.from(word), 0, word.length), index(level))
}
name('trace', 'trace', 'trc', 'finest', 'finer', 'verbose')
name('debug', 'debug', 'dbg', 'fine')
name('info', 'info', 'inf', 'notice', 'log', 'information')
name('warn', 'warn', 'warning', 'wrn')
name('error', 'error', 'err', 'eror', 'severe', 'crit', 'critical', 'alert')
name('fatal', 'fatal', 'panic', 'emerg', 'ftl')
/** Levels only in capitals or brackets: they are anybody's words. */
const common = new Set(['log', 'fine', 'finer', 'finest', 'alert', 'verbose'].map((word) => keyOf(Buffer.from(word), 0, word.length)))

/** Letters without case as one number; -1 where there is another byte. */
function keyOf(bytes: Uint8Array, from: number, length: number): number {
  let key = 0
  for (let at = from; at < from + length; at++) {
    const letter = bytes[at]! | 0x20
    if (letter < 0x61 || letter > 0x7a) return -1
    key = key * 27 + (letter - 0x60)
  }
  return key
}

const nearBytes = 96
const jsonBytes = 1024

function levelAt(bytes: Uint8Array, start: number, end: number, flags: number): number {
  let from = start
  while (from < end && (bytes[from] === space || bytes[from] === tab)) from++
  if ((flags & flag.json) !== 0) return jsonLevel(bytes, from, Math.min(end, from + jsonBytes))
  const klog = klogLevel(bytes, from, end)
  return klog > 0 ? klog : wordLevel(bytes, from, Math.min(end, from + nearBytes), end)
}

/** `I0914 14:08:24.118302` */
function klogLevel(bytes: Uint8Array, from: number, end: number): number {
  if (end - from < 14) return 0
  for (let at = from + 1; at < from + 5; at++) if (!isDigit(bytes[at]!)) return 0
  if (bytes[from + 5] !== space || bytes[from + 8] !== 0x3a) return 0
  switch (bytes[from]) {
    case 0x49:
      return index('info')
    case 0x57:
      return index('warn')
    case 0x45:
      return index('error')
    case 0x46:
      return index('fatal')
    default:
      return 0
  }
}

function wordLevel(bytes: Uint8Array, from: number, near: number, end: number): number {
  let first = true
  // Within quotes, in an access line or behind two words of a sentence, capitals say nothing.
  let quoted = false
  let small = 0
  for (let at = from; at < near; ) {
    const byte = bytes[at]!
    if (byte === escape) {
      at = afterEscape(bytes, at, end)
      continue
    }
    if (!isLetter(byte)) {
      if (byte !== space) small = 0
      if (byte === quote) quoted = !quoted
      if (isDigit(byte) || byte > 0x7f) at = afterToken(bytes, at, near)
      else at++
      continue
    }
    // Small letters say something only at the very beginning, in brackets or behind a key.
    if (!first && byte >= 0x61 && !opens(bytes[at - 1]!)) {
      while (at < near && isLetter(bytes[at]!)) at++
      small++
      continue
    }
    let stop = at
    let capitals = true
    while (stop < end && isLetter(bytes[stop]!)) {
      if (bytes[stop]! >= 0x61) capitals = false
      stop++
    }
    const after = stop < end ? bytes[stop]! : space
    const before = at > from ? bytes[at - 1]! : space
    const alone =
      !isDigit(after) &&
      after !== 0x5f &&
      after !== 0x2d &&
      after !== 0x2f &&
      after !== 0x2e &&
      !(before === 0x2d || before === 0x5f || before === 0x2f || before === 0x2e)
    if (alone && stop - at >= 3 && stop - at <= 11) {
      const key = keyOf(bytes, at, stop - at)
      const level = words.get(key) ?? 0
      const marked = (before === 0x5b && after === 0x5d) || (before === 0x28 && after === 0x29) || (before === 0x3c && after === 0x3e)
      const field =
        (before === 0x3d || (before === quote && at - 2 >= from && bytes[at - 2] === 0x3d)) &&
        isLevelKey(bytes, from, before === quote ? at - 2 : at - 1)
      const leads = first && after === 0x3a && (capitals || !common.has(key))
      // `LOG:` is PostgreSQL's; a bare LOG is anybody's word.
      const bare = capitals && !quoted && small < 2 && !(stop - at === 3 && level === index('info') && bytes[at] === 0x4c && after !== 0x3a)
      if (level > 0 && (marked || field || leads || (bare && before !== 0x3d && after !== 0x3d))) return level
      if (first && isExceptionHead(bytes, at, end)) return index('error')
    }
    if (after === 0x2f && startsWith(bytes, at, end, 'HTTP/')) return 0
    small = first && !capitals && alone ? 1 : 0
    first = false
    at = Math.max(stop, at + 1)
    if (!alone) at = afterToken(bytes, at, near)
  }
  return 0
}

const opens = (byte: number) => byte === 0x5b || byte === 0x28 || byte === 0x3c || byte === 0x3d || byte === quote

/** The key before the `=` at `equals`. */
function isLevelKey(bytes: Uint8Array, from: number, equals: number): boolean {
  return endsWith(bytes, from, equals, 'level') || endsWith(bytes, from, equals, 'lvl') || endsWith(bytes, from, equals, 'severity')
}

function endsWith(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  const begin = end - text.length
  return begin >= from && startsWith(bytes, begin, end, text) && (begin === from || !isLetter(bytes[begin - 1]!))
}

function startsWith(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  if (end - from < text.length) return false
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}

const isExceptionHead = (bytes: Uint8Array, at: number, end: number) =>
  startsWith(bytes, at, end, 'Exception in thread') || startsWith(bytes, at, end, 'Traceback (most recent')

/** Of the line's own object, not of one within it. */
function jsonLevel(bytes: Uint8Array, from: number, near: number): number {
  let depth = 0
  for (let at = from; at < near; at++) {
    const byte = bytes[at]!
    if (byte === brace || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) depth--
    if (byte !== quote) continue
    const key = at + 1
    for (at = key; at < near && bytes[at] !== quote; at++) if (bytes[at] === 0x5c) at++
    if (depth !== 1 || !isJsonKey(bytes, key, at)) continue
    let value = at + 1
    while (value < near && bytes[value] === space) value++
    if (bytes[value] !== 0x3a) continue
    value++
    while (value < near && bytes[value] === space) value++
    const level = jsonValue(bytes, value, near)
    if (level > 0) return level
  }
  return 0
}

/** `@l`: Serilog's. */
function isJsonKey(bytes: Uint8Array, from: number, end: number): boolean {
  switch (end - from) {
    case 2:
      return startsWith(bytes, from, end, '@l')
    case 3:
      return startsWith(bytes, from, end, 'lvl')
    case 5:
      return startsWith(bytes, from, end, 'level')
    case 8:
      return startsWith(bytes, from, end, 'severity')
    case 9:
      return startsWith(bytes, from, end, 'log.level') || startsWith(bytes, from, end, 'levelname')
    default:
      return false
  }
}

/** A word, or pino's and bunyan's number (https://github.com/pinojs/pino/blob/main/docs/api.md#logger-level). */
function jsonValue(bytes: Uint8Array, from: number, near: number): number {
  if (bytes[from] === quote) {
    let stop = from + 1
    while (stop < near && isLetter(bytes[stop]!)) stop++
    if (stop - from > 12) return 0
    return words.get(keyOf(bytes, from + 1, stop - from - 1)) ?? 0
  }
  let number = 0
  for (let at = from; at < near && isDigit(bytes[at]!) && number < 1000; at++) number = number * 10 + bytes[at]! - 0x30
  if (number < 10 || number >= 70) return 0
  return Math.floor(number / 10)
}

/** A stack trace that goes on: Java and Kotlin, Python, Go, Node. */
function goesOn(bytes: Uint8Array, start: number, end: number, previousTag: number): boolean {
  if (previousTag === -1 || (flagsOf(previousTag) & flag.note) !== 0) return false
  const inTrace = (flagsOf(previousTag) & flag.continuation) !== 0
  const level = levelOf(previousTag)
  let from = start
  while (from < end && (bytes[from] === space || bytes[from] === tab)) from++
  if (from > start) {
    if (startsWith(bytes, from, end, 'at ') || startsWith(bytes, from, end, 'File "')) return true
    if (startsWith(bytes, from, end, '... ') && inTrace) return true
    // Code below a Python frame, the place of a Go frame, notes of Node's errors.
    return inTrace
  }
  if (startsWith(bytes, from, end, 'Caused by: ') || startsWith(bytes, from, end, 'Suppressed: ')) return inTrace
  if (startsWith(bytes, from, end, 'goroutine ')) return inTrace || level === levels.length - 1
  // Go has one between its goroutines.
  if (from === end) return level === levels.length - 1
  // Logback and log4j write the exception on a line of its own, below what was logged.
  if (!inTrace) return level >= index('error') && isException(bytes, from, end)
  if (end - from === 1 && bytes[from] === 0x7d) return true
  if ((previousTag & python) !== 0) return nameEnd(bytes, from, end) > from
  return startsWith(bytes, from, end, 'created by ') || isGoFrame(bytes, from, end)
}

/** `main.(*Server).run(0xc000, 0x1)`, and nothing behind. */
function isGoFrame(bytes: Uint8Array, from: number, end: number): boolean {
  if (bytes[end - 1] !== 0x29) return false
  for (let at = from; at < end; at++) {
    if (bytes[at] === 0x28) return at > from
    if (bytes[at] === space || bytes[at] === 0x3a) return false
  }
  return false
}

/** `java.lang.IllegalStateException: order 7 is closed` */
function isException(bytes: Uint8Array, from: number, end: number): boolean {
  const stop = nameEnd(bytes, from, end)
  if (!endsIn(bytes, from, stop, 'Exception') && !endsIn(bytes, from, stop, 'Error')) return false
  for (let at = from; at < stop; at++) if (bytes[at] === 0x2e) return true
  return false
}

/** Behind a dotted name at the beginning that is all of the line, or has a `:` behind it; else `from`. */
function nameEnd(bytes: Uint8Array, from: number, end: number): number {
  let stop = from
  while (
    stop < end &&
    (isLetter(bytes[stop]!) || isDigit(bytes[stop]!) || bytes[stop] === 0x2e || bytes[stop] === 0x5f || bytes[stop] === 0x24)
  )
    stop++
  return stop === end || bytes[stop] === 0x3a ? stop : from
}

const endsIn = (bytes: Uint8Array, from: number, end: number, text: string) =>
  end - text.length >= from && startsWith(bytes, end - text.length, end, text)

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39
const isLetter = (byte: number) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/** Behind a date, a number, an address: none of their letters is a word. */
function afterToken(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at]! > space && bytes[at] !== 0x5b && bytes[at] !== 0x5d && bytes[at] !== 0x7c && bytes[at] !== escape) at++
  return at
}

function afterEscape(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 1
  if (at < end && bytes[at] === 0x5b) {
    at++
    while (at < end && (bytes[at]! < 0x40 || bytes[at]! > 0x7e)) at++
  }
  return at + 1
}
