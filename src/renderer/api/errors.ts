import { ORPCError } from '@orpc/client'
import { type AppErrorShape, appErrorSchema } from '#shared/messages/error.ts'

/** The channel to core went away while a call was under way. What the call asked for may or may not have been done. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code = 'connection-lost'
}

/** The failure as core said it: code, facts, command. Null: not one of these (connection lost, cancelled by the page, a bug in the page). */
export function appError(error: unknown): AppErrorShape | null {
  if (!(error instanceof ORPCError)) return null
  const parsed = appErrorSchema.safeParse(error.data)
  if (parsed.success) return parsed.data
  return { code: 'internal', facts: {}, commandId: null }
}
