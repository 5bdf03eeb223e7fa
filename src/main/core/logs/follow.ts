import type { LogEvent, LogRequest } from '#shared/contract/logs.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { ContainerRun } from '../workloads/container-run.ts'
import { pause } from '../workloads/stoppable.ts'
import type { LogReader, StreamEnd } from './log-stream.ts'
import type { Position } from './position.ts'

export type FollowPace = {
  /** Wait before the first and at most before a later try, ms. */
  readonly retryMs: readonly [number, number]
  /** Between two looks at a container that waits, ms. */
  readonly pollMs: readonly [number, number]
  /** The kubelet reports an end a little later than the log ends: that long it is looked at again, ms. */
  readonly settleMs: number
}
export const usualFollowPace: FollowPace = { retryMs: [250, 10_000], pollMs: [500, 3_000], settleMs: 1_000 }

type Deps = {
  readonly reader: LogReader
  readonly position: Position
  /** Throws as `Workloads.containerRun`. */
  readonly look: () => Promise<ContainerRun>
  readonly pace: FollowPace
  readonly signal: AbortSignal
}

/** Errors that more tries do not mend. */
const hopeless: ReadonlySet<ErrorCode> = new Set([
  'not-found',
  'context-not-found',
  'bad-input',
  'tool-absent',
  'tool-unusable',
  'tool-changed',
  'command-not-started',
  'internal',
])
/** An API server that is starting refuses those that it will know in a moment, so these get some tries where it went well before. */
const doubtful: ReadonlySet<ErrorCode> = new Set(['api-unauthorized', 'api-forbidden', 'api-certificate'])
const maxDoubts = 5

/**
 * Follows a container through its runs. One rule keeps every line once: each stream, of whichever run, begins at the position that the one before reached.
 * Before a new run is followed, what may be missing of the one before is asked for with `--previous`.
 */
export async function* followLog({ reader, position, look, pace, signal }: Deps, request: LogRequest): AsyncGenerator<LogEvent, void> {
  const backOff = createBackOff(pace.retryMs)
  let run: ContainerRun | null = null
  /** The run whose log was read after it had ended, so that nothing of it is missing. */
  let drained = ''
  let doubts = 0
  let connected = false
  let entered = false

  const resume = (follow: boolean) => {
    const since = position.since()
    return { follow, previous: false, since: since ?? request.since, tail: since === null && run === null ? request.tail : null }
  }

  /** Goes over to a newer run: the rest of the one before, then the row between the two. */
  async function* enter(next: ContainerRun): AsyncGenerator<LogEvent, void> {
    const from = run
    run = next
    entered = true
    if (!from || from.id === '' || from.id === next.id) return
    const skipped = next.restarts - from.restarts > 1
    if (skipped) yield { type: 'restarted', exitCode: null, reason: '', restarts: next.restarts - 1 }
    if (skipped || drained !== from.id) {
      const end = yield* attempt(reader.read({ follow: false, previous: true, since: position.since() ?? request.since, tail: null }))
      if (end.error && isTransient(end.error)) yield { type: 'reconnecting', error: errorShape(end.error), inMs: 0 }
    }
    yield* reader.flush()
    yield { type: 'restarted', exitCode: next.last?.exitCode ?? null, reason: next.last?.reason ?? '', restarts: next.restarts }
  }

  async function* unanchored(): AsyncGenerator<LogEvent, void> {
    const now = await look().catch(() => null)
    if (now && run && isOtherRun(run, now)) {
      yield* enter(now)
      position.rewind()
    }
  }

  /** What the error of a stream or look means: an event that ends it all, or one that says when the next try is. */
  const verdict = (error: AppError): LogEvent => {
    if (error.code === 'pod-not-found' && connected) return { type: 'ended', reason: 'pod-gone', exitCode: run?.exitCode ?? null }
    if (!connected || error.code === 'pod-not-found' || hopeless.has(error.code)) return { type: 'failed', error: errorShape(error) }
    if (doubtful.has(error.code)) {
      doubts += 1
      if (doubts >= maxDoubts) return { type: 'failed', error: errorShape(error) }
    }
    return { type: 'reconnecting', error: errorShape(error), inMs: backOff.next() }
  }

  /** Says it, and waits where there is a next try. True: it is over. */
  async function* say(event: LogEvent): AsyncGenerator<LogEvent, boolean> {
    if (event.type !== 'reconnecting') yield* reader.flush()
    yield event
    if (event.type !== 'reconnecting') return true
    await pause(event.inMs, signal)
    return signal.aborted
  }

  // Both at once: the first lines need not wait for what only the end will need.
  const firstLook = attemptLook(look)
  let end: StreamEnd = yield* attempt(reader.read(resume(true)))
  if (signal.aborted) return
  const seen = await firstLook
  if (end.error && end.error.code !== 'container-waiting' && !end.progressed) return void (yield* say(verdict(end.error)))
  connected = true
  if (!(seen instanceof AppError)) {
    const { startedAt } = seen
    // Lines from before its start: the look came after a restart that the stream did not.
    const late = startedAt !== null && end.oldest !== null && end.oldest < startedAt
    run = late ? { ...seen, id: 'before', restarts: seen.restarts - 1 } : seen
  }

  while (!signal.aborted) {
    if (end.progressed) {
      backOff.reset()
      doubts = 0
    }
    const now = await settle(look, run, end, pace, signal)
    if (signal.aborted) return
    if (now instanceof AppError) {
      if (yield* say(verdict(now))) return
    } else if (run && run.podUid !== now.podUid) {
      // Another pod of the same name, as StatefulSets make them.
      yield* reader.flush()
      return yield { type: 'ended', reason: 'pod-gone', exitCode: run.exitCode }
    } else if (run && isOtherRun(run, now)) {
      yield* enter(now)
    } else if (now.state === 'running') {
      run = now
      const cut: LogEvent = { type: 'reconnecting', error: null, inMs: 0 }
      const why = end.error && end.error.code !== 'container-waiting' ? verdict(end.error) : { ...cut, inMs: backOff.next() }
      if (yield* say(why)) return
    } else {
      run = now
      if (now.id !== '' && drained !== now.id) {
        const drain = yield* attempt(reader.read(resume(false), unanchored))
        if (signal.aborted) return
        if (drain.error && isTransient(drain.error)) {
          end = drain
          if (yield* say(verdict(drain.error))) return
          continue
        }
        drained = now.id
      }
      if (now.final) {
        yield* reader.flush()
        return yield { type: 'ended', reason: 'completed', exitCode: now.exitCode }
      }
      if (yield* waitForRun(now)) return
    }
    if (signal.aborted) return
    // Just entered: its log begins after all that was seen, so there is nothing to meet again.
    const check = entered ? undefined : unanchored
    entered = false
    end = yield* attempt(reader.read(resume(true), check))
  }

  /** Until the container runs again or can be read. True: it is over. */
  async function* waitForRun(from: ContainerRun): AsyncGenerator<LogEvent, boolean> {
    const poll = createBackOff(pace.pollMs)
    let reason: string | null = null
    let now: ContainerRun | AppError = from
    for (;;) {
      if (now instanceof AppError) {
        if (yield* say(verdict(now))) return true
      } else {
        if (now.podUid !== from.podUid) return yield* say({ type: 'ended', reason: 'pod-gone', exitCode: from.exitCode })
        if (isOtherRun(from, now)) {
          yield* enter(now)
          return false
        }
        if (now.final) return yield* say({ type: 'ended', reason: 'completed', exitCode: now.exitCode })
        if (now.state === 'running') return false
        if (now.reason !== reason) {
          reason = now.reason
          yield { type: 'waiting', reason }
        }
        run = now
      }
      await pause(poll.next(), signal)
      if (signal.aborted) return true
      now = await attemptLook(look)
      if (signal.aborted) return true
    }
  }
}

/** A first run is no restart: there is nothing between it and what was before. */
function isOtherRun(a: ContainerRun, b: ContainerRun): boolean {
  return b.id !== '' && a.id !== b.id
}

function isTransient({ code }: AppError): boolean {
  return code === 'api-refused' || code === 'api-unreachable' || code === 'command-failed' || doubtful.has(code)
}

/** A reader that cannot even start (no kubectl, no context) is a stream that ended with that error. */
async function* attempt(read: AsyncGenerator<LogEvent, StreamEnd>): AsyncGenerator<LogEvent, StreamEnd> {
  try {
    return yield* read
  } catch (error) {
    return { error: asAppError(error), progressed: false, oldest: null }
  }
}

async function attemptLook(look: () => Promise<ContainerRun>): Promise<ContainerRun | AppError> {
  try {
    return await look()
  } catch (error) {
    return asAppError(error)
  }
}

function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', {}, { cause: error })
}

/** Looks at the container after its stream ended, more than once where it still seems to run. */
async function settle(
  look: () => Promise<ContainerRun>,
  run: ContainerRun | null,
  end: StreamEnd,
  pace: FollowPace,
  signal: AbortSignal,
): Promise<ContainerRun | AppError> {
  const until = performance.now() + (end.error ? 0 : pace.settleMs)
  for (;;) {
    const now = await attemptLook(look)
    if (now instanceof AppError || now.state !== 'running' || (run && isOtherRun(run, now))) return now
    if (performance.now() >= until || signal.aborted) return now
    await pause(pace.settleMs / 4, signal)
  }
}

function createBackOff([first, most]: readonly [number, number]) {
  let wait = first
  return {
    next: () => {
      const now = wait
      wait = Math.min(wait * 2, most)
      return now
    },
    reset: () => {
      wait = first
    },
  }
}
