import type { Changes } from '../changes.ts'
import type { Command } from '#shared/contract/jobs.ts'
import type { CommandEvent } from './types.ts'

const BATCH_MS = 50
/** Of a flood only the newest lines of a batch are sent on; the spool file has them all. */
const BATCH_LINES = 500

type Line = { readonly commandId: string; readonly stream: 'stdout' | 'stderr'; readonly text: string }

type Source = { readonly jobId: string | null; readonly commandId: string; readonly stream: 'stdout' | 'stderr' }
type Batch = { lines: Line[]; dropped: number }

export type Announce = {
  command(command: Command): void
  output(source: Source, texts: readonly string[]): void
  on(listener: (event: CommandEvent) => void): () => void
  /** Sends what waits. */
  flush(): void
}

/** Tells listeners about commands and, in batches of 50 ms, about their output; `changes` gets one `commands` per batch. */
export function createAnnounce(changes: Changes): Announce {
  const listeners = new Set<(event: CommandEvent) => void>()
  let waiting = new Map<string | null, Batch>()
  let changed = false
  let timer: NodeJS.Timeout | null = null

  const send = (event: CommandEvent) => {
    for (const listener of listeners) listener(event)
  }
  const flushOutput = () => {
    const batches = waiting
    waiting = new Map()
    for (const [jobId, { lines, dropped }] of batches) {
      const kept = lines.slice(-BATCH_LINES)
      const missing = dropped + lines.length - kept.length
      const [first] = kept
      send({ type: 'output', jobId, lines: missing > 0 && first !== undefined ? [{ ...first, text: `… +${missing}` }, ...kept] : kept })
    }
  }
  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    flushOutput()
    if (changed) {
      changed = false
      changes.emit('commands')
    }
  }
  const wake = () => {
    timer ??= setTimeout(flush, BATCH_MS)
  }

  return {
    command(command) {
      // Output first: nobody should hear of the end before the last line.
      flushOutput()
      send({ type: 'command', command })
      changed = true
      wake()
    },
    output({ jobId, commandId, stream }, texts) {
      if (listeners.size === 0 || texts.length === 0) return
      const batch = waiting.get(jobId) ?? { lines: [], dropped: 0 }
      waiting.set(jobId, batch)
      const newest = texts.slice(-BATCH_LINES)
      batch.dropped += texts.length - newest.length
      for (const text of newest) batch.lines.push({ commandId, stream, text })
      if (batch.lines.length > 4 * BATCH_LINES) {
        batch.dropped += batch.lines.length - BATCH_LINES
        batch.lines = batch.lines.slice(-BATCH_LINES)
      }
      wake()
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    flush,
  }
}
