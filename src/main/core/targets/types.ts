import type { RootWay, Target as TargetEntry, TargetId, TargetLook } from '#shared/contract/targets.ts'
import type { CommandResult, CommandSession, CommandStream } from '../exec/types.ts'

/** A command on a target, as data: argv, never a shell line. */
export type TargetCommand = {
  readonly argv: readonly [string, ...string[]]
  /** As root; throws `host-root-needed` where no way leads there. Default false: as the user one is there (root in containers). */
  readonly root?: boolean
  /** Text for its stdin. */
  readonly input?: string
  /** On the way to the other side they stand in the command line, and so in the journal: what is secret in them belongs into `secrets`. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly jobId?: string
  readonly quiet?: boolean
  readonly maxOutputBytes?: number
  readonly secrets?: readonly string[]
}

/** A machine that checks and kubeadm work on; the same on this machine, in a container of the engine, and through ssh. */
export type Target = {
  readonly id: TargetId
  readonly kind: TargetEntry['kind']
  readonly name: string
  /**
   * As `exec.run`: resolves for everything that ended, with exit code 127 for a program that is not there. Variables: LC_ALL=C, a PATH with the
   * sbin folders. An aborted signal or the time limit also ends what runs on the other side, before this resolves.
   * Throws `ssh-*`, `engine-*`, `container-not-running` where the target itself could not be reached, `host-root-needed`.
   */
  run(command: TargetCommand): Promise<CommandResult>
  /** As `exec.check`. */
  check(command: TargetCommand): Promise<CommandResult>
  /** As `exec.lines`, for long work. */
  lines(command: TargetCommand): Promise<CommandStream>
  /** As `exec.session`, for bytes that are too many for `input`. `kill` also ends what runs on the other side, before it resolves. */
  session(command: Omit<TargetCommand, 'input'>): Promise<CommandSession>
  /** Null: there is none. Throws `host-file-unreadable`. At most 4 MiB of UTF-8. */
  readFile(path: string, options?: { readonly root?: boolean; readonly signal?: AbortSignal }): Promise<string | null>
  /** Whole or not at all: temporary file beside it, then renamed; owner and mode stay. `mode` of a new one: 0644. */
  writeFile(
    path: string,
    text: string,
    options?: { readonly mode?: number; readonly root?: boolean; readonly jobId?: string },
  ): Promise<void>
  /** The whole argv that Cove would run on this machine for it, to be shown and copied. */
  argv(command: Pick<TargetCommand, 'argv' | 'root'>): Promise<readonly string[]>
  /** What it is; asked once and kept for a minute. */
  look(): Promise<TargetLook>
  rootWay(): Promise<RootWay>
}

export type Targets = {
  list(): Promise<TargetEntry[]>
  /** Throws `not-found` for one that is no known container or kept ssh host. Asks nothing yet. */
  get(id: TargetId): Promise<Target>
  addSsh(destination: string): Promise<TargetEntry>
  removeSsh(id: TargetId): Promise<void>
  dispose(): Promise<void>
}
