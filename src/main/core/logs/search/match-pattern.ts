import type { LogPattern } from '#shared/contract/logs.ts'
import { plainText } from '#core/sanitize.ts'
import { flag, flagsOf, sourceOf } from '../store/layout.ts'
import { expressionOf, manyLinesExpressionOf } from './expression.ts'
import { hasBit, newBits, setBit } from './line-bits.ts'
import type { SegmentView } from './segment-view.ts'
import type { Survey } from './survey.ts'

export type PatternMatcher = {
  /** Lines of the surveyed range in which the pattern is found, on the text as it is shown, without colours. Never a note. */
  scan(view: SegmentView, survey: Survey): Uint8Array
  /** A text as `shownText` answers it. */
  test(text: string): boolean
}

/** Of a long line, so that a match on the border of two pieces is found. The ends of a piece are no ends of a line, but `^` and `$` take them for such. */
export const seamBytes = 1024

/** Text as it is shown, without colours. */
export function shownText(text: string, flags: number): string {
  return (flags & flag.control) === 0 ? text : plainText(text)
}

/**
 * The lines of a segment are searched all at once: their bytes are decoded as one text and the expression runs over it, which is many times quicker than line by line. Only what is
 * shown otherwise than it lies there (control characters, pieces) is looked at one by one.
 */
export function createPatternMatcher(pattern: LogPattern): PatternMatcher {
  const single = expressionOf(pattern)
  const global = manyLinesExpressionOf(pattern)
  const bytes = !pattern.regex && pattern.matchCase && !pattern.wholeWord ? Buffer.from(pattern.text) : null

  return {
    test: (text) => single.test(text),
    scan: (view, survey) => {
      const { from, to, special, notes } = survey
      const found = newBits(to - from)
      for (const line of special) if (single.test(pieceText(view, line))) setBit(found, line - from)
      if (special.length === to - from) return found
      // Bits of lines that are not searched together.
      let apart = notes
      if (special.length > 0) {
        apart = notes.slice()
        for (const line of special) setBit(apart, line - from)
      }
      const hit = (line: number) => {
        if (!hasBit(apart, line - from)) setBit(found, line - from)
      }
      if (bytes !== null) scanBytes(view, from, to, bytes, hit)
      else {
        const begin = view.start(from)
        const end = view.end(to - 1)
        const text = view.bytes.toString(survey.wide ? 'utf8' : 'latin1', begin, end)
        if (global === null) scanLines(text, from, single, hit)
        else if (survey.wide) scanText(text, from, global, single, hit, newlineCounter(text, from))
        else scanText(text, from, global, single, hit, (index, line) => lineAt(view, begin + index, line, to))
      }
      return found
    },
  }
}

/** With the end of the piece before it, where that is in the segment. */
function pieceText(view: SegmentView, line: number): string {
  const flags = flagsOf(view.tag(line))
  if ((flags & flag.piece) === 0) return shownText(view.bytes.toString('utf8', view.start(line), view.end(line)), flags)
  const before = previousOf(view, line)
  if (before === -1) return shownText(view.bytes.toString('utf8', view.start(line), view.end(line)), flags)
  const seam = view.bytes.subarray(Math.max(view.start(before), view.end(before) - seamBytes), view.end(before))
  return shownText(
    Buffer.concat([seam, view.bytes.subarray(view.start(line), view.end(line))]).toString(),
    flags | flagsOf(view.tag(before)),
  )
}

const maxBack = 5000

function previousOf(view: SegmentView, line: number): number {
  const source = sourceOf(view.tag(line))
  for (let at = line - 1; at >= Math.max(0, line - maxBack); at--) {
    const tag = view.tag(at)
    if (sourceOf(tag) === source && (flagsOf(tag) & flag.note) === 0) return at
  }
  return -1
}

/** The line that holds the byte, at or after `from`. Hits come in order, so the search begins close. */
function lineAt(view: SegmentView, offset: number, from: number, to: number): number {
  let low = from
  let step = 1
  while (low + step < to && view.start(low + step) <= offset) {
    low += step
    step *= 2
  }
  let high = Math.min(to - 1, low + step - 1)
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (view.start(middle) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Where characters are not bytes, lines are counted. */
function newlineCounter(text: string, from: number): (index: number) => number {
  let line = from
  let next = text.indexOf('\n')
  return (index) => {
    while (next !== -1 && next < index) {
      line++
      next = text.indexOf('\n', next + 1)
    }
    return line
  }
}

function scanBytes(view: SegmentView, from: number, to: number, needle: Buffer, hit: (line: number) => void): void {
  const limit = view.end(to - 1)
  for (let line = from; line < to; line++) {
    const offset = view.bytes.indexOf(needle, view.start(line))
    if (offset === -1 || offset >= limit) return
    line = lineAt(view, offset, line, to)
    if (offset + needle.length <= view.end(line)) hit(line)
  }
}

function scanText(
  text: string,
  from: number,
  global: RegExp,
  single: RegExp,
  hit: (line: number) => void,
  lineOf: (index: number, line: number) => number,
): void {
  let line = from
  global.lastIndex = 0
  for (;;) {
    const match = global.exec(text)
    if (match === null) return
    line = lineOf(match.index, line)
    const newline = text.indexOf('\n', match.index)
    const end = newline === -1 ? text.length : newline
    // Over the end of the line: only the line alone can tell.
    if (match.index + match[0].length <= end || single.test(text.slice(text.lastIndexOf('\n', match.index - 1) + 1, end))) hit(line)
    if (newline === -1) return
    global.lastIndex = newline + 1
  }
}

function scanLines(text: string, from: number, single: RegExp, hit: (line: number) => void): void {
  for (const [index, line] of text.split('\n').entries()) if (single.test(line)) hit(from + index)
}
