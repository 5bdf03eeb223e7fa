import type { Finding } from '#shared/contract/findings.ts'
import type { Job, JobEvent, JobStepId } from '#shared/contract/jobs.ts'
import type { z } from 'zod'
import type { jobKindSchema } from '#shared/contract/jobs.ts'
import type { AppError } from '../error.ts'

export type JobKind = z.infer<typeof jobKindSchema>
export type JobFacts = Readonly<Record<string, string | number | null>>

/** What a running job may say and ask. */
export type JobContext = {
  readonly id: string
  /** ms since 1970 */
  readonly startedAt: number
  /** Aborted by cancel. */
  readonly signal: AbortSignal
  /** Runs `work` as this step: pending → running → done, or failed/cancelled when it throws. The value of `work` comes back. */
  step<T>(id: JobStepId, work: () => Promise<T>, facts?: JobFacts): Promise<T>
  /** For steps that a tool announces: the step before is done, this one runs. */
  enter(id: JobStepId, facts?: JobFacts): void
  /** The step is done (used with `enter` for the last one). */
  leave(id: JobStepId): void
  skip(id: JobStepId, facts?: JobFacts): void
  /** 0…1 within the step, null for unknown. */
  progress(id: JobStepId, fraction: number | null, facts?: JobFacts): void
  /** What cancel will remove, for people. */
  undo(names: readonly string[]): void
  /** Kept in the journal for `reconcile` after a kill -9. Written before it returns. */
  remember(memory: Readonly<Record<string, string>>): Promise<void>
  /** Why it fails, or may take so long, as far as it is known: replaces what was found before. */
  found(findings: readonly Finding[]): void
}

/** What a job says of itself to those who explain it. */
export type Explain = {
  /**
   * Looks for the cause of a failure while everything is still there, before the clean-up. What comes back is the error that the job ends with and all that
   * was found; null: nothing better is known. Bounded by itself; never throws.
   */
  failure?(error: unknown, job: JobContext): Promise<{ readonly error: AppError | null; readonly findings: readonly Finding[] } | null>
  /** A step takes much longer than usual: what may hold it up. Aborted with the job; changes nothing. */
  slow?(step: JobStepId, job: JobContext, signal: AbortSignal): Promise<readonly Finding[]>
}

export type JobDefinition = {
  readonly kind: JobKind
  readonly subject: string
  readonly facts?: JobFacts
  /** Of its kind only jobs that say the same here take about as long: `minikube`. Left out: all that say nothing. */
  readonly alike?: string
  /** Two jobs with one key exclude each other: the second is refused with AppError `busy` (facts name, jobId). `kind:shop`, `tool:kubectl`. */
  readonly key: string
  /** What it works on besides: it and a job with one of these exclude each other as well. */
  readonly alsoKeys?: readonly string[]
  /** True: a second start of the same kind and key returns the running job (double click, two asking for one download). */
  readonly join?: boolean
  readonly steps: readonly {
    readonly id: JobStepId
    readonly facts?: JobFacts
    /** ms, measured default; earlier runs on this machine win */
    readonly usualMs: number
    /** How much it has to do where that varies, in whatever it counts: only runs with as much say how long it takes. Left out: it takes about as long always. */
    readonly size?: number
  }[]
  readonly cancellable?: boolean
  readonly undo?: readonly string[]
  readonly memory?: Readonly<Record<string, string>>
  readonly explain?: Explain
  /** The work. What it returns becomes `job.result`. Throws AppError; on abort anything. */
  run(context: JobContext): Promise<Readonly<Record<string, string>> | null>
  /** After a cancel or a failure: removes what was made, then checks and returns what is still there (empty = nothing). Not aborted by cancel. */
  cleanUp?(context: JobContext, why: 'cancelled' | 'failed'): Promise<readonly string[]>
}

/** Says what became of a job that Cove was killed in the middle of: cleans up, checks, and names the end. */
export type Reconcile = (
  job: Job,
  memory: Readonly<Record<string, string>>,
) => Promise<{
  readonly state: 'succeeded' | 'interrupted'
  readonly left: readonly string[]
  readonly result?: Readonly<Record<string, string>>
}>

export type Jobs = {
  start(definition: JobDefinition): Job
  list(limit: number): Job[]
  get(id: string): Job | undefined
  running(key: string): Job | undefined
  /** What it wrote into its journal for itself, also long after its end; null: no such job. */
  memory(id: string): Readonly<Record<string, string>> | null
  /** What a step of such a job usually takes on this machine, ms; null: none was measured yet. */
  usualMs(of: Pick<JobDefinition, 'kind' | 'alike' | 'steps'>, step: JobStepId): number | null
  /** Snapshot, then events until the job has ended or the signal is aborted (which stops only the view). */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<JobEvent>
  /** Resolves when the job has ended and its clean-up was checked. */
  cancel(id: string): Promise<Job>
  /** Resolves when the job has ended. */
  done(id: string): Promise<Job>
  /** Called once at start, after services are wired: each job that the journal says was running is handed to its kind's reconcile (none: interrupted). */
  reconcile(handlers: Partial<Record<JobKind, Reconcile>>): Promise<void>
  /** Refuses new jobs; cancels the running ones and waits (quit), or leaves their journal as is (`keep`). */
  dispose(): Promise<void>
}
