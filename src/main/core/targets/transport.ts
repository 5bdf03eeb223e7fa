import type { RootWay, TargetLook } from '#shared/contract/targets.ts'
import type { AppError } from '../error.ts'
import type { CommandResult, CommandSpec } from '../exec/types.ts'
import type { Target } from './types.ts'

export type Inner = {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** It reads stdin. */
  readonly input: boolean
  /** As root, where the way to it is `direct`. */
  readonly root: boolean
}

/** What tells one kind of target from another; all the rest is the same for each. */
export type Transport = Pick<Target, 'id' | 'kind' | 'name'> & {
  /** Has to be there before anything runs: a connection. Throws why it is not. */
  ready(signal?: AbortSignal): Promise<void>
  /** The program on this machine that runs it there. A program that is not there makes exit code 127, as `env` says it. */
  wrap(inner: Inner): Promise<Pick<CommandSpec, 'file' | 'args' | 'env'>>
  /** For people: without what only Cove needs. */
  shown(argv: readonly string[]): readonly string[]
  /** Why it did not come to running the command at all, or not to its end; null: what was said is the command's own. */
  unreachable(result: CommandResult): Promise<AppError | null>
  /** A client that is killed leaves what it started on the other side. */
  readonly leavesRunning: boolean
  /** A window of the system could ask for a password. */
  readonly display: boolean
  /** What it is without being asked; null: ask. */
  readonly known: TargetLook | null
  /** The way to root without asking; null: ask. */
  readonly root: RootWay | null
}
