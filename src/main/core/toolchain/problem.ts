import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'

/** Fact `reason` of `tool-unusable` and `download-not-runnable`. */
export type ToolProblem =
  /** Nothing is at the path. */
  | 'missing'
  | 'not-a-file'
  /** No execute bit. */
  | 'not-executable'
  /** Has the bit, but this user may not. */
  | 'no-permission'
  /** The file system is mounted noexec. */
  | 'noexec'
  /** Built for another processor or system. */
  | 'wrong-architecture'
  /** Neither a program of this system nor a script with `#!`. */
  | 'not-a-program'
  /** The script's interpreter or the program's dynamic loader is not there (a glibc program on Alpine or NixOS). */
  | 'no-interpreter'
  /** Did not answer within the limit. */
  | 'timeout'
  /** Answered with an exit code other than 0, or died. */
  | 'failed'
  /** What it printed holds no version. */
  | 'unreadable'
  /** Could not be started for another reason. */
  | 'not-started'

/** `tool-unusable` with its reason. */
export function unusable(tool: ToolName, path: string, reason: ToolProblem, commandId: string | null = null): AppError<'tool-unusable'> {
  return new AppError('tool-unusable', { tool, path, reason }, { commandId })
}
