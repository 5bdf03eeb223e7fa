import type { LogEvent, LogLine, LogRequest } from '#shared/contract/logs.ts'
import type { Exec } from '#core/exec/types.ts'
import { kubectlError } from '../workloads/api-errors.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import type { AppError } from '#core/error.ts'
import { batches } from './batches.ts'
import { logArgs } from './log-args.ts'
import type { LogArgs } from './log-args.ts'
import type { Position } from './position.ts'
import { sanitize } from './sanitize.ts'
import { splitTimestamp } from './timestamp.ts'
import type { StampedLine } from './timestamp.ts'

type Line = StampedLine & { readonly cut: boolean }

export type StreamEnd = {
  /** Null: kubectl ended with 0, because the container or the connection ended. */
  readonly error: AppError | null
  /** At least one line was new. */
  readonly progressed: boolean
  /** Time of the first line that was new, ms since 1970, whole seconds. */
  readonly oldest: number | null
}

export type LogReader = {
  /**
   * Runs one `kubectl logs` and hands over the lines that are new. `unanchored` runs once, before the first new line of a stream that was resumed up again without meeting
   * any line seen before: then it may be another run's log.
   */
  read(args: LogArgs, unanchored?: () => AsyncGenerator<LogEvent, void>): AsyncGenerator<LogEvent, StreamEnd>
  /** The last line of a stream that ended may be half a line. It is kept back until it comes again whole, or, by this, until nothing more can come. */
  flush(): Generator<LogEvent>
}

const gather = { max: 1000, windowMs: 25 }
/** Of the text; the timestamp before it comes on top. */
const maxLineBytes = 64 * 1024 + 64

export function createLogReader(
  { kubectl, exec }: { kubectl: Kubectl; exec: Pick<Exec, 'lines'> },
  request: LogRequest,
  position: Position,
  signal: AbortSignal,
): LogReader {
  const { file, name } = request
  let seq = 0
  let held: Line | null = null

  const toLogLine = ({ time, text, cut }: Line): LogLine => ({ seq: seq++, time, text: sanitize(text), cut })
  const event = (lines: readonly Line[]): LogEvent => ({ type: 'lines', lines: lines.map(toLogLine) })

  /** The lines that are new; the one held back goes when it has come whole, or before what is later than it. */
  const take = (lines: readonly Line[]): Line[] => {
    const fresh: Line[] = []
    for (const line of lines) {
      if (held && isAfter(line, held)) {
        if (position.take(held)) fresh.push(held)
        held = null
      }
      if (!position.take(line)) continue
      if (held && line.time === held.time) held = null
      fresh.push(line)
    }
    return fresh
  }

  return {
    read: async function* (args, unanchored) {
      const { spec, about } = await kubectl.call({ file, name }, logArgs(request, args), { quiet: true, signal })
      const stream = exec.lines({ ...spec, maxLineBytes })
      stream.result.catch(() => undefined)
      let progressed = false
      let oldest: number | null = null
      let first = true
      /** The last line that came, and the last that was new. */
      let latest: Line | undefined
      let newest: Line | undefined
      let pending: Line | undefined
      position.rewind()
      // Half a timestamp: it comes again.
      if (held?.at === null) held = null
      for await (const { items, last } of batches(stream, gather)) {
        const lines = items.filter((one) => one.stream === 'stdout').map((one): Line => ({ ...splitTimestamp(one.text), cut: one.cut }))
        const resumed = first && lines.length > 0 && position.since() !== null
        if (first && lines.length > 0) {
          first = false
          if (unanchored && position.since() !== null && !lines.some(position.seen)) yield* unanchored()
        }
        // Whether the last line is whole is known only when the command has ended.
        if (last) pending = lines.pop()
        latest = lines.at(-1) ?? latest
        const fresh = take(lines)
        newest = fresh.at(-1) ?? newest
        if (fresh.length > 0) progressed = true
        if (fresh[0]?.at) oldest ??= fresh[0].at.second * 1000
        // An empty one says that a stream that was cut is there again.
        if (fresh.length > 0 || (resumed && args.follow)) yield event(fresh)
      }
      const result = await stream.result
      const whole = result.stdout === '' || result.stdout.endsWith('\n')
      if (pending && (whole || position.seen(pending))) {
        const fresh = take([pending])
        if (fresh.length > 0) {
          progressed = true
          yield event(fresh)
        }
      } else if (pending) {
        const fresh = held && isAfter(pending, held) && position.take(held) ? [held] : []
        if (fresh.length > 0) yield event(fresh)
        progressed ||= held?.text !== pending.text
        held = pending
      } else if (!whole && newest && newest === latest) position.forget(newest)
      const error =
        result.exitCode === 0 ? null : kubectlError(result, { ...about, namespace: request.namespace, container: request.container })
      return { error, progressed, oldest }
    },
    flush: function* () {
      const line = held
      held = null
      if (line && position.take(line)) yield event([line])
    },
  }
}

function isAfter(a: StampedLine, b: StampedLine): boolean {
  if (!a.at || !b.at) return false
  return a.at.second > b.at.second || (a.at.second === b.at.second && a.at.nanos > b.at.nanos)
}
