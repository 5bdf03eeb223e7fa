import { AppError } from '#core/error.ts'
import { pause } from '../../workloads/stoppable.ts'
import type { NodeFiles } from '../files/node-files.ts'
import { disorder } from '../files/seam.ts'
import type { LogSink } from '../source/sink.ts'
import type { Gap } from './gaps.ts'
import { isOnLocalNode } from './local-container.ts'
import type { ViewPorts } from './open-sources.ts'

export type MendingDeps = {
  readonly ports: ViewPorts
  readonly nodeFiles: Pick<NodeFiles, 'span'>
  /** Names of the nodes whose files can be read. */
  readonly local: ReadonlySet<string>
  readonly report: (error: unknown, where: string) => void
  /** Lines near the first one behind a gap are on their way for so long, ms. */
  readonly settleMs?: number
  /** Until a gap that could not be read is read again, ms: an engine or a node that stands still answers later. After the last it waits to be asked for. */
  readonly retryMs?: readonly number[]
}

export type Mending = {
  /** Lines of the source are still to be put back, or could not be yet. */
  busy(source: number): boolean
  /** Once more what could not be read. Throws the first error. */
  again(): Promise<void>
  /** Ends what is read; resolves when nothing is. */
  close(): Promise<void>
}

/** Longer than the files of a container take; an engine that hangs holds up nothing else. */
const longestMs = 120_000
/** A log that is written faster than it can be read has one gap after the other. */
const mostWaiting = 32

/** Puts what the API did not bring of containers on the nodes of local clusters back into the view, from the nodes' own files, one gap after the other, while the streams go on. */
export function createMending({
  ports,
  nodeFiles,
  local,
  report,
  settleMs = 2000,
  retryMs = [2000, 5000, 15_000, 30_000],
}: MendingDeps): Mending {
  const controller = new AbortController()
  const { signal } = controller
  const waiting: Gap[] = []
  /** May be there another time. */
  let left: Gap[] = []
  const current = new Set<Gap>()
  const tries = new Map<Gap, number>()
  let work: Promise<void> | null = null
  const later = new Set<Promise<void>>()

  const putOff = (gap: Gap) => {
    if (signal.aborted) return
    left = [...left, gap].slice(-mostWaiting)
    ports.offerHistory()
  }

  const enqueue = (gap: Gap) => {
    if (signal.aborted) return
    if (waiting.length >= mostWaiting) return putOff(gap)
    waiting.push(gap)
    work ??= run()
  }

  const tryLater = (gap: Gap) => {
    const done = tries.get(gap) ?? 0
    const waitMs = retryMs[done]
    tries.set(gap, done + 1)
    if (waitMs === undefined) return void tries.delete(gap)
    const waited = pause(waitMs, signal).then(() => {
      later.delete(waited)
      // Somebody may have asked for it meanwhile.
      if (!left.includes(gap)) return
      left = left.filter((one) => one !== gap)
      enqueue(gap)
    })
    later.add(waited)
  }

  const mend = async (gap: Gap): Promise<void> => {
    current.add(gap)
    try {
      await fill(gap)
    } catch (error) {
      // The pod is gone and its files with it, or the node: the row stays.
      if (error instanceof AppError && error.code === 'not-found') return
      putOff(gap)
      throw error
    } finally {
      current.delete(gap)
    }
  }

  const fill = async (gap: Gap): Promise<void> => {
    const info = ports.containers()[gap.source]?.info
    if (!info || !isOnLocalNode(info, local)) return
    if (gap.before) await pause(settleMs, signal)
    if (signal.aborted) return
    const { source, after, before, rows } = gap
    const around = [after.second, ...(before ? [before.at.second] : [])]
    const request = {
      node: info.node,
      namespace: info.namespace ?? '',
      pod: info.pod ?? '',
      container: info.container ?? '',
      podUid: info.podUid,
      source,
      after,
      before,
      held: await ports.held(
        source,
        around.map((second) => ({ from: second - disorder, to: second + disorder })),
      ),
      notes: rows.map(({ note }) => note),
    }
    const { lines, whole } = await nodeFiles.span(
      request,
      insteadOf(ports, rows),
      AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    )
    // Nothing was written between the two.
    if (lines === 0 && whole) ports.strike(rows.filter(({ note }) => note.type === 'gap'))
  }

  const run = async (): Promise<void> => {
    for (let gap = waiting.shift(); gap && !signal.aborted; gap = waiting.shift())
      await mend(gap).then(
        () => void tries.delete(gap),
        (error: unknown) => {
          if (!(error instanceof AppError) && !signal.aborted) report(error, 'logs.mending')
          tryLater(gap)
        },
      )
    work = null
  }

  ports.onGap(enqueue)

  return {
    busy: (source) => [...waiting, ...current, ...left].some((gap) => gap.source === source),
    again: async () => {
      const errors: unknown[] = []
      for (const gap of left) {
        left = left.filter((one) => one !== gap)
        if (!signal.aborted) await mend(gap).catch((error: unknown) => errors.push(error))
      }
      if (errors.length > 0) throw errors[0]
    },
    close: async () => {
      controller.abort()
      await Promise.all([work, ...later])
    },
  }
}

/** Where the first row comes, those that stood in its place go. */
function insteadOf(ports: ViewPorts, rows: Gap['rows']): LogSink {
  const sink = ports.mend()
  let begun = false
  const begin = () => {
    if (!begun) ports.strike(rows)
    begun = true
  }
  return {
    ...sink,
    lines: (...args) => {
      begin()
      sink.lines(...args)
    },
    note: (...args) => {
      begin()
      sink.note(...args)
    },
  }
}
