import { type LogNote, type LogRow, logLevels, rowTextLength } from '#shared/contract/logs.ts'
import { harmless } from '#core/sanitize.ts'
import { flag, flagsOf, levelOf, sourceOf, streamOf } from '../store/layout.ts'
import { formatTime } from '../timestamp.ts'
import { type LineSource, pieceBytes, textOf, traceOf } from './line-text.ts'

export type RowLook = {
  /** Stack traces are one row. */
  readonly fold: boolean
  readonly context: boolean
  readonly bookmark: string | null
}

/** A line of the store as the page paints it. */
export function rowOf(store: LineSource, id: number, { fold, context, bookmark }: RowLook): LogRow {
  const tag = store.tag(id)
  const flags = flagsOf(tag)
  const second = store.second(id)
  const isNote = (flags & flag.note) !== 0
  const whole = isNote ? '' : textOf(store, id)
  const text = whole.length > rowTextLength ? clip(whole) : whole
  return {
    id,
    source: sourceOf(tag),
    time: second === 0 || ((flags & flag.untimed) !== 0 && !isNote) ? null : formatTime({ second, nanos: store.nanos(id) }),
    level: logLevels[levelOf(tag)] ?? 'none',
    stream: streamOf(flags),
    text,
    more: whole.length - text.length + (isNote ? 0 : pieceBytes(store, id)),
    folded: fold && !isNote && (flags & flag.continuation) === 0 ? traceOf(store, id).length : 0,
    late: (flags & flag.late) !== 0,
    context,
    bookmark,
    // JSON spells control characters out, so they are seen only now.
    note: isNote ? harmless(JSON.parse(textOf(store, id)) as LogNote) : null,
  }
}

/** Not in the middle of a character. */
function clip(text: string): string {
  const last = text.charCodeAt(rowTextLength - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? rowTextLength - 1 : rowTextLength)
}
