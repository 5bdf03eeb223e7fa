import { oc } from '@orpc/contract'
import { z } from 'zod'
import { fitsMessage } from '../message-size.ts'
import { appErrorSchema } from '../messages/error.ts'

/** Every procedure fails with this one shape (HTTP-like status 422), or is a bug. */
export const procedure = oc.errors({ APP: { status: 422, data: appErrorSchema } })

/** Milliseconds since 1970. */
export const epochMs = z.number().int().nonnegative()

/** A text as long as one message takes. */
export const longText = z.string().min(1).refine(fitsMessage)

/** What a source last said. `value: null` with `error` means unknown, never empty. */
export const sourceState = <T extends z.ZodType>(value: T) =>
  z.object({
    /** What was asked: `kind`, `docker`, a kubeconfig path. */
    source: z.string(),
    state: z.enum(['loading', 'ok', 'failed', 'absent']),
    value: value.nullable(),
    /** When `value` was read. Null: never. */
    asOf: epochMs.nullable(),
    error: appErrorSchema.nullable(),
  })

export const contextRef = z.object({ file: z.string(), name: z.string() })
export type ContextRef = z.infer<typeof contextRef>
