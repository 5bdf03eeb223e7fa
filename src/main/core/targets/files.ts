import type { RootWay } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { CommandResult } from '../exec/types.ts'
import { writeScript } from './scripts.ts'
import type { Target, TargetCommand } from './types.ts'

const maxBytes = 4 * 1024 * 1024

/** Files of a target through its own `cat` and `sh`, so that they are read and written as whom the command runs as. */
export function createFiles(deps: {
  run(command: TargetCommand): Promise<CommandResult>
  /** It has a POSIX shell. */
  readonly posix: boolean
  readonly name: string
  rootWay(): Promise<RootWay>
}): Pick<Target, 'readFile' | 'writeFile'> {
  const mustHaveShell = () => {
    if (!deps.posix) throw new AppError('host-unsupported', { target: deps.name })
  }
  async function read(path: string, root: boolean, signal: AbortSignal | undefined): Promise<string | null> {
    const result = await deps.run({
      argv: ['cat', '--', path],
      root,
      quiet: true,
      timeoutMs: 20_000,
      maxOutputBytes: maxBytes,
      ...(signal === undefined ? {} : { signal }),
    })
    const unreadable = (reason: string) => new AppError('host-file-unreadable', { path, reason }, { commandId: result.id })
    if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
    if (result.timedOut) throw unreadable('no answer')
    if (result.exitCode !== 0) {
      // In cat's own words: that of sudo, of docker or of a shell may lack something else.
      if (/^cat: .*(?:No such file or directory|Not a directory)\s*$/m.test(result.stderr)) return null
      throw unreadable(reasonOf(result))
    }
    if (result.truncated) throw unreadable(`more than ${maxBytes / 1024 / 1024} MiB`)
    // What is not UTF-8 came as U+FFFD; written back it would be something else.
    if (result.stdout.includes('\ufffd') || result.stdout.includes('\0')) throw unreadable('not UTF-8')
    return result.stdout
  }

  return {
    readFile: async (path, { root = false, signal } = {}) => {
      mustHaveShell()
      if (!root || (await deps.rootWay()) !== 'pkexec') return read(path, root, signal)
      // A window that asks for the password each time comes only for what others may not read.
      return read(path, false, signal).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'host-file-unreadable') return read(path, true, signal)
        throw error
      })
    },
    writeFile: async (path, text, { mode, root = false, jobId } = {}) => {
      mustHaveShell()
      const result = await deps.run({
        argv: [
          'sh',
          '-c',
          writeScript,
          'sh',
          path,
          mode === undefined ? '' : mode.toString(8).padStart(4, '0'),
          String(Buffer.byteLength(text)),
        ],
        input: text,
        root,
        timeoutMs: 60_000,
        ...(jobId === undefined ? {} : { jobId }),
      })
      if (result.exitCode === 0) return
      if (/No space left on device|Disk quota exceeded/.test(result.stderr))
        throw new AppError('disk-full', { path }, { commandId: result.id })
      throw new AppError('host-file-unwritable', { path, reason: reasonOf(result) }, { commandId: result.id })
    },
  }
}

/** The system's own words after the last colon: `cat: /etc/shadow: Permission denied`. */
function reasonOf({ stderr, exitCode, signal, timedOut }: CommandResult): string {
  if (timedOut) return 'no answer'
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return last.split(': ').at(-1)?.slice(0, 200) || `exit code ${exitCode ?? signal}`
}
