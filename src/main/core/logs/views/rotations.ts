import type { NodeFiles } from '../files/node-files.ts'
import type { NodeFile } from '../files/node-listing.ts'
import { ofPod } from '../files/node-listing.ts'
import { AppError } from '#core/error.ts'
import { disorder } from '../files/seam.ts'
import type { LogSink, SourceInfo } from '../source/sink.ts'
import { isOnLocalNode } from './local-container.ts'
import type { ViewPorts } from './open-sources.ts'

export type RotationsDeps = {
  readonly ports: Pick<ViewPorts, 'sink' | 'containers' | 'held' | 'mend'>
  readonly nodeFiles: Pick<NodeFiles, 'list' | 'fileEnd'>
  /** Names of the nodes whose files can be read. */
  readonly local: ReadonlySet<string>
  /** A gap of it is still to be filled. */
  readonly busy: (source: number) => boolean
  readonly report: (error: unknown, where: string) => void
  /** From one look at the sources to the next, ms. */
  readonly lookMs?: number
  readonly restMs?: number
}

export type Rotations = {
  /** For live lines: it counts what goes through. */
  readonly sink: LogSink
  /** Ends what is read; resolves when nothing is. */
  close(): Promise<void>
}

type Tracked = {
  /** Seconds of its first and newest line. */
  readonly first: number
  newest: number
  /** Of a file with what came since the files were listed, about. */
  bytes: number
  /** ms since 1970 */
  changedAt: number
  /** Lines came that were written while the view was open. */
  live: boolean
  /** Of the file that is written to when it was listed; null: not yet. */
  size: number | null
  /** Files that were turned over and are known to be whole in the view. */
  readonly compared: Set<string>
  /** Some were not to be compared yet. */
  pending: boolean
  /** The node did not answer when it was due. */
  unread: boolean
}

/** Time, stream and tag before the text of a line. */
const prefixBytes = 45
/** So much at least was written since the last look, or is in the file. Where a kubelet is told to turn over smaller files (`containerLogMaxSize`), some can be gone before that. */
const leastBytes = 1024 * 1024
/** A source that is quiet is looked at once more. */
const quietMs = 5000
/** A node that does not answer is left alone for a while, and holds up no other for longer than that. */
const usualRestMs = 60_000
const longestMs = 120_000

const waitsForQuiet = ({ bytes, size }: Tracked) => bytes > 0 && size !== null && size + bytes >= leastBytes

type Place = {
  readonly source: number
  readonly info: SourceInfo & { readonly node: string }
  readonly ended: boolean
  readonly one: Tracked
}

/**
 * Finds what the streams of containers on local nodes left out where a log was turned over, and puts it into the view. The files of a node are listed when a source has brought so much since
 * the last time that its log may have been turned over; of each file that is new among them the end is compared with the view.
 */
export function createRotations({ ports, nodeFiles, local, busy, report, lookMs = 5000, restMs = usualRestMs }: RotationsDeps): Rotations {
  const controller = new AbortController()
  const { signal } = controller
  const tracked = new Map<number, Tracked>()
  /** Nodes that did not answer, and until when they are left alone, ms since 1970. */
  const rests = new Map<string, number>()
  let work: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  const count: LogSink['lines'] = (source, batch, backlog) => {
    ports.sink.lines(source, batch, backlog)
    if (batch.count === 0) return
    const second = batch.seconds[batch.count - 1] ?? 0
    let known = tracked.get(source)
    if (!known) {
      if (second === 0) return
      known = {
        first: batch.seconds[0] ?? 0,
        newest: 0,
        bytes: 0,
        changedAt: 0,
        live: false,
        size: null,
        compared: new Set(),
        pending: false,
        unread: false,
      }
      tracked.set(source, known)
    }
    known.newest = Math.max(known.newest, second)
    known.bytes += (batch.ends[batch.count - 1] ?? 0) - (batch.starts[0] ?? 0) + batch.count * prefixBytes
    known.changedAt = Date.now()
    known.live ||= !backlog
    arm()
  }

  const isWanted = (one: Tracked, ended: boolean): boolean => {
    if (one.unread || (one.pending && (one.bytes > 0 || ended))) return true
    if (one.bytes === 0) return false
    if (one.size === null) return one.live
    return waitsForQuiet(one) && (one.bytes >= leastBytes || ended || Date.now() - one.changedAt > quietMs)
  }

  const compare = async (at: Place, files: readonly NodeFile[], limit: AbortSignal) => {
    const { source, info, ended, one } = at
    const own = ofPod(
      files.filter(({ namespace, pod, container }) => namespace === info.namespace && pod === info.pod && container === info.container),
      info.podUid,
    )
    let pending = false
    one.bytes = 0
    // Where one cannot be read, the others are not forgotten.
    one.pending = true
    one.size = own.filter(({ rotated }) => rotated === '').at(-1)?.bytes ?? 0
    for (const file of own) {
      const key = `${file.run}/${file.rotated}`
      if (file.rotated === '' || one.compared.has(key) || file.writtenAt < one.first * 1000) continue
      // What came last may be on its way.
      const ready = ended || one.newest >= file.writtenAt / 1000 + disorder
      const held = async (from: number, to: number) => {
        const lines = await ports.held(source, [{ from: from - disorder, to: to + disorder }])
        return busy(source) ? null : lines
      }
      const outcome =
        ready && !busy(source) ? (await nodeFiles.fileEnd({ node: info.node, file, source, held }, ports.mend(), limit)).outcome : 'later'
      if (outcome === 'compared') one.compared.add(key)
      else pending = true
    }
    one.pending = pending
  }

  const places = (): Place[] =>
    ports.containers().flatMap(({ index, info, state }) => {
      const one = tracked.get(index)
      return one && isOnLocalNode(info, local) ? [{ source: index, info, ended: state === 'ended', one }] : []
    })

  /** One node that is away keeps no other from being read. */
  const readNode = async (node: string, all: readonly Place[]): Promise<void> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
    const own = all.filter(({ info }) => info.node === node)
    try {
      const files = await nodeFiles.list(node, limit)
      for (const place of own) {
        await compare(place, files, limit)
        place.one.unread = false
      }
      rests.delete(node)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof AppError) && !limit.aborted) report(error, 'logs.rotations')
      for (const { one } of own) one.unread ||= one.pending || one.bytes > 0
      rests.set(node, Date.now() + restMs)
    }
  }

  const look = async (): Promise<void> => {
    const all = places()
    const now = Date.now()
    const due = all.filter(({ source, ended, one, info }) => isWanted(one, ended) && !busy(source) && (rests.get(info.node) ?? 0) <= now)
    for (const node of new Set(due.map(({ info }) => info.node))) await readNode(node, all)
  }

  /** A look is to come: there is none where nothing was written, so that a view which is only open wakes nobody up. */
  function arm(waitMs = lookMs): void {
    if (signal.aborted) return
    timer ??= setTimeout(() => {
      timer = null
      if (work) return arm()
      work = look().finally(() => {
        work = null
        const open = places().filter(({ one, ended }) => isWanted(one, ended) || waitsForQuiet(one))
        const soonest = Math.min(...open.map(({ info }) => (rests.get(info.node) ?? 0) - Date.now()))
        if (open.length > 0) arm(Math.max(lookMs, soonest))
      })
    }, waitMs).unref()
  }

  return {
    sink: {
      ...ports.sink,
      lines: count,
      state: (source, change) => {
        ports.sink.state(source, change)
        if (change.state === 'ended') arm()
      },
    },
    close: async () => {
      if (timer) clearTimeout(timer)
      controller.abort()
      await work
    },
  }
}
