import type { Job } from '#shared/contract/jobs.ts'
import { AppError, errorShape } from '../error.ts'
import type { Entry, Journal } from './journal.ts'
import type { Owner } from '#core/process-identity.ts'
import type { JobKind, Reconcile } from './types.ts'

export type Reconciler = {
  /** Names an end for each of these jobs, all at once. Never rejects. */
  run(entries: readonly Entry[], handlers: Partial<Record<JobKind, Reconcile>>): Promise<void>
  /** True while this job's end is being found. */
  has(id: string): boolean
  done(id: string): Promise<void>
  idle(): Promise<void>
}

/** Brings jobs whose Cove was killed to one known end. */
export function createReconciler(deps: {
  readonly journal: Journal
  readonly self: Owner
  changed(entry: Entry): void
  endOrphans(jobId: string): Promise<unknown>
}): Reconciler {
  const busy = new Map<string, Promise<void>>()

  async function one(entry: Entry, handler: Reconcile | undefined): Promise<void> {
    // Claimed first: another Cove that starts now must see an owner that lives.
    await deps.journal.write({ ...entry, owner: deps.self }, true)
    const end = await outcome(entry, handler)
    const ended: Entry = { ...entry, owner: deps.self, job: settled(entry.job, end) }
    await deps.journal.write(ended, true)
    busy.delete(entry.job.id)
    deps.changed(ended)
  }

  async function outcome(entry: Entry, handler: Reconcile | undefined): Promise<End> {
    try {
      // A tool that outlived Cove would go on making what the handler removes.
      await deps.endOrphans(entry.job.id)
      if (handler === undefined) return { state: 'interrupted', left: null, error: null }
      const { state, left, result } = await handler(entry.job, entry.memory)
      const error = left.length > 0 ? errorShape(new AppError('left-behind', { what: left.join(', ') })) : null
      // It was being cancelled, and someone looked: that cancel is complete now.
      const cancelled = state === 'interrupted' && left.length === 0 && entry.job.state === 'cancelling'
      return { state: cancelled ? 'cancelled' : state, left: [...left], error, ...(result === undefined ? {} : { result: { ...result } }) }
    } catch (caught) {
      if (!(caught instanceof AppError)) console.error(`reconcile of job ${entry.job.id} (${entry.job.kind}) failed on a bug:`, caught)
      return { state: 'interrupted', left: null, error: errorShape(caught) }
    }
  }

  return {
    run: async (entries, handlers) => {
      await Promise.all(
        entries.map((entry) => {
          const work = one(entry, handlers[entry.job.kind])
          busy.set(entry.job.id, work)
          return work
        }),
      )
    },
    has: (id) => busy.has(id),
    done: async (id) => busy.get(id),
    idle: async () => {
      await Promise.all(busy.values())
    },
  }
}

type End = {
  readonly state: 'succeeded' | 'interrupted' | 'cancelled'
  readonly left: string[] | null
  readonly error: Job['error']
  readonly result?: Record<string, string>
}

function settled(job: Job, { state, left, error, result }: End): Job {
  const steps = job.steps.map((step): Job['steps'][number] => {
    if (step.state === 'running') return { ...step, state: state === 'succeeded' ? 'done' : 'cancelled' }
    if (step.state === 'pending' && state === 'succeeded') return { ...step, state: 'skipped' }
    return step
  })
  return {
    ...job,
    state,
    steps,
    left,
    error: error ?? job.error,
    result: result ?? null,
    cancellable: false,
    finishedAt: Math.max(Date.now(), job.startedAt),
  }
}
