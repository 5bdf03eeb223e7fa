import type { Pod } from '#shared/contract/workloads.ts'

export type PodChange = { readonly upserted: readonly Pod[]; readonly removed: readonly string[] }

/** The pods that a watch knows, by uid. Every method answers what changed by it, null when nothing did. */
export type PodTable = {
  /** Takes a whole list as the truth: what is not in it is gone. */
  replace(pods: readonly Pod[]): PodChange
  /** Null where the change is in parts that Cove does not show. */
  upsert(pod: Pod): PodChange | null
  remove(uid: string): PodChange | null
  all(): Pod[]
}

export function createPodTable(): PodTable {
  let pods = new Map<string, Pod>()
  return {
    replace: (list) => {
      const next = new Map(list.map((pod) => [pod.uid, pod]))
      const removed = [...pods.keys()].filter((uid) => !next.has(uid))
      const upserted = list.filter((pod) => !same(pods.get(pod.uid), pod))
      pods = next
      return { upserted, removed }
    },
    upsert: (pod) => {
      if (same(pods.get(pod.uid), pod)) return null
      pods.set(pod.uid, pod)
      return { upserted: [pod], removed: [] }
    },
    remove: (uid) => (pods.delete(uid) ? { upserted: [], removed: [uid] } : null),
    all: () => [...pods.values()],
  }
}

function same(a: Pod | undefined, b: Pod): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
