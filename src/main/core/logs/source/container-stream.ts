import type { LogOpen } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { podPath } from '../../workloads/paths.ts'
import type { LineBatch } from '../store/layout.ts'
import { partOf } from '../store/line-batch.ts'
import { formatSecond, type Instant, parseTime } from '../timestamp.ts'
import type { ProxyLease } from './api-proxy.ts'
import { drained } from './drained.ts'
import { createHeldLine } from './held-line.ts'
import { createLineSplitter } from './line-splitter.ts'
import { createOrderWatch } from './order-watch.ts'
import { createPosition } from './position.ts'
import type { LogSink } from './sink.ts'

export type LogTarget = { readonly namespace: string; readonly pod: string; readonly container: string }

export type StreamArgs = {
  readonly follow: boolean
  readonly previous: boolean
  /** The log need not hold what was seen: it is another run's, or was turned over. */
  readonly anew?: boolean
  /** Last lines to begin with, in place of those of the request; null: all. */
  readonly tail?: number | null
}

export type StreamEnd = {
  /** Null: it ended well, because the container or the connection ended. */
  readonly error: AppError | null
  /** The API answered with a stream. */
  readonly opened: boolean
  /** At least one line was new. */
  readonly progressed: boolean
  /** Time of the first line that was new. */
  readonly oldest: Instant | null
  /** Time of a line that is later than all that were seen, in a log that holds none of those: what lies between may be missing. It was not taken. */
  readonly lost: Instant | null
  /** It was left because it may have left its log, or lost its place while it waited for the sink: the next stream finds out. */
  readonly again: boolean
}

/** One container's log as one sequence of lines, over as many streams as it takes. */
export type ContainerStream = {
  /** Hands over what is new in one stream. Never throws. */
  read(args: StreamArgs): Promise<StreamEnd>
  /** How many lines a view that begins with `tail` of them has at most: fewer where the log is shorter. Null: not known. Nothing is handed over. */
  count(tail: number): Promise<number | null>
  /** The last line of a stream that ended may be half a line. It is kept back until it comes again whole, or, by this, until nothing more can come. */
  flush(): void
  /** Time of the last line handed over. */
  last(): Instant | null
  /** Whether any line was seen. */
  started(): boolean
}

type Deps = {
  readonly lease: Pick<ProxyLease, 'stream'>
  readonly sink: LogSink
  readonly source: number
  readonly target: LogTarget
  readonly request: Pick<LogOpen, 'tail' | 'since'>
  /** A stream is open. `met`: seen lines came again, or there were none to come. Called more than once. */
  readonly onOpen: (follow: boolean) => void
  readonly onMet: () => void
  /** Waits for its turn to connect; answers how to give it on. */
  readonly turn: (signal: AbortSignal) => Promise<() => void>
  /** Ends the stream, and all later ones. */
  readonly cut: AbortSignal
  readonly signal: AbortSignal
}

/** A log that goes on without a line that was seen is another one after that long without a byte, ms. */
const quietMs = 500
const turnMs = 1000
const stallMs = 1000
const lineEnd = 0x0a

export function createContainerStream({ lease, sink, source, target, request, onOpen, onMet, turn, cut, signal }: Deps): ContainerStream {
  const position = createPosition()
  const held = createHeldLine()
  const order = createOrderWatch()
  /** The server's clock before this one, ms. */
  let skew = 0
  const call = { namespace: target.namespace, container: target.container }
  /** Lines before it are from before the source joined, ms since 1970 by the server's clock; null until a stream answered. */
  let joinedAt: number | null = null
  let backlog = true

  /** The API looks only at the second of `since`. */
  let since = request.since === null ? null : parseTime(request.since)

  const hand = (all: LineBatch) => {
    let batch = all
    if (since) {
      const from = firstAt(batch, since)
      if (from < batch.count) since = null
      batch = partOf(batch, from)
    }
    if (batch.count === 0) return
    if (!backlog) return sink.lines(source, batch, false)
    const until = joinedAt === null ? batch.count : firstAt(batch, { second: Math.floor(joinedAt / 1000), nanos: (joinedAt % 1000) * 1e6 })
    if (until > 0) sink.lines(source, until === batch.count ? batch : { ...batch, count: until }, true)
    if (until === batch.count) return
    backlog = false
    sink.lines(source, partOf(batch, until), false)
  }

  const query = ({ follow, previous, tail = request.tail }: StreamArgs): string => {
    const from = position.since() ?? (joinedAt !== null && request.tail === 0 ? formatSecond(Math.floor(joinedAt / 1000)) : null)
    const params = new URLSearchParams({ container: target.container, timestamps: 'true' })
    if (follow) params.set('follow', 'true')
    if (previous) params.set('previous', 'true')
    const begin = from ?? request.since
    if (begin !== null) params.set('sinceTime', begin)
    if (from === null && tail !== null && !entered) params.set('tailLines', String(tail))
    return `${podPath(target.namespace, target.pod)}/log?${params.toString()}`
  }
  /** A run was left behind, so that the next is wanted from its beginning. */
  let entered = false

  return {
    read: async (args) => {
      const splitter = createLineSplitter()
      let opened = false
      let progressed = false
      let oldest: Instant | null = null
      let lost: Instant | null = null
      let met = false
      let again = false
      const controller = new AbortController()
      let quiet: NodeJS.Timeout | undefined
      const both = AbortSignal.any([signal, cut, controller.signal])
      if (args.anew) entered = true
      const take = (whole: LineBatch) => {
        let batch = whole
        if (args.follow && position.live()) {
          const count = order.suspect(batch, position.newest(), Math.floor((Date.now() + skew) / 1000))
          again = count < batch.count
          if (again) batch = { ...batch, count }
        }
        const taken = position.take(batch)
        lost = taken.lost
        clearTimeout(quiet)
        if (lost) return
        if (position.doubt()) {
          quiet = setTimeout(() => {
            lost = position.doubt()?.at ?? null
            controller.abort()
          }, quietMs)
        }
        if (!met && position.met()) {
          met = true
          onMet()
        }
        const fresh = taken.batch
        if (fresh.count === 0) return
        const before = held.resolve(fresh)
        if (before) hand(before)
        if (!progressed) {
          progressed = true
          oldest = timeOf(fresh)
        }
        hand(fresh)
      }
      // Half of a line that was seen is nothing new.
      const keepHalf = (half: LineBatch) => {
        if (!signal.aborted && !again && position.live()) held.keep(half)
      }
      try {
        const give = await turn(signal)
        // A server that answers only with the first line keeps nobody waiting.
        const slow = setTimeout(give, turnMs)
        try {
          position.rewind(args.anew !== true)
          const { chunks, date } = await lease.stream(query(args), both, call)
          opened = true
          skew = skewOf(date)
          joinedAt ??= Date.now() + skew
          order.begin()
          onOpen(args.follow)
          if (position.since() === null) onMet()
          give()
          for await (const chunk of chunks) {
            if (sink.full()) {
              const since = performance.now()
              await drained(sink, signal)
              // Behind a reader that waits, the kubelet loses its place where the log is turned over.
              again = args.follow && progressed && performance.now() - since > stallMs
            }
            if (signal.aborted || again) break
            take(splitter.push(chunk))
            if (lost || again) break
          }
        } finally {
          clearTimeout(slow)
          give()
        }
        const doubt = position.doubt()
        if (!lost && !args.follow && doubt?.newer) lost = doubt.at
        keepHalf(splitter.end())
        return { error: null, opened, progressed, oldest, lost, again }
      } catch (error) {
        keepHalf(splitter.end())
        return { error: asAppError(error), opened, progressed, oldest, lost, again }
      } finally {
        clearTimeout(quiet)
        controller.abort()
      }
    },
    count: async (tail) => {
      const params = new URLSearchParams({ container: target.container, tailLines: String(tail) })
      if (request.since !== null) params.set('sinceTime', request.since)
      const give = await turn(signal)
      const slow = setTimeout(give, turnMs)
      try {
        const both = AbortSignal.any([signal, cut])
        const { chunks } = await lease.stream(`${podPath(target.namespace, target.pod)}/log?${params.toString()}`, both, call)
        let lines = 0
        for await (const chunk of chunks) for (let at = chunk.indexOf(lineEnd); at !== -1; at = chunk.indexOf(lineEnd, at + 1)) lines += 1
        return lines
      } catch {
        return null
      } finally {
        clearTimeout(slow)
        give()
      }
    },
    flush: () => {
      const line = held.take()
      if (!line) return
      position.rewind(false)
      hand(position.take(line).batch)
    },
    last: position.last,
    started: () => position.since() !== null,
  }
}

/** How much later the server's clock is, which tells whole seconds; 0 where both may be the same. */
function skewOf(date: number | null): number {
  const skew = date === null ? 0 : date + 500 - Date.now()
  return Math.abs(skew) < 2000 ? 0 : skew
}

/** Index of the first line at or after that time. */
function firstAt({ count, seconds, nanos }: LineBatch, at: Instant): number {
  for (let i = 0; i < count; i += 1) {
    const second = seconds[i] ?? 0
    if (second > at.second || (second === at.second && (nanos[i] ?? 0) >= at.nanos)) return i
  }
  return count
}

function timeOf({ count, seconds, nanos }: LineBatch): Instant | null {
  for (let i = 0; i < count; i += 1) if (seconds[i] !== 0) return { second: seconds[i] ?? 0, nanos: nanos[i] ?? 0 }
  return null
}

export function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', {}, { cause: error })
}
