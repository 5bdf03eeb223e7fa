import type { Exec } from '../exec/types.ts'
import type { Jobs } from '../jobs/types.ts'
import type { FindCluster } from '../nodes/find.ts'
import type { Targets } from '../targets/types.ts'
import type { ConnectionSource } from '../workloads/connection.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import type { NetworkStore } from './store.ts'

/** What the jobs of networks work with. */
export type NetworkDeps = {
  readonly exec: Pick<Exec, 'run' | 'check'>
  readonly kubectl: Kubectl
  readonly kubeconfig: ConnectionSource | null
  readonly targets: Pick<Targets, 'list' | 'get'>
  readonly jobs: Pick<Jobs, 'start'>
  readonly find: FindCluster
  readonly store: NetworkStore
}
