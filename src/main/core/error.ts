import type { ErrorCode, errorFacts } from '#shared/messages/error-facts.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { plainText } from './sanitize.ts'

/** Distributes over a union of codes, so that an `AppError<'busy'>` is an `AppError`. */
export type Facts<C extends ErrorCode> = C extends ErrorCode
  ? { readonly [K in (typeof errorFacts)[C][number]]: string | number | null }
  : never

/** A failure that a person can act on: a code of the contract and its facts. Words live in locales. Anything else that is thrown is a bug. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: C
  readonly facts: Facts<C>
  /** Id in the command journal. */
  readonly commandId: string | null

  constructor(code: C, facts: Facts<C>, options: { cause?: unknown; commandId?: string | null } = {}) {
    super(`${code} ${JSON.stringify(facts)}`, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.facts = facts
    this.commandId = options.commandId ?? null
  }
}

/** The shape that crosses the contract. What is not an AppError becomes `internal`. Facts come from programs and servers, so their text is made harmless here, for all of them. */
export function errorShape(error: unknown): AppErrorShape {
  if (error instanceof AppError) return { code: error.code, facts: harmlessFacts(error.facts), commandId: error.commandId }
  return { code: 'internal', facts: {}, commandId: null }
}

function harmlessFacts(facts: AppError['facts']): AppErrorShape['facts'] {
  // What a program said may be several lines.
  const lines = (text: string) => text.split('\n').map(plainText).join('\n')
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? lines(fact) : fact]))
}
