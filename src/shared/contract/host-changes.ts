import { z } from 'zod'
import { epochMs, procedure } from './base.ts'
import { rootWaySchema, targetIdSchema } from './targets.ts'

const facts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

/** One thing that is done to a target. */
export const hostActionSchema = z.discriminatedUnion('kind', [
  /** A text file written or removed. `null`: it is not there. `mode` null: as it was, 0644 for a new one. */
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    mode: z.number().int().nullable(),
  }),
  /**
   * `undo` null: nothing undoes it; empty: it needs none; the same as `argv` (a restart, a reload): run again after all else is put back.
   * `check`: exits with 0 when it has worked; tried for five seconds.
   */
  z.object({
    kind: z.literal('command'),
    argv: z.array(z.string()).min(1),
    undo: z.array(z.string()).nullable(),
    check: z.array(z.string()).nullable(),
  }),
])
export type HostAction = z.infer<typeof hostActionSchema>

/** Words of `id`, and why in two sentences, live in locales (namespace `host-steps`). */
export const hostStepSchema = z.object({
  id: z.string(),
  facts,
  actions: z.array(hostActionSchema),
  /** It needs root. */
  root: z.boolean(),
  /** Official page, English; the reader's language is found from it. */
  link: z.string().nullable(),
  /** Found to be so already: nothing is run. */
  done: z.boolean(),
})
export type HostStep = z.infer<typeof hostStepSchema>

/** What would be done, before anything is. Kept in core until it is applied or Cove ends. */
export const hostPlanSchema = z.object({
  id: z.string(),
  target: targetIdSchema,
  /** Words in locales (namespace `host-steps`, key `purpose.<purpose>`). */
  purpose: z.string(),
  facts,
  steps: z.array(hostStepSchema),
  /** Keys of words in locales (`host-steps`, `warning.<id>`): what should be thought of before. */
  warnings: z.array(z.object({ id: z.string(), facts })),
  root: rootWaySchema,
  /** The same as a POSIX shell script, to be run by hand. */
  script: z.string(),
})
export type HostPlan = z.infer<typeof hostPlanSchema>

export const hostRecordSchema = z.object({
  id: z.string(),
  target: targetIdSchema,
  purpose: z.string(),
  facts,
  /** Of a job that was ended in the middle only what is still in effect. */
  steps: z.array(hostStepSchema),
  appliedAt: epochMs,
  undoneAt: epochMs.nullable(),
  jobId: z.string(),
  /** Something in it cannot be undone. */
  partly: z.boolean(),
})
export type HostRecord = z.infer<typeof hostRecordSchema>

export const hostChanges = {
  plan: procedure.input(z.object({ planId: z.string() })).output(hostPlanSchema),
  /**
   * Applies a plan that was looked at, step by step, each read back; what fails or is cancelled is rolled back. Refused: `not-found` (plan),
   * `host-file-changed` (it is not as it was planned on), `host-root-needed`.
   */
  apply: procedure.input(z.object({ planId: z.string() })).output(z.object({ jobId: z.string() })),
  /** What Cove changed on a target, newest first. */
  records: procedure.input(z.object({ target: targetIdSchema })).output(z.array(hostRecordSchema)),
  /** Puts back what a record changed, the last first. Refused: `host-file-changed` where somebody changed it since. */
  undo: procedure.input(z.object({ recordId: z.string() })).output(z.object({ jobId: z.string() })),
}
