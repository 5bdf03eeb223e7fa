import type { LogNote } from '#shared/contract/logs.ts'
import type { LogSink } from '../source/sink.ts'
import { flag, type LineBatch } from '../store/layout.ts'
import { lastTime, pick } from '../store/line-batch.ts'
import { formatTime, type Instant } from '../timestamp.ts'
import { type HistoryRequest, readHistory } from './history.ts'
import type { NodeDeps } from './node-command.ts'
import { disorder, type HistoryEdge } from './seam.ts'

/** Between two lines that the view has of a container. */
export type SpanRequest = Omit<HistoryRequest, 'before' | 'ended' | 'writtenSince' | 'entered'> & {
  /** Time of the lower one. */
  readonly after: Instant
  /** The upper one; null: up to the end of a log to which nothing is written any more. */
  readonly before: HistoryEdge | null
  /** Lines that the view has around both. */
  readonly held: HeldLines
  /** The rows that stand between the two now: that lines are missing, that it restarted, that it ended. */
  readonly notes: readonly LogNote[]
}

export type HeldLines = {
  /** The view has the line. Each of its own lines answers once. */
  take(at: Instant, text: Uint8Array): boolean
}

export type SpanEnd = {
  /** Handed over. None: not a row either. */
  readonly lines: number
  /** Nothing of what was written between the two is missing any more. */
  readonly whole: boolean
}

type Restarted = Extract<LogNote, { type: 'restarted' }>

/**
 * Reads from the node's files what the view does not have between two lines, in order. With the first line that it hands over, its rows stand for those that were there: a gap where the
 * files hold nothing, the restarts and the end. Throws as `readHistory` does while nothing was handed over; later a failure, an abort too, is a gap.
 */
export async function readSpan(deps: NodeDeps, request: SpanRequest, sink: LogSink, signal: AbortSignal): Promise<SpanEnd> {
  const { source, after, before, held, notes } = request
  const restarts = notes.filter((note): note is Restarted => note.type === 'restarted')
  const reason = notes.find((note) => note.type === 'gap')?.reason ?? 'rotated'
  /** Rows on their way; none is handed over before there is a line. */
  let rows: { readonly at: Instant | null; readonly note: LogNote }[] = []
  let lines = 0
  /** A line came that is not behind the lower one, so the files reach back far enough. */
  let reached = false
  /** A line came that the view has: what follows belongs to the view. */
  let known = false
  let torn = false
  let run: number | null = null
  let last: Instant = after
  let lastKept = false

  const gap = (to: Instant | null, why: typeof reason) => {
    torn = true
    rows.push({ at: last, note: { type: 'gap', from: formatTime(last), to: to && formatTime(to), reason: why } })
  }
  const restartsUpTo = (newest: number) => {
    for (let next = restarts[0]; next && next.restarts <= newest; next = restarts[0]) {
      rows.push({ at: last, note: next })
      restarts.shift()
    }
  }
  const release = () => {
    for (const { at, note } of rows) sink.note(source, at, note)
    rows = []
  }

  const isWanted = (batch: LineBatch, line: number): boolean => {
    if (((batch.flags[line] ?? 0) & flag.piece) !== 0) return lastKept
    const at = { second: batch.seconds[line] ?? 0, nanos: batch.nanos[line] ?? 0 }
    // No line of the runtime's, so the API left it out too.
    if (at.second === 0) return false
    if (at.second < after.second - disorder) {
      reached = true
      return false
    }
    if (held.take(at, batch.bytes.subarray(batch.starts[line], batch.ends[line]))) {
      reached = known = true
      return false
    }
    if (at.second > after.second || (at.second === after.second && at.nanos > after.nanos)) return true
    reached = true
    return known
  }

  const through: LogSink = {
    ...sink,
    lines: (_, batch) => {
      const wanted: number[] = []
      for (let line = 0; line < batch.count; line += 1) {
        lastKept = isWanted(batch, line)
        if (lastKept) wanted.push(line)
      }
      const [first] = wanted
      if (first !== undefined) {
        if (!reached && lines === 0) gap({ second: batch.seconds[first] ?? 0, nanos: batch.nanos[first] ?? 0 }, reason)
        if (run !== null) restartsUpTo(run)
        release()
        lines += wanted.length
        sink.lines(source, wanted.length === batch.count ? batch : pick(batch, wanted), true)
      }
      const at = lastTime(batch)
      if (at && isLater(at, last)) last = at
    },
    note: (_, at, note) => {
      // What is not to be had of before the lower line is not missing here.
      if (note.type === 'gap' && (reached || lines > 0)) {
        torn = true
        rows.push({ at: at && isLater(at, last) ? at : last, note })
      }
    },
  }
  const entered = (next: number) => {
    const inside = reached || lines > 0
    if (run !== null && inside) {
      if (next > run + 1) gap(null, 'unreadable')
      restartsUpTo(next - 1)
      if (restarts[0]?.restarts === next) restartsUpTo(next)
      else rows.push({ at: last, note: { type: 'restarted', exitCode: null, reason: '', restarts: next, ranMs: null } })
    }
    run = next
  }
  const finish = () => {
    if (lines === 0) return
    restartsUpTo(Infinity)
    for (const note of notes) if (note.type === 'ended') rows.push({ at: last, note })
    release()
  }

  const history: HistoryRequest = {
    ...request,
    before: () => before,
    ended: true,
    writtenSince: (after.second - disorder) * 1000,
    entered,
  }
  try {
    const { joined } = await readHistory(deps, history, through, signal)
    finish()
    return { lines, whole: joined && reached && !torn }
  } catch (error) {
    if (lines === 0) throw error
    gap(before?.at ?? null, 'unreadable')
    finish()
    return { lines, whole: false }
  }
}

const isLater = (a: Instant, b: Instant) => a.second > b.second || (a.second === b.second && a.nanos > b.nanos)
