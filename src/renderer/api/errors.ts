import { ORPCError } from '@orpc/client'
import { errorFacts } from '#shared/messages/error-facts.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'

/** The channel to core went away while a call was under way. What the call asked for may or may not have been done. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code = 'connection-lost'
}

/** The failure as core said it: code, facts, command. Null: not one of these (connection lost, cancelled by the page, a bug in the page). */
export function appError(error: unknown): AppErrorShape | null {
  if (!(error instanceof ORPCError)) return null
  return isShape(error.data) ? error.data : { code: 'internal', facts: {}, commandId: null }
}

/** What `appErrorSchema` says, by hand: zod would be a fifth of all that a page loads before its first paint. */
function isShape(data: unknown): data is AppErrorShape {
  if (!isRecord(data) || typeof data['code'] !== 'string' || !Object.hasOwn(errorFacts, data['code']) || !isRecord(data['facts']))
    return false
  const { facts, commandId } = data as { facts: Record<string, unknown>; commandId: unknown }
  return (
    Object.values(facts).every((fact) => fact === null || typeof fact === 'string' || Number.isFinite(fact)) &&
    (commandId === null || typeof commandId === 'string')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
