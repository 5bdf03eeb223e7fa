import { AppError } from '../error.ts'
import { commandText } from './command-text.ts'
import type { CommandResult } from './types.ts'

/** How a failure is told where argv and stderr are not what a person should read. */
export type Told = { readonly command?: string; readonly tail?: string; readonly seconds?: number }

/** Why a command did not end with 0, as far as its end says: `cancelled`, `command-timeout`, else `command-failed`. Pure. */
export function commandFailure(
  { id: commandId, argv, exitCode, signal, stderr, durationMs, cancelled, timedOut }: CommandResult,
  { command = commandText(argv), tail = stderr.trim().slice(-2_000), seconds = Math.round(durationMs / 1_000) }: Told = {},
): AppError {
  if (cancelled) return new AppError('cancelled', {}, { commandId })
  if (timedOut) return new AppError('command-timeout', { command, seconds }, { commandId })
  return new AppError('command-failed', { command, exitCode, signal, tail }, { commandId })
}
