import type { ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import type { ClusterFit } from '#shared/contract/toolchain.ts'
import type { ServerVersions } from '../workloads/server-versions.ts'
import { minorsAhead, pickFor } from './skew.ts'
import type { Toolchain } from './types.ts'

export type ClusterFitsDeps = {
  readonly toolchain: Pick<Toolchain, 'snapshot' | 'plan'>
  readonly clusters: { snapshot(): Promise<ClustersSnapshot> }
  readonly kubeconfig: { snapshot(): Promise<KubeconfigSnapshot> }
  readonly versions: Pick<ServerVersions, 'of'>
}

/** How every copy of kubectl goes with every cluster that a context leads to, the current one first. Asks no cluster. */
export async function clusterFits({ toolchain, clusters, kubeconfig, versions }: ClusterFitsDeps): Promise<ClusterFit[]> {
  const [list, { current }] = await Promise.all([clusters.snapshot(), kubeconfig.snapshot()])
  const copies = toolchain.snapshot().find(({ name }) => name === 'kubectl')?.copies ?? []
  const rows = list.clusters.flatMap(({ name, context }) => (context ? [{ name, context }] : []))
  const isCurrent = ({ context }: (typeof rows)[number]) => context.name === current?.name && context.file === current.file
  rows.sort((a, b) => Number(isCurrent(b)) - Number(isCurrent(a)))
  return Promise.all(
    rows.map(async ({ name, context }): Promise<ClusterFit> => {
      const seen = await versions.of(context)
      const kubernetes = seen?.version ?? null
      const picked = pickFor(copies, kubernetes)
      const plan = picked?.reason === 'none' && kubernetes !== null ? await toolchain.plan('kubectl', kubernetes) : null
      return {
        name,
        context,
        kubernetes,
        asOf: seen?.asOf ?? null,
        state: picked?.reason ?? 'absent',
        path: picked?.copy.path ?? null,
        copies: copies
          .filter(({ problem }) => problem === null)
          .map(({ path, version }) => ({ path, version, ahead: minorsAhead(version, kubernetes) })),
        download: plan && { tool: plan.tool, version: plan.version, url: plan.url, digestFrom: plan.digestFrom },
      }
    }),
  )
}
