import type { LogPattern } from '#shared/contract/logs.ts'
import { sanitize } from '../sanitize.ts'
import { flag, flagsOf } from '../store/layout.ts'
import { expressionOf, manyLinesExpressionOf } from './expression.ts'
import { newBits, setBit } from './line-bits.ts'
import { headOf, type SegmentView } from './segment-view.ts'

/** Of a long line, so that a match on the border of two pieces is found. */
const seamBytes = 1024
const sgr = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;:]*m`, 'g')

/** Lines of a segment in which the pattern is found, on the text as it is shown, without colours. */
export type PatternMatcher = (view: SegmentView, from: number, to: number) => Uint8Array

/**
 * Plain lines are searched all at once: their bytes are decoded as one text and the expression runs over it, which is many times quicker than line by line. Lines with wide or
 * control characters, and pieces, are looked at one by one.
 */
export function createPatternMatcher(pattern: LogPattern): PatternMatcher {
  const single = expressionOf(pattern)
  const global = manyLinesExpressionOf(pattern)
  const bytes = !pattern.regex && pattern.matchCase && !pattern.wholeWord ? Buffer.from(pattern.text) : null
  const special = flag.wide | flag.control | flag.piece

  return (view, from, to) => {
    const found = newBits(to - from)
    const hit = (line: number) => setBit(found, line - from)
    let plain = 0
    for (let line = from; line < to; line++) {
      const flags = flagsOf(view.tag(line))
      if ((flags & flag.note) !== 0) continue
      if (global !== null && (flags & special) === 0) plain++
      else if (single.test(textAsShown(view, line, flags))) hit(line)
    }
    if (plain === 0 || global === null) return found
    const isPlain = (line: number) => (flagsOf(view.tag(line)) & (special | flag.note)) === 0
    if (bytes === null) scanText(view, from, to, global, single, isPlain, hit)
    else scanBytes(view, from, to, bytes, isPlain, hit)
    return found
  }
}

function textAsShown(view: SegmentView, line: number, flags: number): string {
  let text = view.bytes.toString('utf8', view.start(line), view.end(line))
  if ((flags & flag.piece) !== 0 && line > 0) {
    const before = headOf(view, line, false) === line ? -1 : previousPiece(view, line)
    if (before >= 0) text = view.bytes.toString('utf8', Math.max(view.start(before), view.end(before) - seamBytes), view.end(before)) + text
  }
  return (flags & flag.control) === 0 ? text : sanitize(text).replace(sgr, '')
}

function previousPiece(view: SegmentView, line: number): number {
  const source = view.tag(line) >>> 16
  for (let at = line - 1; at >= 0; at--) if (view.tag(at) >>> 16 === source) return at
  return -1
}

/** The line that holds the byte, at or after `from`. Hits come in order, so the search begins close. */
function lineAt(view: SegmentView, offset: number, from: number, to: number): number {
  let low = from
  let high = to - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (view.start(middle) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

function scanBytes(
  view: SegmentView,
  from: number,
  to: number,
  needle: Buffer,
  isPlain: (line: number) => boolean,
  hit: (line: number) => void,
): void {
  const limit = view.end(to - 1)
  for (let line = from; line < to; line++) {
    const offset = view.bytes.indexOf(needle, view.start(line))
    if (offset === -1 || offset >= limit) return
    line = lineAt(view, offset, line, to)
    if (isPlain(line) && offset + needle.length <= view.end(line)) hit(line)
    else if (isPlain(line) && view.bytes.subarray(view.start(line), view.end(line)).includes(needle)) hit(line)
  }
}

function scanText(
  view: SegmentView,
  from: number,
  to: number,
  global: RegExp,
  single: RegExp,
  isPlain: (line: number) => boolean,
  hit: (line: number) => void,
): void {
  const base = view.start(from)
  const text = view.bytes.toString('latin1', base, view.end(to - 1))
  for (let line = from; line < to; ) {
    global.lastIndex = view.start(line) - base
    const match = global.exec(text)
    if (match === null) return
    line = lineAt(view, base + match.index, line, to)
    if (isPlain(line)) {
      // Over the end of the line, or nothing: only the line alone can tell.
      const within = match[0] !== '' && base + match.index + match[0].length <= view.end(line)
      if (within || single.test(view.bytes.toString('latin1', view.start(line), view.end(line)))) hit(line)
    }
    line++
  }
}
