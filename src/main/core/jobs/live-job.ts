import type { Finding } from '#shared/contract/findings.ts'
import type { Job, JobState } from '#shared/contract/jobs.ts'
import { AppError, errorShape } from '../error.ts'
import { createSlowWatch, slowAfterMs } from './slow-watch.ts'
import { createSteps } from './steps.ts'
import type { JobContext, JobDefinition } from './types.ts'
import type { Usual } from './usual.ts'

export type LiveJob = {
  readonly definition: JobDefinition
  /** The state now. */
  job(): Job
  memory(): Readonly<Record<string, string>>
  /** Asks for the end, once; what is already ending or cleaning up is joined. Resolves when it ended. */
  cancel(): Promise<Job>
  readonly ended: Promise<Job>
}

export type LiveJobOptions = {
  readonly id: string
  readonly definition: JobDefinition
  readonly usual: Usual
  /** Journals the present state; never rejects. */
  save(durable: boolean): Promise<void>
  changed(job: LiveJob, what: 'state' | 'step' | 'progress'): void
  /** How long a step may take, ms, before it is looked at; by what it usually takes. */
  readonly slowAfterMs?: (usualMs: number | null) => number
}

type End = Exclude<JobState, 'running' | 'cancelling'>

/** Runs a definition to one of its ends: running → (cancelling →) succeeded, failed or cancelled. */
export function createLiveJob({ id, definition, usual, save, changed, slowAfterMs: slowAfter = slowAfterMs }: LiveJobOptions): LiveJob {
  const startedAt = Date.now()
  const begun = performance.now()
  // Times of day are counted from the start by the monotonic clock, so that a clock that jumps cannot make an end before its start.
  const time = { now: () => performance.now(), epoch: () => Math.round(startedAt + performance.now() - begun) }
  const steps = createSteps(definition.steps, (step) => usual.of(definition, step), time)
  const abort = new AbortController()
  let phase: 'working' | 'cleaning' | 'ended' = 'working'
  let state: JobState = 'running'
  let memory: Record<string, string> = { ...definition.memory }
  let undo = [...(definition.undo ?? [])]
  let left: string[] | null = null
  let error: Job['error'] = null
  let findings: readonly Finding[] = []
  let result: Job['result'] = null
  let finished: { at: number; elapsedMs: number } | null = null

  const slow = createSlowWatch({
    after: slowAfter,
    signal: abort.signal,
    explain: async (step, signal) => {
      const found = await definition.explain?.slow?.(step, context(abort.signal), signal)
      if (found === undefined || signal.aborted) return
      findings = found
      note('step')
    },
  })

  const live: LiveJob = {
    definition,
    job: () => ({
      id,
      kind: definition.kind,
      subject: definition.subject,
      facts: { ...definition.facts },
      state,
      steps: steps.list(),
      startedAt,
      finishedAt: finished?.at ?? null,
      elapsedMs: finished?.elapsedMs ?? performance.now() - begun,
      usualMs: steps.usualMs(),
      cancellable: phase === 'working' && state === 'running' && definition.cancellable !== false,
      undo: [...undo],
      left: left === null ? null : [...left],
      error,
      findings: [...findings],
      result: result === null ? null : { ...result },
    }),
    memory: () => ({ ...memory }),
    cancel: async () => {
      if (live.job().cancellable) {
        state = 'cancelling'
        note('state')
        abort.abort()
      }
      return live.ended
    },
    ended: Promise.resolve().then(toTheEnd),
  }
  return live

  function note(what: 'state' | 'step' | 'progress'): void {
    if (what === 'step') slow.look(phase === 'working' && state === 'running' ? steps.list() : [])
    changed(live, what)
    if (what !== 'progress') void save(what === 'state')
  }

  async function toTheEnd(): Promise<Job> {
    // The journal knows of the job before its first tool starts, so that a kill -9 cannot leave something unknown.
    await save(true)
    let thrown: { readonly error: unknown } | null = null
    let ran = false
    try {
      if (!abort.signal.aborted) {
        result = await definition.run(context(abort.signal))
        ran = true
      }
    } catch (caught) {
      thrown = { error: caught }
    }
    if (state === 'cancelling') {
      // Too late for the cancel, and nothing that could be taken back.
      if (ran && definition.cleanUp === undefined) return end('succeeded')
      result = null
      return await cleanUp('cancelled', null)
    }
    if (thrown === null) return end('succeeded')
    if (!(thrown.error instanceof AppError)) console.error(`job ${id} (${definition.kind}) failed on a bug:`, thrown.error)
    const cause = await explained(thrown.error)
    // A cancel meanwhile: whoever asked for it wants no explanation any more.
    return state === ('cancelling' as JobState) ? await cleanUp('cancelled', null) : await cleanUp('failed', cause)
  }

  /** What the job is to end with: the cause that was found while everything was still there, else what was thrown. */
  async function explained(thrown: unknown): Promise<unknown> {
    slow.stop()
    steps.settle('failed')
    // What a slow step might have been held up by is looked at again.
    if (definition.explain?.failure !== undefined) findings = []
    note('step')
    try {
      const found = await definition.explain?.failure?.(thrown, context(abort.signal))
      if (found == null) return thrown
      findings = found.findings
      return found.error ?? thrown
    } catch (caught) {
      // No explanation must ever stand in the way of the clean-up.
      if (!abort.signal.aborted) console.error(`the failure of job ${id} (${definition.kind}) could not be explained:`, caught)
      return thrown
    }
  }

  async function cleanUp(why: 'cancelled' | 'failed', cause: unknown): Promise<Job> {
    phase = 'cleaning'
    slow.stop()
    steps.settle(why)
    if (why === 'failed') error = errorShape(cause)
    if (definition.cleanUp !== undefined) {
      steps.begin('clean-up')
      note('step')
      try {
        left = [...(await definition.cleanUp(context(new AbortController().signal), why))]
        if (left.length > 0 && why === 'cancelled') error = leftBehind(left, null)
        steps.end('clean-up', left.length > 0 ? 'failed' : 'done')
      } catch (caught) {
        // Nobody looked: after a cancel say all that may be there, after a failure that it was not checked.
        if (!(caught instanceof AppError)) console.error(`clean-up of job ${id} (${definition.kind}) failed on a bug:`, caught)
        if (why === 'cancelled') {
          left = undo.length > 0 ? [...undo] : [definition.subject]
          error = leftBehind(left, errorShape(caught).commandId)
        }
        steps.end('clean-up', 'failed')
      }
    }
    return end(why)
  }

  async function end(outcome: End): Promise<Job> {
    slow.stop()
    // A warning of a step that was slow is of no interest where all went well.
    if (outcome === 'succeeded') findings = []
    steps.settle(outcome)
    finished = { at: time.epoch(), elapsedMs: performance.now() - begun }
    phase = 'ended'
    state = outcome
    const job = live.job()
    if (outcome === 'succeeded') {
      const took = job.steps.flatMap(({ id: step, state: how, tookMs }) =>
        how === 'done' && tookMs !== null ? [{ id: step, tookMs }] : [],
      )
      await usual.learn(definition, took)
    }
    await save(true)
    changed(live, 'state')
    return job
  }

  function context(signal: AbortSignal): JobContext {
    return {
      id,
      startedAt,
      signal,
      step: async (step, work, facts) => {
        if (signal.aborted) throw new AppError('cancelled', {})
        steps.begin(step, facts)
        note('step')
        try {
          const value = await work()
          steps.end(step, 'done')
          return value
        } catch (caught) {
          steps.end(step, signal.aborted ? 'cancelled' : 'failed')
          throw caught
        } finally {
          note('step')
        }
      },
      enter: (step, facts) => {
        steps.enter(step, facts)
        note('step')
      },
      leave: (step) => {
        steps.end(step, 'done')
        note('step')
      },
      skip: (step, facts) => {
        steps.end(step, 'skipped', facts)
        note('step')
      },
      progress: (step, fraction, facts) => {
        steps.progress(step, fraction, facts)
        note('progress')
      },
      undo: (names) => {
        undo = [...names]
        note('step')
      },
      remember: async (more) => {
        memory = { ...memory, ...more }
        await save(true)
      },
      found: (more) => {
        findings = [...more]
        note('step')
      },
    }
  }
}

const leftBehind = (left: readonly string[], commandId: string | null): Job['error'] =>
  errorShape(new AppError('left-behind', { what: left.join(', ') }, { commandId }))
