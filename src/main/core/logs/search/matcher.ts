import type { LogFilter, LogPattern } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { parseTime } from '../timestamp.ts'
import { flag, flagsOf, levelOf, levels, sourceOf } from '../store/layout.ts'
import { clearBit, hasBit, newBits, setBit } from './line-bits.ts'
import { createFieldMatcher } from './match-field.ts'
import { createPatternMatcher, type PatternMatcher, seamBytes, shownText } from './match-pattern.ts'
import type { SegmentView } from './segment-view.ts'
import { followFlags, type Survey } from './survey.ts'

export type SearchSpec =
  | { readonly kind: 'filter'; readonly filter: LogFilter }
  /** `fold`: lines of a stack trace are found by the row that they are folded into. */
  | { readonly kind: 'find'; readonly pattern: LogPattern; readonly fold: boolean }

export type Matcher = {
  /** Which lines of the range pass, as far as the range tells: rows that begin before it are none of its. */
  match(view: SegmentView, survey: Survey): Uint8Array
  /** For a row whose lines lie apart: `add` its lines in their order, the head first. */
  row(): RowMatcher
}

export type RowMatcher = {
  add(view: SegmentView, line: number): void
  /** Of the lines so far. */
  readonly passes: boolean
}

/** A row stands for its pieces and, folded, for its stack trace: what is found in one of them is found in the row. Throws `bad-input` (field: pattern, from, to). */
export function createMatcher(spec: SearchSpec): Matcher {
  if (spec.kind === 'filter') return createFilterMatcher(spec.filter)
  const found = createPatternMatcher(spec.pattern)
  return {
    match: (view, survey) => lifted(found.scan(view, survey), survey),
    row: () => rowMatcher([found], [], () => true),
  }
}

function createFilterMatcher(filter: LogFilter): Matcher {
  const include = filter.include.map(createPatternMatcher)
  const exclude = filter.exclude.map(createPatternMatcher)
  const fields = filter.fields.map(createFieldMatcher)
  const inRecord = createRecordTest(filter)
  const inFields = (view: SegmentView, line: number) => fields.every((match) => match(view, line))

  return {
    match: (view, survey) => {
      const { from, to, notes } = survey
      const passed = newBits(to - from)
      for (let line = from; line < to; line++) if (inRecord(view, line)) setBit(passed, line - from)
      const keep = (matcher: PatternMatcher, wanted: boolean) => {
        if (passed.every((byte) => byte === 0)) return
        const found = lifted(matcher.scan(view, survey), survey)
        for (let at = 0; at < passed.length; at++) passed[at]! &= wanted ? found[at]! | notes[at]! : ~found[at]!
      }
      for (const matcher of include) keep(matcher, true)
      for (const matcher of exclude) keep(matcher, false)
      if (fields.length > 0)
        for (let line = from; line < to; line++)
          if (hasBit(passed, line - from) && !hasBit(notes, line - from) && !inFields(view, line)) clearBit(passed, line - from)
      return passed
    },
    row: () => rowMatcher(include, exclude, (view, line) => inRecord(view, line) && inFields(view, line)),
  }
}

/** What was found in a line that follows goes to the line that leads its row. */
function lifted(found: Uint8Array, { from, follows, headOf }: Survey): Uint8Array {
  for (let at = 0; at < found.length; at++) {
    for (let left = found[at]! & follows[at]!; left !== 0; left &= left - 1) {
      const line = at * 8 + 31 - Math.clz32(left & -left)
      clearBit(found, line)
      const head = headOf(from + line)
      if (head !== -1) setBit(found, head - from)
    }
  }
  return found
}

function rowMatcher(
  include: readonly PatternMatcher[],
  exclude: readonly PatternMatcher[],
  ofHead: (view: SegmentView, line: number) => boolean,
): RowMatcher {
  const wanted = new Set(include)
  let passes: boolean | null = null
  let seam = Buffer.alloc(0)
  let seamFlags = 0
  return {
    add: (view, line) => {
      passes ??= ofHead(view, line)
      if (!passes) return
      const flags = flagsOf(view.tag(line))
      const isPiece = (flags & flag.piece) !== 0
      const own = view.bytes.subarray(view.start(line), view.end(line))
      const bytes = isPiece ? Buffer.concat([seam, own]) : own
      const text = shownText(bytes.toString(), isPiece ? flags | seamFlags : flags)
      for (const each of wanted) if (each.test(text)) wanted.delete(each)
      if (exclude.some((each) => each.test(text))) passes = false
      seam = Buffer.from(own.subarray(Math.max(0, own.length - seamBytes)))
      seamFlags = flags
    },
    get passes() {
      return passes === true && wanted.size === 0
    },
  }
}

/** What a line's record alone decides. Throws `bad-input`. */
function createRecordTest(filter: LogFilter): (view: SegmentView, line: number) => boolean {
  const hidden = new Set(filter.hidden)
  const wanted = filter.levels === null ? null : levels.map((level) => filter.levels?.includes(level) === true)
  const after = boundOf(filter.from, 'from')
  const before = boundOf(filter.to, 'to')
  const follows = followFlags(filter.fold)
  const stream = filter.stream === null ? null : flag[filter.stream]
  return (view, line) => {
    const tag = view.tag(line)
    const flags = flagsOf(tag)
    if (hidden.size > 0 && hidden.has(sourceOf(tag))) return false
    if (after !== null && isBefore(view, line, after)) return false
    if (before !== null && !isBefore(view, line, before)) return false
    if ((flags & flag.note) !== 0) return true
    if ((flags & follows) !== 0) return false
    if (wanted !== null && wanted[levelOf(tag)] !== true) return false
    return stream === null || (flags & stream) !== 0
  }
}

type Bound = { readonly second: number; readonly nanos: number }

function boundOf(text: string | null, field: 'from' | 'to'): Bound | null {
  if (text === null) return null
  const bound = parseTime(text)
  if (bound === null) throw new AppError('bad-input', { field })
  return bound
}

function isBefore(view: SegmentView, line: number, { second, nanos }: Bound): boolean {
  const own = view.second(line)
  return own < second || (own === second && view.nanos(line) < nanos)
}
