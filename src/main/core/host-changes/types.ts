import type { HostPlan, HostRecord, HostStep } from '#shared/contract/host-changes.ts'
import type { TargetId } from '#shared/contract/targets.ts'

export type PlanFacts = Readonly<Record<string, string | number | null>>

/** What somebody who knows what is to be done hands over; nothing has been done. */
export type PlanProposal = {
  readonly target: TargetId
  /** Words in locales: `host-steps`, `purpose.<purpose>`. */
  readonly purpose: string
  readonly facts?: PlanFacts
  readonly steps: readonly HostStep[]
  readonly warnings?: HostPlan['warnings']
}

/**
 * What is undone or rolled back is so in reverse order, but a command whose `undo` is its own argv (a restart, a reload) comes last of all, when
 * the files that it makes effective are back; a command that stays without effect has `undo: []`.
 *
 * Plans, their application, what was applied, and its undo. One job at a time on one target (key `host:<target>`). */
export type HostChanges = {
  /** Kept until it is applied or Cove ends; the newest 50. */
  offer(proposal: PlanProposal): Promise<HostPlan>
  plan(planId: string): HostPlan
  apply(planId: string): Promise<{ readonly jobId: string }>
  records(target: TargetId): Promise<HostRecord[]>
  undo(recordId: string): Promise<{ readonly jobId: string }>
}
