import { rm, stat } from 'node:fs/promises'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { extrasOf } from './extras.ts'
import type { JobKind, Reconcile } from '../jobs/types.ts'
import { addContext, folderOf } from './create.ts'
import { deleteNodes, whatIsLeft } from './delete.ts'
import { specIn } from './memory.ts'
import type { Provider } from '../providers/provider.ts'
import { reconcileLiving } from './reconcile-living.ts'
import type { ClustersDeps, ProviderDeps } from './types.ts'
import { removeContexts, undoCreate } from './undo.ts'

/** Whoever keeps how clusters were made. */
type Told = { made(spec: CreateSpec, clusterId: string): Promise<void>; gone(clusterId: string): Promise<void> }

/**
 * Ends jobs that a killed Cove left. A create whose provider had finished (its kubeconfig is written last) is finished: context added, `succeeded`;
 * every other is taken back and `interrupted`. A delete is finished. The jobs service has ended what still ran.
 */
export function reconcileHandlers(deps: ClustersDeps, told: Told): Partial<Record<JobKind, Reconcile>> {
  const { dataDir } = deps
  /** Journals of a Cove that knew one provider say none. */
  const of = (memory: Readonly<Record<string, string>>): ProviderDeps => ({
    ...deps,
    madeFrom: () => null,
    provider: deps.providers.find((one) => one.name === memory['provider']) ?? (deps.providers[0] as Provider),
  })

  const create: Reconcile = async (job, memory) => {
    const own = of(memory)
    const { provider } = own
    const name = memory['name'] ?? job.subject
    const folder = folderOf(dataDir, job.id)
    const run = { jobId: job.id, signal: new AbortController().signal }
    const nodes = memory['nodes'] === 'yes'
    const file = provider.kubeconfigFile(folder)
    const spec = specIn(memory)
    // What Cove does around the tool cannot be taken up in the middle.
    const complete = memory['ready'] === 'yes' || spec === null || (extrasOf(spec) === null && provider.bringsNetwork(spec))
    if (nodes && complete && job.state !== 'cancelling' && (await stat(file).catch(() => null)) !== null) {
      const cluster = (await provider.list()).find((one) => one.name === name)
      const count = cluster?.nodes.filter((node) => node.role !== 'load-balancer').length
      if (cluster?.state === 'running' && String(count) === memory['count']) {
        const written = await addContext(own, file, { reason: `create ${name}` })
        await rm(folder, { recursive: true, force: true })
        if (spec !== null) await told.made(spec, cluster.id)
        return { state: 'succeeded', left: [], result: { clusterId: cluster.id, context: provider.contextName(name), file: written } }
      }
    }
    const { previousFile = '', previousName = '' } = memory
    const previous = previousName === '' ? null : { file: previousFile, name: previousName }
    return {
      state: 'interrupted',
      left: await undoCreate(
        own,
        { name, folder, nodes: nodes ? 'being-made' : 'none', context: memory['context'] === 'yes', previous },
        run,
      ),
    }
  }

  const remove: Reconcile = async (job, memory) => {
    const own = of(memory)
    const cluster = { name: memory['name'] ?? job.subject, containers: (memory['containers'] ?? '').split(' ') }
    const folder = folderOf(dataDir, job.id)
    const left = new Set<string>()
    try {
      for (const one of await deleteNodes(own, cluster, folder, { jobId: job.id, signal: new AbortController().signal })) left.add(one)
      await removeContexts(own, cluster.name, null)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    for (const one of await whatIsLeft(own, cluster.name)) left.add(one)
    if (left.size === 0 && memory['id'] !== undefined) await told.gone(memory['id'])
    return { state: left.size > 0 ? 'interrupted' : 'succeeded', left: [...left] }
  }

  /** As far as it came: nothing was removed yet, the old cluster is half gone, or the new one is half made. */
  const rebuild: Reconcile = async (job, memory) => {
    if (memory['nodes'] === 'yes') return create(job, memory)
    if (memory['deleting'] !== 'yes') return { state: 'interrupted', left: [] }
    return { state: 'interrupted', left: (await remove(job, memory)).left }
  }

  return { 'cluster.create': create, 'cluster.delete': remove, 'cluster.rebuild': rebuild, ...reconcileLiving({ dataDir }, of) }
}
