import type { LogNote, LogOpen } from '#shared/contract/logs.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { ContainerRun } from '../../workloads/container-run.ts'
import { pause } from '../../workloads/stoppable.ts'
import { formatTime, type Instant } from '../timestamp.ts'
import type { ProxyLease } from './api-proxy.ts'
import { asAppError, createContainerStream } from './container-stream.ts'
import type { LogTarget, StreamArgs, StreamEnd } from './container-stream.ts'
import type { LogSink } from './sink.ts'

export type SourcePace = {
  /** Wait before the first and at most before a later try, ms. */
  readonly retryMs: readonly [number, number]
  /** Longest wait between two looks at a container that waits, ms; it is looked at sooner when its pod changes. */
  readonly pollMs: number
  /** What the API says of a container is a little older than its log: that long it is looked at again where both differ, ms. */
  readonly settleMs: number
  /** A cut longer than this is told, ms. */
  readonly momentMs: number
}
export const usualSourcePace: SourcePace = { retryMs: [250, 10_000], pollMs: 10_000, settleMs: 2_000, momentMs: 2_000 }

/** A container's newest run, and whether its pod is being deleted. */
export type Look = ContainerRun & { readonly deleting: boolean }

export type ContainerSourceDeps = {
  readonly lease: Pick<ProxyLease, 'stream'>
  readonly sink: LogSink
  /** Index in the sink. */
  readonly source: number
  readonly target: LogTarget & { readonly podUid: string }
  readonly request: Pick<LogOpen, 'tail' | 'since' | 'follow' | 'previous'>
  /** As known when it joined. */
  readonly first: Look
  /** Asked now. Throws `pod-not-found` and the like. */
  readonly look: () => Promise<Look>
  /** Resolves when its pod changed, after `ms`, or when aborted. */
  readonly changed: (ms: number) => Promise<void>
  /** The pod is gone or meant no longer. */
  readonly gone: () => boolean
  /** Aborted some time after that: a stream that is still open is ended. */
  readonly cut: AbortSignal
  readonly turn: (signal: AbortSignal) => Promise<() => void>
  readonly pace: SourcePace
  readonly signal: AbortSignal
}

/** Errors that more tries do not mend. */
const hopeless: ReadonlySet<ErrorCode> = new Set([
  'not-found',
  'no-previous-run',
  'context-not-found',
  'bad-input',
  'tool-absent',
  'tool-unusable',
  'tool-changed',
  'command-not-started',
  'internal',
])
/** An API server that is starting refuses those that it will know in a moment, and a login is renewed by hand: told as a failure after some tries, and tried on. */
const doubtful: ReadonlySet<ErrorCode> = new Set(['api-unauthorized', 'api-forbidden', 'api-certificate'])
const maxDoubts = 5
const mostTriesAbove = 3

/**
 * Brings one container's log into the sink, through its runs, until it has ended for good or is aborted. Never throws.
 * One rule keeps every line once: each stream, of whichever run, begins at the position that the one before reached. Before a new run is followed, what may be missing of the
 * one before is asked for with `previous`; so it is at the beginning where the view shows the run from its first line on.
 */
export async function followContainer(deps: ContainerSourceDeps): Promise<void> {
  const { sink, source, request, look, changed, gone, pace, signal, target, first } = deps
  const backOff = createBackOff(pace.retryMs)
  let run = first
  /** The run whose log was read after it had ended, so that nothing of it is missing. */
  let drained = ''
  let doubts = 0
  let opened = false
  let over = false
  /** The next stream is not expected to hold what was seen. */
  let anew = false
  /** When the stream was cut, ms since 1970; null while it is not. */
  let cutAt: number | null = null

  const note = (one: LogNote, at: Instant | null = null) => sink.note(source, at, one)
  const told = (one: Look): Pick<Parameters<LogSink['state']>[1], 'restarts' | 'hasPrevious' | 'lastRun'> => ({
    restarts: one.restarts,
    hasPrevious: one.last !== null,
    lastRun: one.ended,
  })

  const stream = createContainerStream({
    ...deps,
    onOpen: (follow) => {
      opened = true
      if (follow) sink.state(source, { state: 'following', reason: '', message: '', error: null, exitCode: null, ...told(run) })
    },
    onMet: () => {
      const from = cutAt
      cutAt = null
      if (from !== null && Date.now() - from > pace.momentMs)
        note({ type: 'resumed', from: new Date(from).toISOString(), to: new Date().toISOString() })
    },
  })

  const read = async (args: Omit<StreamArgs, 'anew'>): Promise<StreamEnd> => {
    const end = await stream.read({ ...args, anew })
    if (end.progressed) {
      anew = false
      backOff.reset()
      doubts = 0
    }
    return end
  }

  const end = (reason: Extract<LogNote, { type: 'ended' }>['reason'], exitCode: number | null) => {
    stream.flush()
    over = true
    note({ type: 'ended', reason, exitCode })
    // What is known of a run that goes on without the view does not say why the view ended.
    const message = reason === 'completed' ? run.message : ''
    sink.state(source, { state: 'ended', reason, message, exitCode, error: null, ...told(run) })
  }

  const gap = (reason: 'connection' | 'rotated' | 'unreadable', to: string | null) =>
    note({ type: 'gap', from: written(stream.last()), to, reason })

  /** Says an error and waits for the next try, or ends where there is none. */
  const fail = async (error: AppError, since = Date.now()) => {
    if (opened) cutAt ??= since
    if (error.code === 'pod-not-found' || gone()) return end('pod-gone', run.exitCode)
    if (doubtful.has(error.code)) doubts += 1
    const final = hopeless.has(error.code)
    const failed = final || (doubtful.has(error.code) && (!opened || doubts >= maxDoubts))
    if (final) stream.flush()
    over = final
    sink.state(source, { state: failed ? 'failed' : 'reconnecting', error: errorShape(error) })
    if (!final) await pause(backOff.next(), signal)
  }

  /** Goes over to a newer run: the rest of the one before, then the row between the two. */
  const enter = async (next: Look, mine: boolean) => {
    const from = run
    run = next
    if (from.id === '') {
      anew = true
      return
    }
    const jump = next.restarts - from.restarts
    if (jump > 1) {
      // Of a run that was skipped nothing was seen, so its log holds no place to go on from.
      anew = true
      if (drained !== from.id || jump > 2) gap('unreadable', null)
      stream.flush()
      note({ type: 'restarted', exitCode: null, reason: '', restarts: next.restarts - 1, ranMs: null })
    }
    if (!mine && (jump > 1 || drained !== from.id)) await readPrevious(next)
    stream.flush()
    if (over || signal.aborted) return
    cutAt = null
    anew = true
    const ranMs = next.last?.ranMs ?? null
    note(
      { type: 'restarted', exitCode: next.last?.exitCode ?? null, reason: next.last?.reason ?? '', restarts: next.restarts, ranMs },
      mine && next.startedAt !== null ? { second: next.startedAt / 1000, nanos: 0 } : null,
    )
    sink.state(source, told(next))
  }

  /** The rest of the run before `next`. */
  const readPrevious = async (next: Look) => {
    while (!over && !signal.aborted) {
      const rest = await read({ follow: false, previous: true })
      if (signal.aborted) return
      if (rest.lost) {
        gap('rotated', written(rest.lost))
        anew = true
      } else if (!rest.error) return
      else if (hopeless.has(rest.error.code) || rest.error.code === 'container-waiting') {
        return gap('unreadable', next.startedAt === null ? null : new Date(next.startedAt).toISOString())
      } else await fail(rest.error)
    }
  }

  /** Shown from its first line on, so that the log of the run before stands above it, as it would if the view had been there. How many lines there is room for; null: for all. */
  const roomAbove = async (): Promise<number | null> => {
    const since = request.since === null ? null : Date.parse(request.since)
    if (since !== null && (first.startedAt === null || first.startedAt < since)) return 0
    if (request.tail === null) return null
    const own = await stream.count(request.tail)
    return own === null ? 0 : Math.max(0, request.tail - own)
  }

  /** The run before the first one, and the row between the two. Runs before that are in the nodes' files alone. */
  const readAbove = async () => {
    const { last, startedAt } = first
    // One that waits to be started again is itself the last that ended.
    if (last === null || last.id === '' || first.id === '' || last.id === first.id) return
    const tail = await roomAbove()
    if (tail === 0) return
    const at = startedAt === null ? null : { second: startedAt / 1000, nanos: 0 }
    let end: StreamEnd | null = null
    for (let tries = 0; tries < mostTriesAbove && !signal.aborted; ) {
      end = await read({ follow: false, previous: true, tail })
      if (end.error === null || hopeless.has(end.error.code) || end.error.code === 'container-waiting') break
      // What the kubelet cannot read of an old run must not keep back the present one.
      if (!doubtful.has(end.error.code)) tries += 1
      await fail(end.error)
      if (over) return
    }
    if (signal.aborted) return
    stream.flush()
    anew = true
    cutAt = null
    if (end?.error) note({ type: 'gap', from: written(stream.last()), to: at && formatTime(at), reason: 'unreadable' }, at)
    const now = await attempt(look)
    if (signal.aborted) return
    // It has ended meanwhile: what was read may be its own log already.
    const ended = !(now instanceof AppError) && now.podUid === target.podUid && isOtherRun(first, now) ? now : null
    const mine = ended !== null && end?.oldest && startedAt !== null && end.oldest.second * 1000 >= startedAt
    if (!mine) note({ type: 'restarted', exitCode: last.exitCode, reason: last.reason, restarts: first.restarts, ranMs: last.ranMs }, at)
    if (ended) await enter(ended, false)
  }

  const seen = (now: Look): boolean => {
    if (now.podUid === target.podUid) return true
    // Another pod of the same name, as StatefulSets make them.
    end('pod-gone', run.exitCode)
    return false
  }

  const waitForRun = async (from: Look) => {
    let now = from
    let why: string | null = null
    for (;;) {
      if (!seen(now)) return
      if (isOtherRun(run, now)) return enter(now, false)
      if (now.final) {
        run = now
        return end(now.deleting ? 'pod-gone' : 'completed', now.exitCode)
      }
      if (now.state === 'running') return
      if (gone()) return end('pod-gone', now.exitCode)
      run = now
      const { reason, message } = now
      if (`${reason}\n${message}` !== why) {
        why = `${reason}\n${message}`
        sink.state(source, { state: 'waiting', reason, message, exitCode: now.exitCode, error: null, ...told(now) })
      }
      await changed(pace.pollMs)
      if (signal.aborted) return
      const later = await attempt(look)
      if (signal.aborted) return
      if (later instanceof AppError) {
        await fail(later)
        if (over || signal.aborted) return
        why = null
      } else now = later
    }
  }

  /** A log that does not hold what was seen: the API may be about to say that it is another run's. */
  const settle = async (): Promise<Look | AppError> => {
    const until = performance.now() + pace.settleMs
    for (;;) {
      const now = await attempt(look)
      if (now instanceof AppError || isOtherRun(run, now) || now.podUid !== target.podUid) return now
      if (performance.now() >= until || signal.aborted) return now
      await pause(pace.settleMs / 8, signal)
    }
  }

  if (!request.previous) await readAbove()
  if (!request.follow || request.previous) return readOnce()
  if (first.state !== 'running' && first.id === '') await waitForRun(first)

  while (!over && !signal.aborted) {
    const startedBefore = stream.started()
    const openedAt = performance.now()
    const last = await read({ follow: true, previous: false })
    if (signal.aborted) return
    const endedAt = Date.now()
    if (last.again) continue
    if (last.lost) {
      const now = await settle()
      if (signal.aborted) return
      if (now instanceof AppError) await fail(now)
      else if (seen(now)) {
        if (isOtherRun(run, now)) await enter(now, false)
        else {
          gap('rotated', written(last.lost))
          anew = true
          cutAt = null
        }
      }
      continue
    }
    if (last.error && last.error.code !== 'container-waiting') {
      // The first error of a stream that held needs no word before it was tried again.
      if (!(last.opened && last.error.code === 'api-unreachable')) {
        await fail(last.error, endedAt)
        continue
      }
      cutAt ??= endedAt
    }
    const now = await attempt(look)
    if (signal.aborted) return
    if (now instanceof AppError) await fail(now)
    else if (!seen(now)) return
    else if (isOtherRun(run, now)) {
      const mine = !startedBefore && last.oldest !== null && now.startedAt !== null && last.oldest.second * 1000 >= now.startedAt
      await enter(now, mine)
    } else if (now.state === 'running') {
      run = now
      cutAt ??= endedAt
      if (gone()) end('pod-gone', now.exitCode)
      else if (performance.now() - openedAt < 1000 && !last.progressed) {
        if (last.error) sink.state(source, { state: 'reconnecting', error: errorShape(last.error) })
        await pause(backOff.next(), signal)
      }
    } else {
      run = now
      if (now.id !== '' && drained !== now.id) {
        const rest = await read({ follow: false, previous: false })
        if (signal.aborted) return
        if (rest.lost) {
          const after = await settle()
          if (!(after instanceof AppError) && isOtherRun(run, after)) continue
          gap('rotated', written(rest.lost))
          anew = true
          continue
        }
        if (rest.error && rest.error.code !== 'container-waiting') {
          await fail(rest.error)
          continue
        }
        drained = now.id
      }
      cutAt = null
      await waitForRun(now)
    }
  }

  /** What is there now, or the run before. */
  async function readOnce(): Promise<void> {
    while (!over && !signal.aborted) {
      const once = await read({ follow: false, previous: request.previous })
      if (signal.aborted) return
      if (once.lost) {
        gap('rotated', written(once.lost))
        anew = true
      } else if (once.error) {
        if (once.error.code === 'container-waiting') return end('not-following', null)
        await fail(once.error)
      } else end(request.previous ? 'previous' : 'not-following', (request.previous ? first.last?.exitCode : first.exitCode) ?? null)
    }
  }
}

/** A first run is no restart: there is nothing between it and what was before. */
function isOtherRun(a: ContainerRun, b: ContainerRun): boolean {
  return b.id !== '' && a.id !== b.id
}

async function attempt<T>(look: () => Promise<T>): Promise<T | AppError> {
  try {
    return await look()
  } catch (error) {
    return asAppError(error)
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

const written = (at: Instant | null) => at && formatTime(at)
