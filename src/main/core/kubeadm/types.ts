import type { KubeadmState, KubeadmUpgradePlan } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Changes } from '../changes.ts'
import type { Jobs } from '../jobs/types.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import type { Target } from '../targets/types.ts'
import type { ProgramSource } from './fetch-programs.ts'

/** A target that can also end what a job of a killed Cove left running there. */
export type Host = Target & { endJob(jobId: string): Promise<boolean> }

export type KubeadmDeps = {
  readonly targets: { machine(id: TargetId): Promise<Host> }
  readonly jobs: Jobs
  readonly kubeconfig: Pick<Kubeconfig, 'snapshot' | 'authorityOf' | 'merge' | 'remove' | 'checkWritable'>
  readonly changes: Changes
  /** Programs that a host is to fetch by itself. */
  readonly program: ProgramSource
}

/** What a look needs to know besides the host. */
export type Findings = Map<TargetId, NonNullable<KubeadmState['preflight']>>

/** What kubeadm last planned on each control plane. `authority`: of which cluster, as `Look` has it, for a host can be reset and become another one. */
export type UpgradePlans = Map<TargetId, { readonly authority: string | null; readonly plan: KubeadmUpgradePlan }>

/** Key of all jobs on one host, those of host changes too: they exclude each other. */
export const hostKey = (target: TargetId): string => `host:${target}`
