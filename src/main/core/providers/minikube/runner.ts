import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { AppError } from '../../error.ts'
import type { Engines } from '../../engines/types.ts'
import type { CommandResult, CommandSpec, Exec } from '../../exec/types.ts'
import type { Toolchain } from '../../toolchain/types.ts'
import type { ProviderRun } from '../provider.ts'
import { diagnose } from './diagnose.ts'
import { type MinikubeEvent, type MinikubeFault, parseEvent, parseTextFailure } from './events.ts'
import { minikubeHome, minikubeVariables } from './home.ts'

export type MinikubeDeps = {
  readonly exec: Exec
  readonly engines: Engines
  readonly toolchain: Toolchain
  readonly dataDir: string
  /** How long the list waits for a machine that only minikube can ask, ms; its row then says what it said last. */
  readonly patienceMs?: number | undefined
  /** How long machines must not have changed after a cancel, ms, before it is judged how they are. */
  readonly settleMs?: number | undefined
}

export type Work = {
  readonly cluster: string
  readonly driver?: string | null
  readonly version?: string | null
  /** What KUBECONFIG names. */
  readonly kubeconfig: string
  /** Absolute path of minikube where it is known. */
  readonly program?: string
  readonly read?: (event: MinikubeEvent) => void
  /** Of the job that asks: a question ends with it. */
  readonly signal?: AbortSignal
}

export type Runner = {
  /** minikube's own folder, which need not be there. */
  home(): Promise<string>
  /** A question: not kept in the journal, whatever its exit code. Throws `tool-*`, `command-timeout`, `cancelled`. */
  ask(args: readonly string[], limitMs?: number, signal?: AbortSignal): Promise<CommandResult>
  /** A question inside a job with the job's own kubeconfig. Throws as `work`. */
  answer(args: readonly string[], work: Work): Promise<string>
  /** For who runs it otherwise than to its end. Throws `tool-*`. */
  command(args: readonly string[], kubeconfig: string): Promise<Pick<CommandSpec, 'file' | 'args' | 'env'>>
  /** Runs minikube to its end. Throws `cancelled`, what the engine lacks, or the diagnosed failure. The exit code decides: a start that went well prints errors too. */
  work(args: readonly string[], work: Work, run: ProviderRun): Promise<CommandResult>
}

export function createRunner({ exec, engines, toolchain, dataDir }: MinikubeDeps): Runner {
  /** minikube calls `docker` by name. */
  async function variables(kubeconfig: string): Promise<Record<string, string | undefined>> {
    const path = (await exec.environment())['PATH'] ?? ''
    const docker = (await engines.require().catch(() => null))?.docker
    return minikubeVariables(docker === undefined ? path : [dirname(docker), path].join(delimiter), kubeconfig)
  }

  /** An engine that went away in the middle explains whatever minikube says of it. */
  async function blamed(result: CommandResult, faults: readonly MinikubeFault[], work: Work): Promise<AppError> {
    const { cluster, driver = null, version = null } = work
    const error = diagnose(result, faults, { cluster, driver, version, engine: engines.explain })
    if (error.code !== 'command-failed' || (driver !== 'docker' && driver !== null)) return error
    try {
      await engines.status({ fresh: true })
      await engines.require()
      return error
    } catch (engine) {
      return engine instanceof AppError ? new AppError(engine.code, engine.facts, { commandId: result.id, cause: error }) : error
    }
  }

  const programOf = async () => (await toolchain.resolve('minikube')).path

  async function ask(args: readonly string[], kubeconfig: string, timeoutMs: number, signal?: AbortSignal): Promise<CommandResult> {
    const env = await variables(kubeconfig)
    const result = await exec.run({ file: await programOf(), args, env, quiet: true, timeoutMs, ...(signal ? { signal } : {}) })
    if (result.cancelled || signal?.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
    if (result.timedOut)
      throw new AppError('command-timeout', { command: result.argv.join(' '), seconds: timeoutMs / 1000 }, { commandId: result.id })
    return result
  }

  return {
    home: async () => minikubeHome(await exec.environment(), homedir()),
    // It only reads, and a file that is not there is as good as an empty one.
    ask: (args, limitMs = 10_000, signal) => ask(args, join(dataDir, 'tmp', 'minikube-kubeconfig'), limitMs, signal),
    answer: async (args, work) => {
      const result = await ask(args, work.kubeconfig, 30_000, work.signal)
      if (result.exitCode !== 0) throw await blamed(result, faultsOf(result, []), work)
      return result.stdout
    },
    command: async (args, kubeconfig) => ({ file: await programOf(), args, env: await variables(kubeconfig) }),
    work: async (args, work, run) => {
      const file = work.program ?? (await programOf())
      const stream = exec.lines({ file, args, env: await variables(work.kubeconfig), signal: run.signal, jobId: run.jobId })
      const faults: MinikubeFault[] = []
      for await (const line of stream) {
        const event = line.stream === 'stdout' ? parseEvent(line.text) : null
        if (event === null) continue
        if (event.kind === 'error') faults.push(event)
        work.read?.(event)
      }
      const result = await stream.result
      if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
      if (result.exitCode !== 0) throw await blamed(result, faultsOf(result, faults), work)
      return result
    },
  }
}

function faultsOf({ stdout, stderr }: CommandResult, seen: readonly MinikubeFault[]): readonly MinikubeFault[] {
  if (seen.length > 0) return seen
  const events = stdout.split('\n').flatMap((line) => parseEvent(line) ?? [])
  const faults = events.filter((event) => event.kind === 'error')
  const text = parseTextFailure(stderr)
  return text === null ? faults : [...faults, text]
}
