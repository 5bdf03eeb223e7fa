import type { ClusterImages } from '#shared/contract/clusters.ts'
import type { Pod } from '#shared/contract/workloads.ts'

export type ImageRow = {
  readonly ref: string
  readonly sizeBytes: number | null
  /** Nodes that hold it. */
  readonly on: readonly string[]
  /** Other names of the same image on a node: etcd and kube-apiserver may be one. */
  readonly ids: readonly string[]
}

/** One row for each name, by name, over all nodes that answered. */
export function imageRows({ nodes }: ClusterImages): ImageRow[] {
  const rows = new Map<string, { ref: string; sizeBytes: number | null; on: string[]; ids: string[] }>()
  for (const { node, images } of nodes)
    for (const { ref, id, sizeBytes } of images ?? []) {
      const row = rows.get(ref) ?? { ref, sizeBytes, on: [], ids: [] }
      row.on.push(node)
      row.sizeBytes ??= sizeBytes
      if (!row.ids.includes(id)) row.ids.push(id)
      rows.set(ref, row)
    }
  return [...rows.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1))
}

/** Each word that was typed is in it. */
export const fits = (ref: string, filter: string): boolean =>
  filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => ref.toLowerCase().includes(word))

/** Pods one of whose containers was given this image. */
export function podsWith(pods: readonly Pod[], ref: string): Pod[] {
  return pods.filter((pod) => pod.containers.some(({ image }) => sameImage(image, ref)))
}

/** Pods may name an image shortly, `busybox:1`; a runtime names it in full, `docker.io/library/busybox:1`. */
export function sameImage(said: string, ref: string): boolean {
  if (said === ref) return true
  const tagged = /(?::[^/]+|@[^/]+)$/.test(said) ? said : `${said}:latest`
  return [tagged, `docker.io/${tagged}`, `docker.io/library/${tagged}`].includes(ref)
}

/** What names of nodes that nobody named after their cluster begin with, up to a dash; empty: nothing. A number alone is no name. */
export function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names
  if (others.length === 0) return ''
  const parts = first.split('-')
  for (let length = parts.length - 1; length > 0; length--) {
    const start = parts.slice(0, length).join('-')
    if (others.every((name) => name.startsWith(`${start}-`)) && names.every((name) => /\D/.test(name.slice(start.length + 1)))) return start
  }
  return ''
}

/** Without what all nodes have in common, so that names fit a column: `shop-worker2` is `worker2` in the cluster shop. */
export const shortNode = (node: string, cluster: string) => (node.startsWith(`${cluster}-`) ? node.slice(cluster.length + 1) : node)
