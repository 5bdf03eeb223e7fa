import { AppError } from '../error.ts'
import { createRedactor } from '../exec/redact.ts'
import type { CommandResult } from '../exec/types.ts'
import type { JobContext } from '../jobs/types.ts'
import type { TargetCommand } from '../targets/types.ts'
import { parsePreflight } from './preflight.ts'
import type { Host } from './types.ts'

/** Commands of one job on one host, as root. */
export type Work = { readonly host: Host; readonly job: Pick<JobContext, 'id' | 'signal'> }

type More = Omit<TargetCommand, 'argv' | 'root' | 'jobId' | 'signal'>

/** To the end; throws where it did not exit with 0: what preflight checks found, else `command-failed`. */
export async function check({ host, job }: Work, argv: TargetCommand['argv'], more: More = {}): Promise<CommandResult> {
  const result = await host.run({ argv, root: true, jobId: job.id, signal: job.signal, ...more })
  throwIfFailed(result, argv, `${result.stdout}\n${result.stderr}`, more.secrets)
  return result
}

/** Line by line, for long work of kubeadm. */
export async function checkLines(
  { host, job }: Work,
  argv: TargetCommand['argv'],
  line: (text: string) => void,
  more: More = {},
): Promise<void> {
  const stream = await host.lines({ argv, root: true, jobId: job.id, signal: job.signal, ...more })
  const said: string[] = []
  for await (const { text } of stream) {
    said.push(text)
    line(text)
  }
  throwIfFailed(await stream.result, argv, said.join('\n'), more.secrets)
}

/**
 * Throws `cancelled`, `command-timeout`, `tool-absent`, `kubeadm-preflight`, `command-failed`. Facts of an error are kept with the job and shown: tokens and
 * certificate keys are not in them.
 */
function throwIfFailed(result: CommandResult, argv: readonly string[], text: string, secrets: readonly string[] = []): void {
  const { exitCode, signal, id: commandId } = result
  const redactor = createRedactor(secrets)
  const command = redactor.argv(argv).join(' ')
  const said = text
    .split('\n')
    .map((line) => redactor.line(line))
    .join('\n')
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId })
  if (result.timedOut) throw new AppError('command-timeout', { command, seconds: Math.round(result.durationMs / 1000) }, { commandId })
  if (exitCode === 0) return
  const tool = argv[0] === 'kubectl' || argv[0] === 'kubeadm' ? argv[0] : null
  if (tool !== null && isAbsent(exitCode, said)) throw new AppError('tool-absent', { tool }, { commandId })
  const [first] = parsePreflight(said).filter((one) => one.level === 'problem')
  if (first !== undefined) throw new AppError('kubeadm-preflight', { check: first.check, reason: first.text }, { commandId })
  throw new AppError('command-failed', { command, exitCode, signal, tail: said.trim().split('\n').slice(-20).join('\n') }, { commandId })
}

/** 127 is what `env`, a shell and sudo say of a program that is not there; the engine says it with 126 or 127 and in words. */
export function isAbsent(exitCode: number | null, said: string): boolean {
  return exitCode === 127 || (exitCode === 126 && /executable file not found/.test(said))
}

/**
 * A file for one job, which nobody else can read: manifests and configurations may hold secrets. In /run, where only root may put files: what somebody else had
 * put under the name before would stay theirs to read and to change.
 */
export const jobFile = (job: { readonly id: string }, name: string): string => `/run/cove-${job.id}-${name}`

export async function putJobFile({ host, job }: Work, name: string, text: string): Promise<string> {
  const file = jobFile(job, name)
  await host.writeFile(file, text, { mode: 0o600, root: true, jobId: job.id })
  return file
}

/** Never throws: a host that is gone has its files with it. */
export async function removeFiles(
  { host, job }: { readonly host: Host; readonly job: { readonly id: string } },
  files: readonly string[],
): Promise<void> {
  if (files.length > 0)
    await host.run({ argv: ['rm', '-f', '--', ...files], root: true, jobId: job.id, timeoutMs: 20_000 }).catch(() => undefined)
}

/** With the document in a file for the time that `run` takes; null: without one. */
export async function withConfig<T>(work: Work, document: string | null, run: (file: string | null) => Promise<T>): Promise<T> {
  if (document === null) return run(null)
  const file = await putJobFile(work, 'config.yaml', document)
  try {
    return await run(file)
  } finally {
    await removeFiles(work, [file])
  }
}

/** Ends what a job's commands left running there. What may still run, for people: nothing is taken back beside it. */
export async function stillRunning(host: Host, job: { readonly id: string }): Promise<string[]> {
  return (await host.endJob(job.id)) ? [] : [`kubeadm ${host.name} (may still run)`]
}
