import { randomUUID } from 'node:crypto'
import type { HostPlan } from '#shared/contract/host-changes.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { Machine } from '../targets/machine.ts'
import { applyJob } from './apply-job.ts'
import { verifyFiles } from './files.ts'
import { createRecords, recordsOf, shownRecord } from './records.ts'
import { planScript } from './script.ts'
import { inEffect, leftOf, nameOf } from './take-back.ts'
import type { HostChanges } from './types.ts'
import { undoJob, verifyRecord } from './undo-job.ts'

export type HostChangesDeps = {
  readonly targets: { machine(id: string): Promise<Machine> }
  readonly jobs: Pick<Jobs, 'start' | 'get' | 'running'>
  readonly changes: Changes
  readonly dataDir: string
}

const keptPlans = 50
const reconcileMs = 10_000

/** Plans for targets, and what became of them. */
export function createHostChanges({ targets, jobs, changes, dataDir }: HostChangesDeps): HostChanges & {
  /** For jobs that Cove was killed in the middle of: ends what runs on the target, and lets the record say how far it came. Puts nothing back by itself. */
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
} {
  const plans = new Map<string, HostPlan>()
  /** Of a plan that is being applied: a second click is the same wish. */
  const started = new Map<string, string>()
  const records = createRecords(dataDir)
  const told = () => changes.emit('host-changes')

  const planOf = (planId: string): HostPlan => {
    const plan = plans.get(planId)
    if (plan === undefined) throw new AppError('not-found', { what: 'plan', name: planId })
    return plan
  }
  const runs = (jobId: string | undefined) => jobId !== undefined && jobs.get(jobId)?.finishedAt === null

  const reconcile: Reconcile = async (job, memory) => {
    const record = await records.get(memory['recordId'] ?? '')
    if (record === null) return { state: 'interrupted', left: [] }
    const result = { recordId: record.id }
    if (record.state === (job.kind === 'host.apply' ? 'applied' : 'undone')) return { state: 'succeeded', left: [], result }
    const machine = await targets.machine(record.target).catch(() => null)
    // A host that does not answer is not waited for: what is known is said soon, and the end goes on meanwhile.
    const ended = await Promise.race([machine?.endJob(job.id), new Promise((resolve) => setTimeout(resolve, reconcileMs).unref())])
    const unended = ended === true ? record.unended : [...record.unended, job.id]
    const left = ended === true ? inEffect(record).map(({ action }) => nameOf(action)) : leftOf(record)
    if (left.length > 0) await records.save({ ...record, state: 'partial', unended })
    else if (job.kind === 'host.undo') await records.save({ ...record, state: 'undone', undoneAt: Date.now() })
    else await records.remove(record.id)
    told()
    return { state: left.length === 0 && job.kind === 'host.undo' ? 'succeeded' : 'interrupted', left, result }
  }

  return {
    offer: async ({ target, purpose, facts = {}, steps, warnings = [] }) => {
      for (const step of steps)
        for (const action of step.actions)
          if (action.kind === 'file' && !/^\/[^\p{Cc}]+$/u.test(action.path)) throw new Error(`not an absolute path: ${action.path}`)
      const machine = await targets.machine(target)
      const root = await machine.rootWay()
      const kept = structuredClone({ facts, steps, warnings }) as Pick<HostPlan, 'facts' | 'steps' | 'warnings'>
      const script = planScript(`${purpose}: ${machine.name}`, kept.steps)
      const plan: HostPlan = { id: randomUUID(), target, purpose, ...kept, root, script }
      plans.set(plan.id, plan)
      for (const oldest of [...plans.keys()].slice(0, -keptPlans)) plans.delete(oldest)
      return structuredClone(plan)
    },
    plan: planOf,
    apply: async (planId) => {
      const running = started.get(planId)
      if (running !== undefined && runs(running)) return { jobId: running }
      const plan = planOf(planId)
      const machine = await targets.machine(plan.target)
      if (plan.steps.some((step) => step.root && !step.done) && (await machine.rootWay()) === 'none') {
        const { user } = await machine.look()
        throw new AppError('host-root-needed', { target: machine.name, user })
      }
      await verifyFiles(machine, plan.steps)
      const other = started.get(planId)
      if (other !== undefined && runs(other)) return { jobId: other }
      const definition = applyJob({ records, machine, changed: told }, plan)
      const { id } = jobs.start({
        ...definition,
        run: async (job) => {
          const result = await definition.run(job)
          plans.delete(planId)
          return result
        },
      })
      started.set(planId, id)
      return { jobId: id }
    },
    records: async (target) => {
      const all = await records.list()
      return recordsOf(all, target).map(shownRecord)
    },
    undo: async (recordId) => {
      const record = await records.get(recordId)
      if (record === null || record.state === 'undone' || record.state === 'applying')
        throw new AppError('not-found', { what: 'record', name: recordId })
      const machine = await targets.machine(record.target)
      await verifyRecord(machine, record)
      return { jobId: jobs.start(undoJob({ records, machine, changed: told }, record)).id }
    },
    reconcileHandlers: { 'host.apply': reconcile, 'host.undo': reconcile },
  }
}
