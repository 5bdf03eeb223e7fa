import type { Topic } from '#shared/contract/host.ts'
import type { Changes } from './changes.ts'

/** One batch per 50 ms at most: a burst of changes (a cluster starting) is one refetch for the page, not hundreds. */
const batchMs = 50

/**
 * Topics that changed since the call, each once per batch. The first batch is empty and comes at once: who hears it has missed nothing. Ends when the signal
 * is aborted.
 */
export function topicBatches(
  changes: Changes,
  signal: AbortSignal,
  wanted: (topic: Topic) => boolean = () => true,
): AsyncGenerator<Topic[]> {
  const pending = new Set<Topic>()
  let wake = () => {}
  const off = changes.on((topic) => {
    if (!wanted(topic)) return
    pending.add(topic)
    wake()
  })
  const stop = () => {
    off()
    wake()
  }
  if (signal.aborted) off()
  else signal.addEventListener('abort', stop, { once: true })

  async function* batches(): AsyncGenerator<Topic[]> {
    try {
      yield []
      while (!signal.aborted) {
        if (pending.size === 0) await new Promise<void>((resolve) => (wake = resolve))
        if (!signal.aborted) await new Promise<void>((resolve) => setTimeout(resolve, batchMs))
        if (signal.aborted) return
        const batch = [...pending]
        pending.clear()
        yield batch
      }
    } finally {
      if (!signal.aborted) off()
      signal.removeEventListener('abort', stop)
    }
  }
  return batches()
}
