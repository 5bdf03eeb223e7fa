import type { NodeFiles } from '../files/node-files.ts'
import type { NodeFile } from '../files/node-listing.ts'
import { ofPod } from '../files/node-listing.ts'
import { disorder } from '../files/span.ts'
import type { LogSink, SourceInfo } from '../source/sink.ts'
import type { ViewPorts } from './open-sources.ts'

export type RotationsDeps = {
  readonly ports: Pick<ViewPorts, 'sink' | 'containers' | 'held' | 'mend'>
  readonly nodeFiles: Pick<NodeFiles, 'list' | 'fileEnd'>
  /** Names of the nodes whose files can be read. */
  readonly local: ReadonlySet<string>
  /** A gap of it is still to be filled. */
  readonly busy: (source: number) => boolean
  /** From one look at the sources to the next, ms. */
  readonly lookMs?: number
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
}

/** Time, stream and tag before the text of a line. */
const prefixBytes = 45
/** No kubelet is told to turn over smaller files than that but in a test of its own: so much at least was written since the last look, or is in the file. */
const leastBytes = 1024 * 1024
/** A source that is quiet is looked at once more. */
const quietMs = 5000
/** An engine that does not answer is left alone for a while. */
const restMs = 60_000

const waitsForQuiet = ({ bytes, size }: Tracked) => bytes > 0 && size !== null && size + bytes >= leastBytes

/**
 * Finds what the streams of containers on local nodes left out where a log was turned over, and puts it into the view. The files of a node are listed when a source has brought so much since
 * the last time that its log may have been turned over; of each file that is new among them the end is compared with the view.
 */
export function createRotations({ ports, nodeFiles, local, busy, lookMs = 5000 }: RotationsDeps): Rotations {
  const controller = new AbortController()
  const { signal } = controller
  const tracked = new Map<number, Tracked>()
  let work: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let notBefore = 0

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
      }
      tracked.set(source, known)
    }
    known.newest = Math.max(known.newest, second)
    known.bytes += (batch.ends[batch.count - 1] ?? 0) - (batch.starts[0] ?? 0) + batch.count * prefixBytes
    known.changedAt = Date.now()
    known.live ||= !backlog
    arm()
  }

  const isDue = (one: Tracked, ended: boolean): boolean => {
    const quiet = ended || Date.now() - one.changedAt > quietMs
    if (one.pending && (one.bytes > 0 || ended)) return true
    if (one.bytes === 0) return false
    if (one.size === null) return one.live
    return waitsForQuiet(one) && (one.bytes >= leastBytes || quiet)
  }

  const compare = async (source: number, info: SourceInfo, ended: boolean, one: Tracked, files: readonly NodeFile[]) => {
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
      const held = (from: number, to: number) => (busy(source) ? null : ports.held(source, [{ from: from - disorder, to: to + disorder }]))
      const outcome = ready
        ? (await nodeFiles.fileEnd({ node: info.node ?? '', file, source, held }, ports.mend(), signal)).outcome
        : 'later'
      if (outcome === 'compared') one.compared.add(key)
      else pending = true
    }
    one.pending = pending
  }

  const look = async (): Promise<void> => {
    const nodes = new Map<string, { source: number; info: SourceInfo; ended: boolean; one: Tracked }[]>()
    const due = new Set<string>()
    for (const { index, info, state } of ports.containers()) {
      const one = tracked.get(index)
      if (!one || info.kind !== 'container' || info.node === null || !local.has(info.node)) continue
      const ended = state === 'ended'
      nodes.set(info.node, [...(nodes.get(info.node) ?? []), { source: index, info, ended, one }])
      if (isDue(one, ended)) due.add(info.node)
    }
    for (const node of due) {
      const files = await nodeFiles.list(node, signal)
      for (const { source, info, ended, one } of nodes.get(node) ?? []) await compare(source, info, ended, one, files)
    }
  }

  /** A look is to come: there is none where nothing was written, so that a view which is only open wakes nobody up. */
  function arm(): void {
    if (signal.aborted) return
    timer ??= setTimeout(() => {
      timer = null
      if (work) return arm()
      if (Date.now() < notBefore) return
      work = look()
        .catch(() => {
          notBefore = Date.now() + restMs
        })
        .finally(() => {
          work = null
          if ([...tracked.values()].some((one) => waitsForQuiet(one) || (one.pending && one.bytes > 0))) arm()
        })
    }, lookMs).unref()
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
