import { z } from 'zod'
import { type CreateSpec, createSpecSchema, nodeSchema } from '#shared/contract/clusters.ts'
import type { ClusterTarget, ProviderName } from '../providers/provider.ts'

type Target = Omit<ClusterTarget, 'folder'>

const nodesSchema = z.array(nodeSchema.pick({ name: true, role: true, state: true, containerId: true }))

/** What a job on a living cluster writes into its journal, for the Cove after a killed one. Pure. */
export const memoryOf = (provider: ProviderName, { name, nodes }: Target): Record<string, string> => ({
  provider,
  name,
  cluster: JSON.stringify(nodes.map(({ name: node, role, state, containerId }) => ({ name: node, role, state, containerId }))),
})

/** The cluster as a job found it; null in journals of before. Pure. */
export function targetIn(memory: Readonly<Record<string, string>>): Target | null {
  try {
    return { name: memory['name'] ?? '', nodes: nodesSchema.parse(JSON.parse(memory['cluster'] ?? '')) }
  } catch {
    return null
  }
}

/** What a create or rebuild makes, as its journal holds it; null in journals of other jobs and of before. Pure. */
export function specIn(memory: Readonly<Record<string, string>>): CreateSpec | null {
  try {
    return createSpecSchema.parse(JSON.parse(memory['spec'] ?? ''))
  } catch {
    return null
  }
}
