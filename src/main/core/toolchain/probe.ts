import { constants } from 'node:fs'
import { access, readFile, realpath } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { catalog } from './catalog.ts'
import { type FileIdentity, identify } from './file-identity.ts'
import { type ToolProblem, unusable } from './problem.ts'
import { formatProblem, readFormat } from './program-format.ts'

/** What a file answered when asked for its version. */
type Answer = { readonly version: string; readonly problem: null } | { readonly version: null; readonly problem: AppError<'tool-unusable'> }

export type Prober = {
  /** Asks the file at `path` for its version; never throws. A file that did not change is not started again. */
  ask(tool: ToolName, path: string): Promise<Answer>
  /** Failures are asked again the next time: the cause may lie outside the file. */
  forgetFailures(): void
}

export type ProberDeps = {
  readonly exec: Exec
  readonly os: string
  readonly arch: string
  readonly dataDir: string
  readonly limitMs: number
}

/** Finds out whether a file is the tool it should be, in plain words where it is not. */
export function createProber({ exec, os, arch, dataDir, limitMs }: ProberDeps): Prober {
  const known = new Map<string, { identity: FileIdentity; answer: Promise<Answer>; failed: boolean }>()

  async function start(tool: ToolName, path: string): Promise<Answer> {
    const failed = (reason: ToolProblem, commandId: string | null = null): Answer => ({
      version: null,
      problem: unusable(tool, path, reason, commandId),
    })
    const obstacle = await fileProblem(path, os, arch)
    if (obstacle) return failed(obstacle)
    try {
      const { versionArgs, parseVersion } = catalog[tool]
      const result = await exec.run({
        file: path,
        args: versionArgs,
        env: quietly(dataDir),
        timeoutMs: limitMs,
        killGraceMs: 1000,
        maxOutputBytes: 65_536,
        quiet: true,
      })
      if (result.timedOut) return failed('timeout', result.id)
      const version = parseVersion(result.stdout)
      // A version is believed whatever the exit code: old kubectl ends with 1 where it finds no cluster.
      if (version === null) return failed(result.exitCode === 0 ? 'unreadable' : 'failed', result.id)
      return { version, problem: null }
    } catch (error) {
      return failed(startProblem(error))
    }
  }

  return {
    ask: async (tool, path) => {
      const found = await identify(path)
      if (!found) return { version: null, problem: unusable(tool, path, 'missing') }
      const key = `${tool}\0${path}`
      const before = known.get(key)
      if (before?.identity === found.identity) return before.answer
      const entry = { identity: found.identity, answer: start(tool, path), failed: false }
      known.set(key, entry)
      const answer = await entry.answer
      entry.failed = answer.problem !== null
      return answer
    },
    forgetFailures: () => {
      for (const [key, entry] of known) if (entry.failed) known.delete(key)
    },
  }
}

/** What can be said without starting it. */
async function fileProblem(path: string, os: string, arch: string): Promise<ToolProblem | null> {
  const found = await identify(path)
  if (!found) return 'missing'
  if (!found.stats.isFile()) return 'not-a-file'
  if (os !== 'windows' && (found.stats.mode & 0o111n) === 0n) return 'not-executable'
  try {
    await access(path, constants.X_OK)
  } catch {
    return (await onNoexec(path)) ? 'noexec' : 'no-permission'
  }
  // A program that may be run but not read (mode 0711) is legal: then the start tells.
  return readFormat(path).then(
    (format) => formatProblem(format, os, arch),
    () => null,
  )
}

function startProblem(error: unknown): ToolProblem {
  if (!(error instanceof AppError) || error.code !== 'command-not-started') throw error
  const reason = String((error as AppError<'command-not-started'>).facts.reason)
  if (/ENOEXEC|EBADARCH|-86\b/.test(reason)) return 'wrong-architecture'
  if (/EACCES|EPERM/.test(reason)) return 'no-permission'
  // The file itself was there a moment ago.
  if (/ENOENT/.test(reason)) return 'no-interpreter'
  return 'not-started'
}

/** Variables under which asking for a version reads and writes nothing of the user's: minikube makes its home folder at every start. */
function quietly(dataDir: string): Record<string, string> {
  return { KUBECONFIG: devNull, MINIKUBE_HOME: join(dataDir, 'tmp', 'minikube-version'), MINIKUBE_WANTUPDATENOTIFICATION: 'false' }
}

/** Linux: whether the file's mount forbids to run programs (https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html). */
async function onNoexec(path: string): Promise<boolean> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  const real = await realpath(path).catch(() => path)
  let best = { point: '', options: '' }
  for (const line of table.split('\n')) {
    const [, , , , escaped = '', options = ''] = line.split(' ')
    const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const within = point === '/' || real === point || real.startsWith(`${point}/`)
    if (point !== '' && within && point.length >= best.point.length) best = { point, options }
  }
  return best.options.split(',').includes('noexec')
}
