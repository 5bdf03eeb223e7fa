import { z } from '../zod.ts'
import { type ErrorCode, errorFacts } from './error-facts.ts'

export const errorCodeSchema = z.enum(Object.keys(errorFacts) as [ErrorCode, ...ErrorCode[]])

/** A failure as it crosses the contract: a code, its facts, and the command behind it when there was one. */
export const appErrorSchema = z.object({
  code: errorCodeSchema,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** Id in the command journal, so that the raw output is one click away. */
  commandId: z.string().nullable(),
})
export type AppErrorShape = z.infer<typeof appErrorSchema>
