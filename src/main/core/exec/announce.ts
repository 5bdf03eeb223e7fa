import type { Changes } from '../changes.ts'
import type { Command } from '#shared/contract/jobs.ts'
import type { CommandEvent } from './types.ts'

const BATCH_MS = 50
/** Of a flood only the newest lines of a batch are sent on; the spool file has them all. */
const BATCH_LINES = 500

type Line = { readonly commandId: string; readonly stream: 'stdout' | 'stderr'; readonly text: string }

export type Announce = {
  command(command: Command): void
  output(jobId: string | null, lines: readonly Line[]): void
  on(listener: (event: CommandEvent) => void): () => void
  /** Sends what waits. */
  flush(): void
}

/** Tells listeners about commands and, in batches of 50 ms, about their output; `changes` gets one `commands` per batch. */
export function createAnnounce(changes: Changes): Announce {
  const listeners = new Set<(event: CommandEvent) => void>()
  let waiting = new Map<string | null, Line[]>()
  let changed = false
  let timer: NodeJS.Timeout | null = null

  const send = (event: CommandEvent) => {
    for (const listener of [...listeners]) listener(event)
  }
  const flushOutput = () => {
    const batches = waiting
    waiting = new Map()
    for (const [jobId, lines] of batches) {
      const dropped = lines.length - BATCH_LINES
      const first = lines[0]
      if (dropped <= 0 || first === undefined) send({ type: 'output', jobId, lines })
      else send({ type: 'output', jobId, lines: [{ ...first, text: `… +${dropped}` }, ...lines.slice(-BATCH_LINES)] })
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
    output(jobId, lines) {
      if (listeners.size === 0 || lines.length === 0) return
      const batch = waiting.get(jobId) ?? []
      waiting.set(jobId, batch)
      for (const line of lines) batch.push(line)
      if (batch.length > 4 * BATCH_LINES) {
        const kept = batch.slice(-BATCH_LINES)
        waiting.set(jobId, [{ ...(batch[0] as Line), text: `… +${batch.length - BATCH_LINES}` }, ...kept])
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
