import type { LogOpen, LogPart, LogSource } from '#shared/contract/logs.ts'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '#core/error.ts'
import { openJournal } from '../files/journal.ts'
import { openLocalFile } from '../files/local-file.ts'
import type { NodeDeps } from '../files/node-command.ts'
import type { NodeContainer, NodeFiles } from '../files/node-files.ts'
import type { HistoryEdge } from '../files/seam.ts'
import type { HeldLines } from '../files/span.ts'
import { openUpload, type Upload } from '../files/upload.ts'
import { pause } from '../../workloads/stoppable.ts'
import type { LogSink, SourceInfo } from '../source/sink.ts'
import type { Sources } from '../source/sources.ts'
import type { Gap, GapRow } from './gaps.ts'
import type { TimeRange } from './held-lines.ts'
import { isOnLocalNode } from './local-container.ts'
import { createMending } from './mending.ts'
import { createRotations } from './rotations.ts'

export type ViewPorts = {
  /** Live lines. */
  readonly sink: LogSink
  /** Lines from before those that are there. */
  readonly history: LogSink
  /** Containers that have joined so far. */
  containers(): readonly {
    readonly index: number
    readonly info: SourceInfo
    readonly state: LogSource['state']
    readonly lastRun: LogSource['lastRun']
  }[]
  /** The first line that the API gave of a source. */
  firstLine(source: number): HistoryEdge | null
  /** Which restart is told before that line; null: none. */
  firstRestart(source: number): number | null
  /** Tells of lines that the API did not bring, from now on; one listener. */
  onGap(listener: (gap: Gap) => void): void
  /** The lines there are of a source in ranges of time, oldest range first. */
  held(source: number, ranges: readonly TimeRange[]): Promise<HeldLines>
  /** For lines that were missing in one place. */
  mend(): LogSink
  /** Takes rows away that are no longer so. */
  strike(rows: readonly GapRow[]): void
  /** There is something again that the nodes' files may have. */
  offerHistory(): void
}

export type OpenedSources = {
  /** Ends every stream; resolves when none is left. */
  close(): Promise<void>
  /** Bytes of an `upload` part, base64. Throws `bad-input`. */
  feed(part: number, data: string, last: boolean): Promise<void>
  /** Reads what the nodes' own files hold beyond the API. Null: there is nothing of the kind. */
  readonly loadHistory: ((progress: (done: number) => void, signal: AbortSignal) => Promise<void>) | null
}

export type OpenSourcesDeps = {
  /** Parts that a kubectl can reach; made with `openOther` of this module's `createOpenSources`. */
  readonly createSources: (openOther: Parameters<typeof import('../source/sources.ts').createSources>[0]['openOther']) => Sources
  readonly nodes: NodeDeps
  readonly nodeFiles: NodeFiles
  /** Names of the nodes of a local cluster behind a context, which are also names of its containers in the engine; empty for any other. */
  readonly localNodes: (context: ContextRef) => readonly string[]
  readonly report: (error: unknown, where: string) => void
}

/** Begins to read all parts of a view. */
export function createOpenSources({ createSources, nodes, nodeFiles, localNodes, report }: OpenSourcesDeps) {
  return async (request: LogOpen, ports: ViewPorts, closed: AbortSignal): Promise<OpenedSources> => {
    const uploads = new Map<number, Upload>()
    /** Containers whose files were read, so that a second try brings no line twice. */
    const read = new Set<number>()
    const local = new Set(request.context === null ? [] : localNodes(request.context))

    const openOther = async (
      part: OtherPart,
      { index, signal }: { readonly index: number; readonly signal: AbortSignal },
    ): Promise<void> => {
      switch (part.kind) {
        case 'file':
          return openLocalFile({ path: part.path, follow: request.follow }, ports.sink, signal)
        case 'journal':
          return openJournal(nodes, { ...part, tail: request.tail, since: request.since, follow: request.follow }, ports.sink, signal)
        case 'gone':
          return void (await nodeFiles.openGone(await findGone(part, signal), ports.sink, signal))
        case 'upload': {
          const upload = openUpload({ name: part.name }, ports.sink, signal)
          uploads.set(index, upload)
          return upload.done
        }
      }
    }
    const findGone = async (part: Extract<OtherPart, { kind: 'gone' }>, signal: AbortSignal): Promise<NodeContainer> => {
      const found = (await nodeFiles.containers(part.node, signal)).find(
        (one) => one.podUid === part.podUid && one.container === part.container,
      )
      if (found === undefined) throw new AppError('pod-not-found', { pod: part.pod, namespace: part.namespace })
      return found
    }
    // What leads into a node is known by its name alone, so a name that is no node of this context is refused.
    for (const part of request.parts)
      if ((part.kind === 'journal' || part.kind === 'gone') && !local.has(part.node))
        throw new AppError('not-found', { what: 'node', name: part.node })

    const mending = local.size === 0 ? null : createMending({ ports, nodeFiles, local, report })
    const rotations = mending && request.follow ? createRotations({ ports, nodeFiles, local, report, busy: mending.busy }) : null
    const opened = createSources(openOther).open(request, rotations?.sink ?? ports.sink)
    // A view that is closed while it opens does not wait for an API that never answers.
    const close = async () => {
      await Promise.all([opened.close(), mending?.close(), rotations?.close()])
    }
    const giveUp = () => void close()
    closed.addEventListener('abort', giveUp, { once: true })
    try {
      await opened.ready
    } catch (error) {
      await close()
      throw error
    } finally {
      closed.removeEventListener('abort', giveUp)
    }
    if (closed.aborted) {
      await close()
      throw new AppError('cancelled', {})
    }
    return {
      close,
      feed: async (part, data, last) => {
        const upload = uploads.get(part)
        if (upload === undefined) throw new AppError('bad-input', { field: 'part' })
        await upload.feed(data, last)
      },
      loadHistory:
        mending &&
        (async (progress, signal) => {
          // One that cannot be read keeps neither the other from being tried.
          const [history] = await Promise.allSettled([loadHistory({ ports, nodeFiles, local, read }, progress, signal)])
          await mending.again()
          if (history.status === 'rejected') throw history.reason
        }),
    }
  }
}

type OtherPart = Exclude<LogPart, { kind: 'pod' | 'workload' | 'selector' }>

type HistoryDeps = {
  readonly ports: ViewPorts
  readonly nodeFiles: NodeFiles
  readonly local: ReadonlySet<string>
  readonly read: Set<number>
}

/**
 * One container after the other: the disk of the nodes is one, and what is read stays in order. One that fails does not keep the others from being read; the first error is thrown at
 * the end, and a second call reads only those of which nothing has come yet.
 */
async function loadHistory(
  { ports: { containers, history, firstLine, firstRestart }, nodeFiles, local, read }: HistoryDeps,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const wanted = containers().filter(({ index, info }) => isOnLocalNode(info, local) && !read.has(index))
  const errors: unknown[] = []
  for (const [place, { index, info }] of wanted.entries()) {
    // Until its stream has begun, nobody knows which line will be its first.
    const state = () => containers()[index]?.state
    while (state() === 'connecting' && !signal.aborted) await pause(100, signal)
    const request = {
      node: info.node ?? '',
      namespace: info.namespace ?? '',
      pod: info.pod ?? '',
      container: info.container ?? '',
      podUid: info.podUid,
      source: index,
      lastRun: containers()[index]?.lastRun ?? null,
      toldRestart: firstRestart(index),
      ended: state() === 'ended',
      before: () => firstLine(index),
    }
    const sink: LogSink = {
      ...history,
      lines: (...args) => {
        read.add(index)
        history.lines(...args)
      },
    }
    try {
      await nodeFiles.history(request, sink, signal, ({ bytes, totalBytes }) =>
        progress((place + Math.min(1, bytes / Math.max(1, totalBytes))) / wanted.length),
      )
      read.add(index)
    } catch (error) {
      if (signal.aborted) throw error
      // The kubelet has removed the files of a pod that is gone: there is no more to be had of it.
      const over = error instanceof AppError && error.code === 'not-found' && request.ended
      if (!over) errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
