import type { SourceInfo } from '../source/sink.ts'

type Named = Pick<SourceInfo, 'kind' | 'name' | 'namespace' | 'pod' | 'container' | 'owner' | 'node'>

/**
 * A name for each source that is as short as tells it from the others, in the given order: `web·x4k2p` for a pod of Deployment/web, its container where a pod has several,
 * its namespace where names meet. Pure.
 */
export function shortNames(sources: readonly Named[]): string[] {
  const podsContainers = new Map<string, Set<string>>()
  for (const { namespace, pod, container } of sources) {
    if (pod === null) continue
    const key = `${namespace}/${pod}`
    podsContainers.set(key, (podsContainers.get(key) ?? new Set()).add(container ?? ''))
  }
  const several = (one: Named) => (podsContainers.get(`${one.namespace}/${one.pod}`)?.size ?? 0) > 1
  const names = sources.map((one) => plain(one) + (several(one) && one.container !== null ? `/${one.container}` : ''))
  const count = new Map<string, number>()
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1)
  return names.map((name, index) => {
    const one = sources[index]
    if ((count.get(name) ?? 0) < 2 || one === undefined || one.namespace === null) return name
    return `${one.namespace}/${name}`
  })
}

function plain({ kind, name, pod, owner }: Named): string {
  if (kind === 'file') return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  if (pod === null) return name
  const workload = owner?.slice(owner.indexOf('/') + 1) ?? ''
  if (workload === '' || !pod.startsWith(`${workload}-`)) return pod
  const rest = pod.slice(workload.length + 1)
  // A StatefulSet's ordinal is part of the name that people know.
  if (/^\d+$/.test(rest)) return pod
  return `${workload}·${rest.slice(rest.lastIndexOf('-') + 1)}`
}
