import type { LogEvent, LogLine } from '#shared/contract/logs.ts'
import { plainText } from './ansi.ts'
import { createResume } from './resume.ts'
import type { LogNote, LogRow, NoteRow } from './log-rows.ts'

export type LogPhase = 'connecting' | 'open' | 'live' | 'reconnecting' | 'waiting' | 'ended' | 'failed'

/** One moment of a log. */
export type LogSnapshot = {
  /** Of the log it is a moment of: another number is another log. */
  readonly id: number
  readonly phase: LogPhase
  readonly rows: readonly LogRow[]
  readonly lines: number
  /** Lines that were shown and are no longer held here. */
  readonly older: number
  /** The last thing told between the lines. */
  readonly note: NoteRow | null
}

export type LogLimits = { readonly lines: number; readonly chars: number }
/** What a page holds of one log. Characters too, for 200,000 lines can be of 64 KiB each. */
const usualLimits: LogLimits = { lines: 200_000, chars: 64_000_000 }

export const noLog: LogSnapshot = { id: 0, phase: 'connecting', rows: [], lines: 0, older: 0, note: null }

export type LogBuffer = {
  /** Core has taken the request. */
  opened(): void
  take(event: LogEvent): void
  /** From when the next stream has to be: null before the first line. */
  since(): string | null
  /** The connection to core was lost, and the stream begins again at `since()`: what comes again is not shown again. */
  resumed(): void
  snapshot(): LogSnapshot
}

export function createLogBuffer(id: number, { lines: maxLines, chars: maxChars }: LogLimits = usualLimits): LogBuffer {
  const rows: LogRow[] = []
  const resume = createResume()
  let phase: LogPhase = 'connecting'
  let lines = 0
  let chars = 0
  let older = 0
  let seq = 0
  let note: NoteRow | null = null
  /** Of core's count within one stream; a jump says how many were dropped. */
  let expected: number | null = null
  let told = false

  const tell = (what: LogNote) => {
    const last = rows.at(-1)
    // A source that fails again and again is one row that changes, not a hundred; the number is new so that nothing takes it for the old one.
    if (last?.kind === 'note' && last.note.type === what.type && (what.type === 'reconnecting' || what.type === 'waiting')) rows.pop()
    const sum = what.type === 'dropped' && last?.kind === 'note' && last.note.type === 'dropped' ? last.note.count : 0
    if (sum > 0) rows.pop()
    note = { kind: 'note', seq: seq++, note: what.type === 'dropped' ? { ...what, count: what.count + sum } : what }
    rows.push(note)
  }

  const add = (line: LogLine) => {
    if (expected !== null && line.seq > expected && !told) tell({ type: 'dropped', count: line.seq - expected })
    expected = line.seq + 1
    told = false
    if (!resume.take(line)) return
    rows.push({ kind: 'line', seq: seq++, time: line.time, text: line.text, plain: plainText(line.text), cut: line.cut })
    lines += 1
    chars += line.text.length
  }

  /** In steps of a fiftieth, so that the array is not moved for each line. */
  const trim = () => {
    if (lines <= maxLines * 1.02 && chars <= maxChars * 1.02) return
    let cut = 0
    while (cut < rows.length && (lines > maxLines || chars > maxChars)) {
      const row = rows[cut]
      if (row?.kind === 'line') {
        lines -= 1
        older += 1
        chars -= row.text.length
      }
      cut += 1
    }
    rows.splice(0, cut)
  }

  const take = (event: LogEvent) => {
    if (event.type === 'lines') {
      phase = 'live'
      for (const line of event.lines) add(line)
      return trim()
    }
    tell(event)
    if (event.type === 'dropped') told = true
    phase = phaseAfter(event)
  }

  return {
    opened: () => {
      if (phase !== 'connecting') return
      phase = 'open'
    },
    take,
    since: resume.since,
    resumed: () => {
      expected = null
      told = false
      resume.again()
      phase = 'connecting'
      if (rows.length > 0) tell({ type: 'resumed' })
    },
    snapshot: () => ({ id, phase, rows: rows.slice(), lines, older, note }),
  }
}

function phaseAfter(event: Exclude<LogEvent, { readonly type: 'lines' }>): LogPhase {
  switch (event.type) {
    case 'dropped':
    case 'restarted':
      return 'live'
    default:
      return event.type
  }
}
