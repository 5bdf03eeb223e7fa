import type { LogFilter, LogPattern } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { parseTime } from '../views/format-time.ts'
import { flag, flagsOf, levelOf, levels, sourceOf } from '../store/layout.ts'
import { clearBit, hasBit, newBits, setBit } from './line-bits.ts'
import { createFieldMatcher } from './match-field.ts'
import { createPatternMatcher, type PatternMatcher } from './match-pattern.ts'
import { headOf, type SegmentView } from './segment-view.ts'

export type SearchSpec =
  | { readonly kind: 'filter'; readonly filter: LogFilter }
  /** `fold`: lines of a stack trace are found by the row that they are folded into. */
  | { readonly kind: 'find'; readonly pattern: LogPattern; readonly fold: boolean }

/** Which lines `from` to `to` (exclusive) of a segment pass. */
export type Matcher = (view: SegmentView, from: number, to: number) => Uint8Array

/** Throws `bad-input` (field: pattern, from, to) for what cannot be compiled. */
export function createMatcher(spec: SearchSpec): Matcher {
  if (spec.kind === 'find') {
    const match = createPatternMatcher(spec.pattern)
    return (view, from, to) => lifted(match, view, from, to, spec.fold)
  }
  return createFilterMatcher(spec.filter)
}

function createFilterMatcher(filter: LogFilter): Matcher {
  const include = filter.include.map(createPatternMatcher)
  const exclude = filter.exclude.map(createPatternMatcher)
  const fields = filter.fields.map(createFieldMatcher)
  const inRecord = createRecordTest(filter)
  return (view, from, to) => {
    const passed = newBits(to - from)
    for (let line = from; line < to; line++) if (inRecord(view, line)) setBit(passed, line - from)
    const keep = (bits: Uint8Array, wanted: boolean) => {
      for (let line = from; line < to; line++) {
        const isNote = (flagsOf(view.tag(line)) & flag.note) !== 0
        if (!isNote && hasBit(bits, line - from) !== wanted) clearBit(passed, line - from)
      }
    }
    for (const match of include) keep(lifted(match, view, from, to, filter.fold), true)
    for (const match of exclude) keep(lifted(match, view, from, to, filter.fold), false)
    if (fields.length > 0)
      for (let line = from; line < to; line++)
        if (hasBit(passed, line - from) && (flagsOf(view.tag(line)) & flag.note) === 0 && !fields.every((match) => match(view, line)))
          clearBit(passed, line - from)
    return passed
  }
}

/** A row stands for its pieces and, folded, for its stack trace: what is found in one of them is found in the row. */
function lifted(match: PatternMatcher, view: SegmentView, from: number, to: number, fold: boolean): Uint8Array {
  const found = match(view, from, to)
  const follows = flag.piece | (fold ? flag.continuation : 0)
  for (let line = from; line < to; line++) {
    if (!hasBit(found, line - from) || (flagsOf(view.tag(line)) & follows) === 0) continue
    clearBit(found, line - from)
    const head = headOf(view, line, fold)
    if (head >= from) setBit(found, head - from)
  }
  return found
}

/** What a line's record alone decides. Throws `bad-input`. */
function createRecordTest(filter: LogFilter): (view: SegmentView, line: number) => boolean {
  const hidden = new Set(filter.hidden)
  const wanted = filter.levels === null ? null : levels.map((level) => filter.levels?.includes(level) === true)
  const after = boundOf(filter.from, 'from')
  const before = boundOf(filter.to, 'to')
  const follows = flag.piece | (filter.fold ? flag.continuation : 0)
  return (view, line) => {
    const tag = view.tag(line)
    const flags = flagsOf(tag)
    if (hidden.has(sourceOf(tag))) return false
    if (after !== null && isBefore(view, line, after)) return false
    if (before !== null && !isBefore(view, line, before)) return false
    if ((flags & flag.note) !== 0) return true
    if ((flags & follows) !== 0) return false
    if (wanted !== null && wanted[levelOf(tag)] !== true) return false
    return filter.stream === null || (filter.stream === 'stderr') === ((flags & flag.stderr) !== 0)
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
