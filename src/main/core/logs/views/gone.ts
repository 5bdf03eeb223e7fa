import type { ContextRef } from '#shared/contract/base.ts'
import type { LogGone } from '#shared/contract/logs.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import type { NodeFiles } from '../files/node-files.ts'

type GoneDeps = {
  readonly nodeFiles: Pick<NodeFiles, 'goneContainers'>
  readonly localNodes: (context: ContextRef) => readonly string[]
  readonly pods: (context: ContextRef) => Promise<Pod[]>
}

/** Containers of pods that the API no longer knows and whose log files are still on a node, the last written first. Throws as the API and the engine do. */
export function createGone({ nodeFiles, localNodes, pods }: GoneDeps): (context: ContextRef) => Promise<LogGone[]> {
  return async (context) => {
    const nodes = localNodes(context)
    if (nodes.length === 0) return []
    const alive = await pods(context)
    const { signal } = new AbortController()
    const found = await Promise.all(nodes.map((node) => nodeFiles.goneContainers(node, alive, signal)))
    return found
      .flat()
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
