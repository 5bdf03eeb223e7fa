import type { Connection } from './connection.ts'
import { ConnectionLost } from './errors.ts'

/**
 * Reads an event stream to its end and starts it again after a lost connection. Resolves when it ended or the signal was aborted, which also
 * ends the source; rejects with what the stream failed with. `start` is asked anew after each loss, so it can say where to go on.
 */
export async function iterateOver<T>(
  connection: Connection,
  start: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  onEvent: (event: T) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of await start(signal)) {
        if (signal.aborted) return
        onEvent(event)
      }
      return
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ConnectionLost)) throw error
      await connection.whenOpen(signal).catch(() => {})
    }
  }
}
