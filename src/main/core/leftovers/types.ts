import type { Leftover, LeftoverSource, LeftoversSnapshot } from '#shared/contract/leftovers.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import type { Toolchain } from '../toolchain/types.ts'

export type Leftovers = {
  /** What is known now. Looks in the background where nothing is known yet, or clusters have changed since the last look; emits topic `leftovers` as sources answer. */
  snapshot(): LeftoversSnapshot
  /** Looks everywhere again and waits; each source fails alone. */
  refresh(): Promise<LeftoversSnapshot>
  /**
   * Starts the job that removes these. It looks again first: what a cluster uses by then, or is another thing of the same name, stays. Afterwards it looks
   * whether they are gone. Throws `busy` where one runs already.
   */
  remove(ids: readonly string[]): { readonly jobId: string }
  /** For `jobs.reconcile`. */
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
  dispose(): void
}

export type LeftoversDeps = {
  readonly exec: Exec
  readonly engines: Engines
  readonly toolchain: Pick<Toolchain, 'snapshot' | 'refresh' | 'binDir'>
  /** Copies of Cove's that are used beside the one of the snapshot: what PATH leads to, the kubectl of a cluster that no other fits. Left out: none are. */
  copiesInUse?(tool: ToolName): Promise<readonly string[]>
  readonly kubeconfig: Pick<Kubeconfig, 'snapshot' | 'remove' | 'removeUnused'>
  readonly jobs: Jobs
  readonly changes: Changes
  readonly dataDir: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What is younger than this may be being made by a tool that Cove does not know of. Default 60,000 ms. */
  readonly graceMs?: number
}

/** What every search needs to know of what Cove itself does. */
export type Surroundings = {
  readonly jobs: readonly Job[]
  readonly now: number
  readonly graceMs: number
}

/** A search in one place. Throws AppError where the place does not answer: nothing is known then. */
export type Search = (round: Round) => Promise<Leftover[]>

/** One look at everything: what several searches need is asked once. */
export type Round = {
  readonly around: Surroundings
  things(): Promise<EngineThings>
  /** Bytes of containers (by the first twelve digits of their id) and volumes (by name), as far as the engine counts them in time. */
  sizes(): Promise<ReadonlyMap<string, number>>
  /** Names of kind's clusters in every engine of this machine. Throws where one does not answer. */
  kindNames(): Promise<ReadonlySet<string>>
}

export type Searches = Readonly<Record<LeftoverSource, Search>>

export type ThingContainer = {
  readonly id: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: number | null
  readonly volumes: readonly string[]
  readonly networks: readonly string[]
}
export type ThingVolume = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly createdAt: number | null }
export type ThingNetwork = {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: number | null
  /** Containers that are attached now; a stopped one is not, but names it among its networks. */
  readonly attached: number
  /** kind asks for it when it makes its own: https://github.com/kubernetes-sigs/kind/blob/main/pkg/cluster/internal/providers/docker/network.go */
  readonly masquerade: boolean
}

/** Everything the engine holds that could be a leftover, or use one. */
export type EngineThings = {
  readonly containers: readonly ThingContainer[]
  readonly volumes: readonly ThingVolume[]
  readonly networks: readonly ThingNetwork[]
}

export const kindLabel = 'io.x-k8s.kind.cluster'
export const kindRoleLabel = 'io.x-k8s.kind.role'
export const minikubeLabel = 'created_by.minikube.sigs.k8s.io'
export const minikubeNameLabel = 'name.minikube.sigs.k8s.io'
export const minikubeRoleLabel = 'role.minikube.sigs.k8s.io'
