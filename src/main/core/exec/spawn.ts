import type { ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { execa } from 'execa'
import { programFile } from './program-file.ts'

export type StartOptions = {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input: string | undefined
  /** Stdin stays open and is written by whoever holds the child. */
  readonly openStdin: boolean
  readonly signal: AbortSignal
}

export type Started = {
  readonly child: ChildProcess
  readonly pid: number
  /** Settles when the process itself ended; its streams may live on in a grandchild. */
  readonly exited: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>
}

/** Not started: an errno name, `batch-file`, `cwd-missing` or `invalid-argument`. `null`: `signal` was aborted before. */
export type NotStarted = { readonly reason: string | null; readonly cause?: unknown }

/** The machine is short of descriptors, processes or memory, or the file is still open for writing: better in a moment. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ETXTBSY'])
const RETRY_LIMIT_MS = 10_000

/** Spawns through execa: no shell, own process group, stdin closed unless `input` is given or `openStdin` is said, ended when Cove ends. */
export async function startProcess(options: StartOptions): Promise<Started | NotStarted> {
  const program = programFile(options.file, options.env['PATH'] ?? options.env['Path'] ?? '')
  if ('refused' in program) return { reason: program.refused }
  const deadline = performance.now() + RETRY_LIMIT_MS
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1_000)) {
    if (options.signal.aborted) return { reason: null }
    const outcome = await attempt(program.file, options)
    if ('child' in outcome) return outcome
    if (!PASSING.has(outcome.reason ?? '') || performance.now() + waitMs > deadline) return outcome
    await pause(waitMs, options.signal)
  }
}

async function attempt(file: string, options: StartOptions): Promise<Started | NotStarted> {
  let subprocess
  try {
    subprocess = execa(file, options.args, {
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      buffer: false,
      reject: false,
      killDescendants: true,
      stdout: 'pipe',
      stderr: 'pipe',
      ...stdinOf(options),
    })
  } catch (cause) {
    return { reason: 'invalid-argument', cause }
  }
  const { pid, nodeChildProcess: child } = subprocess
  if (pid === undefined) {
    const { code, cause } = await subprocess
    return { reason: reasonOf(code ?? (cause as NodeJS.ErrnoException | undefined)?.code, options.cwd), cause }
  }
  const exited = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  // execa reports through its result what is handled here already; it must not become an unhandled rejection.
  subprocess.catch(() => {})
  return { child, pid, exited }
}

function stdinOf({ input, openStdin }: StartOptions) {
  if (openStdin) return { stdin: 'pipe' as const }
  return input === undefined ? { stdin: 'ignore' as const } : { input }
}

function reasonOf(code: string | undefined, cwd: string): string {
  if (code === undefined) return 'invalid-argument'
  // spawn says ENOENT for a missing folder as well as for a missing program.
  if ((code === 'ENOENT' || code === 'ENOTDIR') && !isFolder(cwd)) return 'cwd-missing'
  return code.startsWith('ERR_') ? 'invalid-argument' : code
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
