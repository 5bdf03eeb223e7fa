import type { ContextRef } from '#shared/contract/base.ts'
import type { LogGone } from '#shared/contract/logs.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import type { NodeFiles } from '../files/node-files.ts'

type GoneDeps = {
  readonly nodeFiles: Pick<NodeFiles, 'goneContainers'>
  readonly localNodes: (context: ContextRef) => readonly string[]
  readonly pods: (context: ContextRef) => Promise<Pod[]>
}

/** A node that does not answer in time is left out. */
const limitMs = 10_000

/** Containers of pods that the API no longer knows and whose log files are still on a node, the last written first. Throws as the API and the engine do. */
export function createGone({ nodeFiles, localNodes, pods }: GoneDeps): (context: ContextRef, signal: AbortSignal) => Promise<LogGone[]> {
  return async (context, signal) => {
    const nodes = localNodes(context)
    if (nodes.length === 0) return []
    const alive = await pods(context)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    const found = await Promise.allSettled(nodes.map((node) => nodeFiles.goneContainers(node, alive, limited)))
    const failed = found.filter((one) => one.status === 'rejected')
    if (failed.length === nodes.length) throw failed[0]?.reason
    return found
      .flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
      .map(({ node, namespace, pod, podUid, container, bytes, writtenAt }) => ({
        node,
        namespace,
        pod,
        podUid,
        container,
        bytes,
        writtenAt: Math.round(writtenAt),
      }))
      .sort((a, b) => b.writtenAt - a.writtenAt)
  }
}
