import { AppError } from '../error.ts'
import { commandFailure } from '../exec/command-failure.ts'
import { commandText } from '../exec/command-text.ts'
import type { CommandResult, CommandSpec, Exec } from '../exec/types.ts'
import type { Engines } from './types.ts'

export type RunDockerDeps = { readonly exec: Pick<Exec, 'run'>; readonly engines: Pick<Engines, 'explain'> }

/** What only the asker can read in docker's stderr; null: nothing. Asked after the engine's own words. */
export type OwnCause = (stderr: string) => AppError | null

/** Runs docker to a good end. Throws as `dockerFailure` tells, and `cancelled` also where the signal came with its end. */
export async function runDocker({ exec, engines }: RunDockerDeps, command: CommandSpec, own?: OwnCause): Promise<CommandResult> {
  const result = await exec.run(command)
  if (command.signal?.aborted === true) throw new AppError('cancelled', {}, { commandId: result.id })
  if (result.exitCode === 0 && !result.cancelled && !result.timedOut) return result
  throw dockerFailure(engines, result, own)
}

/**
 * Why docker failed: `cancelled`, `command-timeout`, `engine-*` where it says that the engine is what lacks, what `own` makes of it, else `command-failed`.
 * `command`: how it is told, where the whole would be unreadable.
 */
export function dockerFailure(
  engines: Pick<Engines, 'explain'>,
  result: CommandResult,
  own: OwnCause = () => null,
  command: string = commandText(result.argv),
): AppError {
  const known = result.cancelled || result.timedOut ? null : (engines.explain(result.stderr) ?? own(result.stderr))
  return known === null ? commandFailure(result, { command }) : new AppError(known.code, known.facts, { commandId: result.id })
}
