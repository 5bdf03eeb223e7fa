import type { z } from 'zod'
import type { Tool, toolCopySchema } from '#shared/contract/toolchain.ts'

export type ToolCopy = z.infer<typeof toolCopySchema>

/**
 * Which of the copies is run, and why. They come in the order in which they win: chosen by hand, PATH, PATH of the login shell, well-known folders, Cove's own.
 * The user's own copy wins over Cove's, so that Cove and the user's terminal agree; one that cannot be used never wins.
 */
export function choose(copies: readonly ToolCopy[]): Pick<Tool, 'state' | 'used' | 'reason' | 'error'> {
  const used = copies.find(({ problem }) => problem === null) ?? null
  if (used) return { state: 'found', used, reason: reasonFor(used, copies), error: null }
  const first = copies[0]
  // Something is there and cannot be used: that is not the same as nothing.
  return first
    ? { state: 'unknown', used: null, reason: 'none', error: first.problem }
    : { state: 'absent', used: null, reason: 'none', error: null }
}

function reasonFor(used: ToolCopy, copies: readonly ToolCopy[]): Tool['reason'] {
  if (used.origin === 'chosen') return 'chosen'
  if (copies[0] !== used) return 'only-usable'
  return copies.every(({ origin }) => origin === 'cove') ? 'cove' : 'first-found'
}
