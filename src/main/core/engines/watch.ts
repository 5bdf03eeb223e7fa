import type { CommandStream } from '../exec/types.ts'

const gatherMs = 200
const firstDelayMs = 500
const longestDelayMs = 10_000

export type WatchSource = {
  /** Waits for `docker events` to be started; null where no engine answers now. */
  open(signal: AbortSignal): Promise<CommandStream | null>
  /** Looks whether it is worth to try again, without a process where the address allows. */
  worthTrying(): Promise<boolean>
  /** The stream that was open ended. */
  lost(): void
}

export type Watch = {
  /** `label`: only events of containers that have it. */
  add(label: string, listener: () => void): () => void
  /** The engine is back: a pause before the next attempt ends now. */
  hurry(): void
  /** It is another engine now: the connection that is open is given up. */
  restart(): void
}

/** Follows the engine's events for any number of listeners with one process, as long as there is a listener. */
export function createWatch(source: WatchSource): Watch {
  const listeners = new Map<() => void, string>()
  const due = new Set<() => void>()
  let stop: AbortController | null = null
  let connection: AbortController | null = null
  let endPause = () => {}
  let timer: NodeJS.Timeout | null = null

  /** Null: whatever happened, it concerns everybody. */
  const tell = (labels: Readonly<Record<string, unknown>> | null) => {
    for (const [listener, label] of listeners) if (labels === null || label in labels) due.add(listener)
    if (due.size === 0) return
    timer ??= setTimeout(() => {
      timer = null
      const now = [...due]
      due.clear()
      for (const listener of now) if (listeners.has(listener)) listener()
    }, gatherMs)
  }

  async function follow(signal: AbortSignal): Promise<void> {
    let delayMs = 0
    /** Whether the engine was there last time. Null: the first look, which listeners do themselves. */
    let there: boolean | null = null
    while (!signal.aborted) {
      const hurried = await pause(delayMs, signal, (end) => (endPause = end))
      if (signal.aborted) return
      delayMs = Math.min(longestDelayMs, Math.max(firstDelayMs, delayMs * 2))
      if (there === false && !hurried && !(await source.worthTrying())) continue
      const began = performance.now()
      const own = new AbortController()
      const release = alsoAborts(signal, own)
      connection = own
      const stream = await source.open(own.signal)
      if (there !== null && there !== (stream !== null)) tell(null)
      there = stream !== null
      if (stream !== null) {
        await drain(stream, tell)
        there = false
        if (!signal.aborted) {
          source.lost()
          tell(null)
        }
        // A connection that fell at once must not become a storm; one that lived is taken up at once.
        if (performance.now() - began > longestDelayMs) delayMs = 0
      }
      if (own.signal.aborted) delayMs = 0
      release()
    }
  }

  return {
    add: (label, listener) => {
      // Each call is its own, also with a function given twice.
      const own = () => listener()
      listeners.set(own, label)
      if (stop === null) {
        stop = new AbortController()
        void follow(stop.signal)
      }
      return () => {
        listeners.delete(own)
        due.delete(own)
        if (listeners.size > 0) return
        stop?.abort()
        stop = null
        if (timer !== null) clearTimeout(timer)
        timer = null
      }
    },
    hurry: () => endPause(),
    restart: () => {
      connection?.abort()
      endPause()
    },
  }
}

/** Each line is one event of a container. Only whose it is matters, the listener looks itself. */
async function drain(stream: CommandStream, tell: (labels: Readonly<Record<string, unknown>> | null) => void): Promise<void> {
  try {
    for await (const line of stream) if (line.stream === 'stdout' && line.text !== '') tell(labelsOf(line.text))
  } catch {
    // The end is what matters; why is asked of `docker version`.
  }
  await stream.result.catch(() => undefined)
}

/** Labels of the container are among the attributes: https://docs.docker.com/reference/api/engine/version/v1.47/#tag/System/operation/SystemEvents */
function labelsOf(event: string): Readonly<Record<string, unknown>> | null {
  try {
    return (JSON.parse(event) as { Actor?: { Attributes?: Record<string, unknown> } }).Actor?.Attributes ?? null
  } catch {
    return null
  }
}

/** True: ended before its time. */
const pause = (ms: number, signal: AbortSignal, onStart: (end: () => void) => void) =>
  new Promise<boolean>((resolve) => {
    if (signal.aborted || ms === 0) return resolve(false)
    const end = (early: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stopped)
      resolve(early)
    }
    const stopped = () => end(true)
    const timer = setTimeout(() => end(false), ms)
    signal.addEventListener('abort', stopped)
    onStart(stopped)
  })

/** As AbortSignal.any, which Node 18 lacks. Returns the way out. */
function alsoAborts(signal: AbortSignal, own: AbortController): () => void {
  const abort = () => own.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return () => signal.removeEventListener('abort', abort)
}
