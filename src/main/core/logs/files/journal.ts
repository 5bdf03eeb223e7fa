import { setTimeout as pause } from 'node:timers/promises'
import type { JournalUnit } from '#shared/journal-units.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { LogSink } from '../source/sink.ts'
import { drained } from '../source/drained.ts'
import { formatTime } from '../timestamp.ts'
import type { JournalBatch } from './journal-batch.ts'
import { createJournalBatch, cursorIn } from './journal-batch.ts'
import type { NodeDeps } from './node-command.ts'
import { runInNode } from './node-command.ts'

export type JournalRequest = {
  readonly node: string
  readonly unit: JournalUnit
  /** Last entries to begin with; null: all there are. */
  readonly tail: number | null
  /** RFC 3339; only entries at or after it. */
  readonly since: string | null
  readonly follow: boolean
}

/**
 * `timeout`: where Cove is killed, nobody is left to end the program in the node; so it ends by itself after a while and is taken up again behind the last cursor. JSON has the time in microseconds and the cursor in each line, and keeps what is no text apart; `--all`, or a message of more than 4,096 bytes is left out
 * (https://www.freedesktop.org/software/systemd/man/latest/journalctl.html).
 */
const script = 'echo ready; span=$1; shift; exec timeout "$span" journalctl --output=json --output-fields=MESSAGE --all --quiet "$@"'
const spanSeconds = 300
const timedOut = 124
const maxLineBytes = 4 * 1024 * 1024

/**
 * The journal of a unit on a node, as a source of kind `journal` named `<node>/<unit>`: the last entries, then what comes, until `signal` is aborted. After a cut it goes on behind the last entry.
 * Of an entry that takes more than 4 MiB as JSON the beginning is a line, and a gap says that a part is missing.
 * Never rejects: what cannot be mended is told by the state `failed`. Resolves when no process is left, here or in the node.
 */
export async function openJournal(deps: NodeDeps, request: JournalRequest, sink: LogSink, signal: AbortSignal): Promise<void> {
  const { node, unit, follow } = request
  const name = `${node}/${unit}`
  const none = { namespace: null, pod: null, container: null, containerKind: null, owner: null }
  const source = sink.join({ kind: 'journal', name, ...none, node, podUid: '' })
  const openedAt = Date.now() / 1000
  let cursor: string | null = null
  let waitMs = 0
  /** Entries since `cursor` that were taken and whose own is not known, as they were cut before it. */
  let beyond = 0
  /** What could be read of an entry, then a gap for the rest of it. */
  const takeCut = (batch: JournalBatch, line: string): string | null => {
    const { cursor: own, at } = batch.addCut(line)
    batch.flush()
    const time = at && formatTime(at)
    sink.note(source, at, { type: 'gap', from: time, to: time, reason: 'unreadable' })
    if (own === null) beyond += 1
    return own
  }
  sink.state(source, { state: 'connecting' })
  while (!signal.aborted) {
    let again = beyond
    const batch = createJournalBatch((lines) => sink.lines(source, lines, (lines.seconds[0] ?? 0) < openedAt))
    let timer: NodeJS.Timeout | null = null
    const flush = () => {
      timer = null
      batch.flush()
    }
    try {
      const args = [String(spanSeconds), ...journalArgs(request, cursor)]
      await runInNode(
        deps,
        { node, script, args, maxLineBytes },
        signal,
        async (line, cut) => {
          if (line === 'ready') sink.state(source, { state: 'following', error: null })
          waitMs = 0
          const known = again > 0
          if (cut && known) again -= 1
          const own = !cut ? batch.add(line) : known ? cursorIn(line) : takeCut(batch, line)
          if (own !== null) {
            cursor = own
            beyond = again
          }
          timer ??= setTimeout(flush, gatherMs)
          if (sink.full()) await drained(sink, signal)
        },
        [0, timedOut],
      )
      if (!follow) break
    } catch (error) {
      if (signal.aborted) break
      const lasting = !(error instanceof AppError) || error.code === 'not-found' || error.code === 'engine-absent' || !follow
      sink.state(source, { state: lasting ? 'failed' : 'reconnecting', error: errorShape(error) })
      if (lasting) return
      waitMs = Math.min(Math.max(waitMs * 2, 1000), 10_000)
      await pause(waitMs, undefined, { signal }).catch(() => undefined)
    } finally {
      if (timer) clearTimeout(timer)
      batch.flush()
    }
  }
  if (!signal.aborted) {
    sink.state(source, { state: 'ended', error: null })
    sink.note(source, null, { type: 'ended', reason: 'not-following', exitCode: null })
  }
}

const gatherMs = 25

/** `cursor`: of the last entry taken; the rest says where to begin without one. */
export function journalArgs({ unit, tail, since, follow }: JournalRequest, cursor: string | null): string[] {
  const begin =
    cursor === null
      ? [`--lines=${tail ?? 'all'}`, ...(since === null ? [] : [`--since=@${(Date.parse(since) / 1000).toFixed(6)}`])]
      : [`--after-cursor=${cursor}`, '--lines=all']
  return [`--unit=${unit}`, ...begin, ...(follow ? ['--follow'] : [])]
}
