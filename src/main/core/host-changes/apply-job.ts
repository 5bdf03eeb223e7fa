import type { HostPlan, HostStep } from '#shared/contract/host-changes.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { Machine } from '../targets/machine.ts'
import { runAction, untilChecked } from './commands.ts'
import { beforeChange, changed, changeFile } from './files.ts'
import { newRecordId, type RecordEntry, type Records, type StoredRecord } from './records.ts'
import { leftOf, nameOf, takeBack } from './take-back.ts'

export const keyOf = (target: string) => `host:${target}`

/** Does what a plan says, step by step, each file looked at once more just before; what fails or is cancelled is taken back. */
export function applyJob(
  { records, machine, changed: told }: { readonly records: Records; readonly machine: Machine; changed(): void },
  plan: HostPlan,
): JobDefinition {
  const id = newRecordId()
  const todo = plan.steps.filter((step) => !step.done)
  let record: StoredRecord | null = null

  async function work(job: JobContext): Promise<Record<string, string> | null> {
    const { target, purpose, facts, steps } = plan
    record = {
      version: 1,
      id,
      target,
      purpose,
      facts,
      steps,
      appliedAt: Date.now(),
      undoneAt: null,
      jobId: job.id,
      state: 'applying',
      entries: [],
      unended: [],
    }
    await records.save(record)
    const kept = record
    await job.step('apply-changes', async () => {
      let part = 0
      for (const [index, step] of steps.entries()) {
        if (step.done) continue
        job.progress('apply-changes', part / todo.length, { step: step.id, part: part + 1, all: todo.length })
        await applyStep({ machine, record: kept, records, job }, step, index)
        part += 1
      }
    })
    if (kept.entries.length === 0) {
      // All was so already: there is nothing to undo.
      await records.remove(id)
      return null
    }
    kept.state = 'applied'
    kept.appliedAt = Date.now()
    await records.save(kept)
    told()
    return { recordId: id }
  }

  return {
    kind: 'host.apply',
    subject: machine.name,
    facts: { target: plan.target, purpose: plan.purpose },
    key: keyOf(plan.target),
    steps: [{ id: 'apply-changes', usualMs: 5000 }],
    undo: todo.flatMap((step) => step.actions.map(nameOf)),
    memory: { recordId: id },
    run: work,
    cleanUp: async (job) => {
      if (record === null) return []
      const kept = record
      // What a cancel did not reach in time must not go on while its traces are removed.
      if (kept.entries.length > 0 && !(await machine.endJob(job.id))) {
        kept.state = 'partial'
        kept.unended.push(job.id)
        await records.save(kept)
        told()
        return leftOf(kept)
      }
      const save = () => records.save(kept)
      const { left } = await takeBack({ target: machine, record: kept, jobId: job.id, save, accepted: false })
      if (left.length === 0) await records.remove(id)
      else {
        kept.state = 'partial'
        await save()
      }
      told()
      return left
    },
  }
}

type Applying = { readonly machine: Machine; readonly record: StoredRecord; readonly records: Records; readonly job: JobContext }

async function applyStep({ machine, record, records, job }: Applying, step: HostStep, index: number): Promise<void> {
  const how = { root: step.root, jobId: job.id }
  /** On disk before anything is done, so that a kill -9 in the middle is known of. */
  const begin = async (action: number, more: Pick<RecordEntry, 'had' | 'folders'>) => {
    job.signal.throwIfAborted()
    const entry: RecordEntry = { step: index, action, state: 'begun', ...more }
    record.entries.push(entry)
    await records.save(record)
    return async () => {
      entry.state = 'done'
      await records.save(record)
    }
  }
  for (const [at, action] of step.actions.entries()) {
    if (action.kind === 'file') {
      if ((await machine.readFile(action.path, { root: step.root, signal: job.signal })) !== action.before)
        throw changed(machine, action.path)
      if (action.after === action.before && action.mode === null) continue
      const done = await begin(at, await beforeChange(machine, action, how))
      await changeFile(machine, action, how)
      await done()
    } else {
      const done = await begin(at, { had: null, folders: [] })
      await runAction(machine, action.argv, { ...how, signal: job.signal })
      if (action.check !== null) await untilChecked(machine, action.check, { ...how, signal: job.signal })
      await done()
    }
  }
}
