import type { NodeView } from '../document/form.ts'

/** Names kind gives its nodes, without the cluster's: `control-plane`, `worker`, `worker2`. */
export function nodeNames(nodes: readonly Pick<NodeView, 'role'>[]): string[] {
  const counts = { 'control-plane': 0, worker: 0 }
  return nodes.map(({ role }) => {
    counts[role] += 1
    return `${role}${counts[role] === 1 ? '' : counts[role]}`
  })
}
