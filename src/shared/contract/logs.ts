import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { contextRef, procedure } from './base.ts'

export const logRequestSchema = contextRef.extend({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  /** The run before the present one; never followed. */
  previous: z.boolean().default(false),
  follow: z.boolean().default(true),
  /** Last lines to begin with; null: all that the API has. */
  tail: z.number().int().min(0).max(1_000_000).nullable().default(1000),
  /** RFC 3339; only lines at or after it. */
  since: z.string().nullable().default(null),
})
export type LogRequest = z.infer<typeof logRequestSchema>

export const logLineSchema = z.object({
  /** Counts up by one within a stream, from 0; a jump says how many were dropped. */
  seq: z.number(),
  /** RFC 3339 with nanoseconds as the kubelet wrote it; null when the line had none. */
  time: z.string().nullable(),
  /** Control characters other than SGR (`ESC [ … m`) made harmless. */
  text: z.string(),
  /** The line was longer than 64 KiB and ends here. */
  cut: z.boolean(),
})
export type LogLine = z.infer<typeof logLineSchema>

export const logEventSchema = z.discriminatedUnion('type', [
  /** At most 1,000 lines; the stream waits for a slow reader, then drops the oldest and says so. */
  z.object({ type: z.literal('lines'), lines: z.array(logLineSchema) }),
  z.object({ type: z.literal('dropped'), count: z.number() }),
  /** The stream was cut and is taken up again after the last line. */
  z.object({ type: z.literal('reconnecting'), error: appErrorSchema.nullable(), inMs: z.number() }),
  z.object({ type: z.literal('restarted'), exitCode: z.number().nullable(), reason: z.string(), restarts: z.number() }),
  /** Waiting for the container to start; `reason` as the API says. */
  z.object({ type: z.literal('waiting'), reason: z.string() }),
  /** No more will come. */
  z.object({
    type: z.literal('ended'),
    reason: z.enum(['completed', 'pod-gone', 'previous', 'not-following']),
    exitCode: z.number().nullable(),
  }),
  z.object({ type: z.literal('failed'), error: appErrorSchema }),
])
export type LogEvent = z.infer<typeof logEventSchema>

export const logs = {
  /** Stopping the iterator ends the command behind it. */
  follow: procedure.input(logRequestSchema).output(eventIterator(logEventSchema)),
}
