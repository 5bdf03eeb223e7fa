import { errorShape } from '#core/error.ts'
import type { LogSink } from '../source/sink.ts'
import type { FileEndOutcome, FileEndRequest } from './file-end.ts'
import { readFileEnd } from './file-end.ts'
import type { NodeDeps } from './node-command.ts'
import type { HistoryEnd, HistoryProgress, HistoryRequest } from './history.ts'
import { readHistory } from './history.ts'
import { inOrder, isStatic, listNodeFiles } from './node-listing.ts'
import type { NodeFile } from './node-listing.ts'
import type { SpanEnd, SpanRequest } from './span.ts'
import { readSpan } from './span.ts'

/** A container whose log files are on a node. */
export type NodeContainer = {
  readonly node: string
  readonly namespace: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  /** Restart counts of its runs that left files, oldest first. */
  readonly runs: readonly number[]
  /** On the disk of the node; older files are packed. */
  readonly bytes: number
  /** Last line written, ms since 1970. */
  readonly writtenAt: number
}

/** A pod that the API knows. */
export type LivePod = { readonly namespace: string; readonly name: string; readonly uid: string }

/** The log files on the nodes of local clusters, read through the engine. All throw AppError (see `runInNode`), `cancelled` too, and leave no process, here or in the node. */
export type NodeFiles = {
  /** All lines of a container from before the first one the view has, older runs too, oldest first, as backlog. Resolves after the last one was handed over. */
  history(request: HistoryRequest, sink: LogSink, signal: AbortSignal, progress?: (progress: HistoryProgress) => void): Promise<HistoryEnd>
  /** Lines between two that the view has, oldest first, as backlog. What cannot be read once some were handed over is a gap. */
  span(request: SpanRequest, sink: LogSink, signal: AbortSignal): Promise<SpanEnd>
  /** Lines at the end of a file that the view does not have, as backlog. */
  fileEnd(request: FileEndRequest, sink: LogSink, signal: AbortSignal): Promise<FileEndOutcome>
  /** Every log file on that node, in no order. */
  list(node: string, signal: AbortSignal): Promise<NodeFile[]>
  /** Every container with files on that node. */
  containers(node: string, signal: AbortSignal): Promise<NodeContainer[]>
  /** Those of them whose pod is not among `alive`, the last written first. */
  goneContainers(node: string, alive: readonly LivePod[], signal: AbortSignal): Promise<NodeContainer[]>
  /** Joins as a source of kind `container` with all its lines; its state is then `ended`, reason `pod-gone`. A failure is thrown and is the state's too. */
  openGone(
    container: NodeContainer,
    sink: LogSink,
    signal: AbortSignal,
    progress?: (progress: HistoryProgress) => void,
  ): Promise<HistoryEnd & { readonly source: number }>
}

export function createNodeFiles(deps: NodeDeps): NodeFiles {
  const containers = async (node: string, signal: AbortSignal) => grouped(node, await listNodeFiles(deps, node, null, signal))
  return {
    history: (request, sink, signal, progress) => readHistory(deps, request, sink, signal, progress),
    span: (request, sink, signal) => readSpan(deps, request, sink, signal),
    fileEnd: (request, sink, signal) => readFileEnd(deps, request, sink, signal),
    list: (node, signal) => listNodeFiles(deps, node, null, signal),
    containers,
    goneContainers: async (node, alive, signal) => {
      const uids = new Set(alive.map((pod) => pod.uid))
      const names = new Set(alive.map((pod) => `${pod.namespace}/${pod.name}`))
      const all = await containers(node, signal)
      const gone = all.filter((one) => !uids.has(one.podUid) && !(isStatic(one.podUid) && names.has(`${one.namespace}/${one.pod}`)))
      return gone.sort((a, b) => b.writtenAt - a.writtenAt)
    },
    openGone: (container, sink, signal, progress) => openGone(deps, container, sink, signal, progress),
  }
}

function grouped(node: string, files: readonly NodeFile[]): NodeContainer[] {
  const groups = new Map<string, NodeFile[]>()
  for (const file of files) {
    const key = `${file.namespace}/${file.pod}/${file.podUid}/${file.container}`
    groups.set(key, [...(groups.get(key) ?? []), file])
  }
  return [...groups.values()].flatMap((group) => {
    const ordered = inOrder(group)
    const first = ordered[0]
    if (!first) return []
    const { namespace, pod, podUid, container } = first
    const runs = [...new Set(ordered.map((file) => file.run))]
    const bytes = group.reduce((sum, file) => sum + file.bytes, 0)
    return [{ node, namespace, pod, podUid, container, runs, bytes, writtenAt: Math.max(...group.map((file) => file.writtenAt)) }]
  })
}

async function openGone(
  deps: NodeDeps,
  { node, namespace, pod, podUid, container, runs }: NodeContainer,
  sink: LogSink,
  signal: AbortSignal,
  progress?: (progress: HistoryProgress) => void,
): Promise<HistoryEnd & { source: number }> {
  const name = `${namespace}/${pod}/${container}`
  const source = sink.join({ kind: 'container', name, namespace, pod, container, containerKind: null, owner: null, node, podUid })
  sink.state(source, { restarts: runs.at(-1) ?? 0 })
  try {
    const request = { node, namespace, pod, podUid, container, source, before: () => null, ended: true }
    const end = await readHistory(deps, request, sink, signal, progress)
    sink.state(source, { state: 'ended', reason: 'pod-gone', error: null })
    sink.note(source, null, { type: 'ended', reason: 'pod-gone', exitCode: null })
    return { ...end, source }
  } catch (error) {
    sink.state(source, { state: 'failed', error: errorShape(error) })
    throw error
  }
}
