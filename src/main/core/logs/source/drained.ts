import type { LogSink } from './sink.ts'

/** Resolves when the view has room, or `signal` is aborted. */
export async function drained(sink: Pick<LogSink, 'drained'>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
    sink.drained().then(end, reject)
  })
}
