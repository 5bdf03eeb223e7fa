import type { JobState, JobStep, JobStepId } from '#shared/contract/jobs.ts'
import type { JobDefinition, JobFacts } from './types.ts'

type Row = { -readonly [K in keyof JobStep]: JobStep[K] } & { begun: number }

export type Steps = {
  list(): JobStep[]
  /** Usual time of all steps that were not skipped, ms; null when of one nothing is known. */
  usualMs(): number | null
  begin(id: JobStepId, facts?: JobFacts): void
  /** As `begin`, and the step that was entered before is done. */
  enter(id: JobStepId, facts?: JobFacts): void
  end(id: JobStepId, state: 'done' | 'failed' | 'skipped' | 'cancelled', facts?: JobFacts): void
  progress(id: JobStepId, fraction: number | null, facts?: JobFacts): void
  /** What the end of the work means for steps that still run or never ran. */
  settle(outcome: Exclude<JobState, 'running' | 'cancelling'>): void
}

/** The steps of one job. `now` is monotonic ms, `epoch` the time of day that belongs to it. */
export function createSteps(
  planned: JobDefinition['steps'],
  usual: (id: JobStepId) => number | null,
  time: { now(): number; epoch(): number },
): Steps {
  const rows = planned.map((step) => newRow(step.id, step.facts ?? {}, usual(step.id) ?? step.usualMs))
  let entered: JobStepId | null = null

  const row = (id: JobStepId, facts: JobFacts = {}): Row => {
    let found = rows.find((one) => one.id === id)
    if (found === undefined) {
      found = newRow(id, {}, usual(id))
      rows.push(found)
    }
    if (Object.keys(facts).length > 0) found.facts = { ...found.facts, ...facts }
    return found
  }
  const begin: Steps['begin'] = (id, facts) => {
    const one = row(id, facts)
    if (one.state === 'running') return
    one.state = 'running'
    one.begun = time.now()
    one.startedAt = time.epoch()
    one.tookMs = null
    one.progress = null
  }
  const end: Steps['end'] = (id, state, facts) => {
    const one = row(id, facts)
    if (entered === id) entered = null
    if (one.state === 'running') one.tookMs = Math.max(0, time.now() - one.begun)
    else if (one.state !== 'pending') return
    one.state = state
    one.progress = state === 'done' ? 1 : one.progress
  }

  return {
    list: () =>
      rows.map(({ id, facts, state, startedAt, tookMs, usualMs, progress }) => ({
        id,
        facts: { ...facts },
        state,
        startedAt,
        tookMs,
        usualMs,
        progress,
      })),
    usualMs: () => {
      let sum = 0
      for (const one of rows) {
        if (one.state === 'skipped') continue
        if (one.usualMs === null) return null
        sum += one.usualMs
      }
      return sum
    },
    begin,
    enter: (id, facts) => {
      if (entered !== null && entered !== id) end(entered, 'done')
      begin(id, facts)
      entered = id
    },
    end,
    progress: (id, fraction, facts) => {
      row(id, facts).progress = fraction === null || Number.isNaN(fraction) ? null : Math.min(1, Math.max(0, fraction))
    },
    settle: (outcome) => {
      for (const one of rows) {
        if (one.state === 'running') end(one.id, outcome === 'succeeded' ? 'done' : outcome === 'failed' ? 'failed' : 'cancelled')
        // Never needed. After a failure they stay pending: they did not happen.
        else if (one.state === 'pending' && outcome === 'succeeded') one.state = 'skipped'
      }
    },
  }
}

const newRow = (id: JobStepId, facts: JobFacts, usualMs: number | null): Row => ({
  id,
  facts: { ...facts },
  state: 'pending',
  startedAt: null,
  tookMs: null,
  usualMs,
  progress: null,
  begun: 0,
})
