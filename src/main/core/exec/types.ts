import type { Command } from '#shared/contract/jobs.ts'
import type { StopSignal } from './kill.ts'

/** A command as data. */
export type CommandSpec = {
  /** Absolute path of a program, or a bare name to look up on the PATH of the environment given. Never a shell line. */
  readonly file: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Changes to the tool environment: a value sets, undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds until the group is killed. None: no limit. */
  readonly timeoutMs?: number
  /** Abort = `stopSignal` to the process group, KILL after `killGraceMs`. */
  readonly signal?: AbortSignal
  /** What the group is asked to end with, default SIGTERM. SIGINT: for programs that tidy up after Ctrl+C only. */
  readonly stopSignal?: StopSignal
  /** `stopSignal` → KILL, default 5,000 ms. */
  readonly killGraceMs?: number
  readonly jobId?: string
  /** Bytes of each stream kept in the result, default 10 MiB for `run` and `check`, 64 KiB for `lines`; past it the middle is dropped and `truncated` is set. */
  readonly maxOutputBytes?: number
  /** Literal strings that must never reach the journal or the spool. */
  readonly secrets?: readonly string[]
  /** For polls and probes: kept in memory (the newest 500), not on disk, no spool file. */
  readonly quiet?: boolean
  /** Text for stdin, which is then closed. Without it stdin is closed from the start. */
  readonly input?: string
}

export type CommandResult = {
  /** Id in the journal. */
  readonly id: string
  readonly argv: readonly string[]
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
  readonly truncated: boolean
  readonly timedOut: boolean
  /** Ended because `signal` was aborted. */
  readonly cancelled: boolean
  /** Spool file with both streams, null for quiet commands. */
  readonly outputFile: string | null
}

export type CommandLine = {
  readonly stream: 'stdout' | 'stderr'
  /** Without its line end. CR inside a line acts as a terminal would (what follows overwrites); NUL and invalid UTF-8 become U+FFFD. */
  readonly text: string
  /** Longer than `maxLineBytes` and ends here. */
  readonly cut: boolean
}

/** Lines as they come, in order per stream. Breaking out of the loop kills the process group. The reader's pace is the tool's pace (the pipe fills). */
export type CommandStream = AsyncIterable<CommandLine> & {
  readonly id: string
  readonly pid: number | undefined
  /** Settles after the last line, as `run` would. Somebody has to read the lines: a tool that fills the pipe waits. */
  readonly result: Promise<CommandResult>
}

/** A command that is talked with: bytes in, bytes out. Its stdout is in no journal, as what a person types and sees is nobody else's; its stderr is. */
export type CommandSession = {
  readonly id: string
  /** Stdout in order. The reader's pace is the tool's pace; one reader. Ends with the process; leaving the loop kills the process group. */
  readonly output: AsyncIterable<Uint8Array>
  /** Resolves when the tool may be given more. What is written after its end goes nowhere. */
  write(data: string | Uint8Array): Promise<void>
  /** Closes stdin. */
  end(): void
  /** As `run`, without stdout. */
  readonly result: Promise<CommandResult>
  /** Ends the group; resolves when it is gone. */
  kill(): Promise<void>
}

export type CommandEvent =
  | { readonly type: 'command'; readonly command: Command }
  | {
      readonly type: 'output'
      readonly jobId: string | null
      readonly lines: readonly { commandId: string; stream: 'stdout' | 'stderr'; text: string }[]
    }

export type Exec = {
  /**
   * Runs to the end. Resolves for every process that ended, whatever its exit code, also when killed, timed out or cancelled.
   * Rejects only with AppError `command-not-started` (ENOENT, EACCES, ENOEXEC, …).
   */
  run(spec: CommandSpec): Promise<CommandResult>
  /** As `run`, but throws AppError `cancelled`, `command-timeout` or `command-failed` (facts: command, exitCode, signal, tail) where it did not end with 0. */
  check(spec: CommandSpec): Promise<CommandResult>
  /** Starts and hands over lines. `maxLineBytes` defaults to 64 KiB. Throws `command-not-started` from `result` and from the first read. */
  lines(spec: CommandSpec & { readonly maxLineBytes?: number }): CommandStream
  /** Starts with stdin and stdout open. Throws `command-not-started` from `result`; `output` is then empty. */
  session(spec: Omit<CommandSpec, 'input'>): CommandSession
  /** Environment for tools: the process's own, completed by the login shell's, plus NO_COLOR, TERM=dumb, LC_ALL=C and without ELECTRON_*, FORCE_COLOR. */
  environment(): Promise<Readonly<Record<string, string>>>
  /** Journal, newest first. Of quiet commands with the same argv and outcome only the newest run, unless a job is asked for. */
  commands(query: { readonly jobId?: string | null; readonly limit: number }): Command[]
  command(id: string): Command | undefined
  /** Spooled output of a command, from a byte offset. */
  output(id: string, offset: number, limit: number): Promise<{ text: string; nextOffset: number | null; totalBytes: number }>
  /** Start, end and output of every command that is not quiet. Returns the way out. */
  on(listener: (event: CommandEvent) => void): () => void
  /** Kills every group that still runs and closes the journal. */
  dispose(): Promise<void>
}
