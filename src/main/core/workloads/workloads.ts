import { namespacesPath, nodesPath, podPath, podsPath } from './paths.ts'
import { createKubectl } from './kubectl.ts'
import type { KubectlDeps } from './kubectl.ts'
import { containerRun } from './container-run.ts'
import { createPodsFeed } from './pods-feed.ts'
import { createPodsWatch, usualPace } from './pods-watch.ts'
import type { Pace, PodsWatch } from './pods-watch.ts'
import { toApiNode } from './api-node.ts'
import { toPod } from './pod.ts'
import { rawListSchema, rawNamespaceSchema, rawNodeSchema, rawPodSchema } from './raw.ts'
import { stoppable } from './stoppable.ts'
import type { PodQuery, Workloads } from './types.ts'

export type WorkloadsDeps = KubectlDeps & { readonly pace?: Pace }

const namespaceList = rawListSchema(rawNamespaceSchema)
const nodeList = rawListSchema(rawNodeSchema)
const podList = rawListSchema(rawPodSchema)

/** What runs in a cluster, through kubectl. Its commands are quiet: in the journal of this session, without a spool that would grow with a watch. */
export function createWorkloads({ exec, pace = usualPace, ...deps }: WorkloadsDeps): Workloads {
  const kubectl = createKubectl({ exec, ...deps })
  const watches = new Map<string, PodsWatch>()

  const watchOf = ({ file, name, namespace }: PodQuery) => {
    const key = JSON.stringify([file, name, namespace])
    const known = watches.get(key)
    if (known) return known
    const made = createPodsWatch({ kubectl, exec, pace, onEmpty: () => watches.delete(key) }, { file, name }, namespace)
    watches.set(key, made)
    return made
  }

  return {
    namespaces: async (ref, signal) => {
      const { items } = await kubectl.get(ref, namespacesPath, namespaceList, { signal })
      return items.map((one) => one.metadata.name).sort()
    },
    nodes: async (ref, signal) => (await kubectl.get(ref, nodesPath, nodeList, { signal })).items.map(toApiNode),
    pods: async (query, signal) => (await kubectl.get(query, podsPath(query.namespace), podList, { signal })).items.map(toPod),
    watchPods: (query, outer) =>
      stoppable(outer, async function* (signal) {
        if (signal.aborted) return
        const feed = createPodsFeed()
        const leave = watchOf(query).join(feed)
        signal.addEventListener('abort', leave, { once: true })
        try {
          yield* feed.read(signal)
        } finally {
          leave()
        }
      }),
    containerRun: async (ref, namespace, pod, container, signal) =>
      containerRun(await kubectl.get(ref, podPath(namespace, pod), rawPodSchema, { signal, namespace }), container),
  }
}
