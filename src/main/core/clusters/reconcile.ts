import { rm, stat } from 'node:fs/promises'
import type { JobKind, Reconcile } from '../jobs/types.ts'
import { addContext, folderOf } from './create.ts'
import { deleteNodes, whatIsLeft } from './delete.ts'
import type { ClustersDeps } from './types.ts'
import { removeContexts, undoCreate } from './undo.ts'

/**
 * Ends jobs that a killed Cove left. A create whose provider had finished (its kubeconfig is written last) is finished: context added, `succeeded`;
 * every other is taken back and `interrupted`. A delete is finished. The jobs service has ended what still ran.
 */
export function reconcileHandlers(deps: ClustersDeps): Partial<Record<JobKind, Reconcile>> {
  const { kind, dataDir } = deps

  const create: Reconcile = async (job, memory) => {
    const name = memory['name'] ?? job.subject
    const folder = folderOf(dataDir, job.id)
    const run = { jobId: job.id, signal: new AbortController().signal }
    const nodes = memory['nodes'] === 'yes'
    const file = kind.kubeconfigFile(folder)
    if (nodes && job.state !== 'cancelling' && (await stat(file).catch(() => null)) !== null) {
      const cluster = (await kind.list()).find((one) => one.name === name)
      const count = cluster?.nodes.filter((node) => node.role !== 'load-balancer').length
      if (cluster?.state === 'running' && String(count) === memory['count']) {
        const written = await addContext(deps, name, file)
        await rm(folder, { recursive: true, force: true })
        return { state: 'succeeded', left: [], result: { clusterId: cluster.id, context: kind.contextName(name), file: written } }
      }
    }
    const { previousFile = '', previousName = '' } = memory
    const previous = previousName === '' ? null : { file: previousFile, name: previousName }
    return {
      state: 'interrupted',
      left: await undoCreate(
        deps,
        { name, folder, nodes: nodes ? 'being-made' : 'none', context: memory['context'] === 'yes', previous },
        run,
      ),
    }
  }

  const remove: Reconcile = async (job, memory) => {
    const cluster = { name: memory['name'] ?? job.subject, containers: (memory['containers'] ?? '').split(' ') }
    const folder = folderOf(dataDir, job.id)
    const left = new Set<string>()
    try {
      for (const one of await deleteNodes(deps, cluster, folder, { jobId: job.id, signal: new AbortController().signal })) left.add(one)
      await removeContexts(deps, cluster.name, null)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    for (const one of await whatIsLeft(deps, cluster.name)) left.add(one)
    return { state: left.size > 0 ? 'interrupted' : 'succeeded', left: [...left] }
  }

  return { 'cluster.create': create, 'cluster.delete': remove }
}
