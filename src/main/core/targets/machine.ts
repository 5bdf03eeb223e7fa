import { randomUUID } from 'node:crypto'
import type { RootWay, TargetLook } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import { commandText } from '../exec/command-text.ts'
import type { CommandResult, CommandSession, CommandSpec, CommandStream, Exec } from '../exec/types.ts'
import { elevated, isRefused } from './elevated.ts'
import { createEnder, type Ender } from './ender.ts'
import { createFiles } from './files.ts'
import { parseLook } from './parse-look.ts'
import { lookScript } from './scripts.ts'
import type { Transport } from './transport.ts'
import type { Target, TargetCommand } from './types.ts'

const keptMs = 60_000
/** Plain and English, as for tools on this machine. */
const plain = { LC_ALL: 'C', LANG: 'C', NO_COLOR: '1' }

export type Machine = Target & {
  /** Ends everything that runs through it, and waits for that. */
  dispose(): Promise<void>
  /**
   * Ends what a job's commands left running there. True: nothing of it runs any more; else nothing may be taken back beside it. `mayAsk`: a person waits for it,
   * so that a window may ask for a password. Never throws.
   */
  endJob(jobId: string, options?: { readonly mayAsk?: boolean }): Promise<boolean>
}

type Prepared = { readonly spec: CommandSpec; readonly way: RootWay; readonly watch: ReturnType<Ender['watch']> }

/** A target over its transport: marks, root, files, and what it is. */
export function createMachine(exec: Pick<Exec, 'run' | 'lines' | 'session'>, transport: Transport): Machine {
  const { id, kind, name } = transport
  const ender = createEnder(exec, transport)
  const disposing = new AbortController()
  const active = new Set<Promise<unknown>>()
  /** How many commands of a job run now; 0: those that ran through here have ended. */
  const ofJobs = new Map<string, number>()
  let seen: { readonly at: number; readonly look: Promise<TargetLook> } | null = null

  async function ask(): Promise<TargetLook> {
    if (transport.known !== null) return transport.known
    // Not as root, and without the question how one becomes that.
    const result = await run({ argv: ['sh', '-c', lookScript], quiet: true, timeoutMs: 20_000 })
    const look = parseLook(result.stdout, transport.display)
    if (look !== null) return transport.root === null ? look : { ...look, root: transport.root }
    if (result.timedOut) throw new AppError('command-timeout', { command: name, seconds: 20 }, { commandId: result.id })
    const reason = result.stderr.trim().slice(-400) || `exit code ${result.exitCode}`
    throw new AppError('command-output-unreadable', { command: `uname (${name})`, reason }, { commandId: result.id })
  }

  function look(): Promise<TargetLook> {
    if (seen !== null && performance.now() - seen.at < keptMs) return seen.look
    const asked = { at: performance.now(), look: ask() }
    seen = asked
    // Nothing was learned: the next one asks again.
    asked.look.catch(() => {
      if (seen === asked) seen = null
    })
    return asked.look
  }

  const rootWay = async (): Promise<RootWay> => transport.root ?? (await look()).root

  /** What is run on this machine, and how what it started is ended. `open`: its stdin is written to while it runs. */
  async function prepare(command: TargetCommand, open = false): Promise<Prepared> {
    await transport.ready(command.signal)
    const way = command.root === true ? await rootWay() : 'direct'
    if (way === 'none') throw await rootNeeded()
    const [mark, jobMark] = [`COVE_RUN=${randomUUID()}`, command.jobId === undefined ? null : `COVE_JOB=${command.jobId}`]
    const env = { ...plain, ...command.env, ...variable(mark), ...(jobMark === null ? {} : variable(jobMark)) }
    const { argv, root, input, env: _, ...rest } = command
    const inner = elevated(way, argv, env)
    const wrapped = await transport.wrap({ ...inner, input: open || input !== undefined, root: root === true })
    const signal = rest.signal === undefined ? disposing.signal : AbortSignal.any([rest.signal, disposing.signal])
    // A client has nothing to tidy up; a program of this machine may have.
    const grace = transport.leavesRunning ? { killGraceMs: 1000 } : {}
    // On a line for a shell a quote in a secret is written in another way.
    const secrets = rest.secrets?.flatMap((secret) => [secret, secret.replaceAll("'", `'\\''`)])
    const spec = { ...rest, ...(secrets ? { secrets } : {}), signal, ...wrapped, ...grace, ...(input === undefined ? {} : { input }) }
    return { spec, way, watch: ender.watch({ mark, way, signal, timeoutMs: rest.timeoutMs }) }
  }

  async function rootNeeded(): Promise<AppError> {
    const user = await look().then(
      (known) => known.user,
      () => null,
    )
    return new AppError('host-root-needed', { target: name, user })
  }

  /** Why it did not come to the command, once nothing of it runs any more. */
  async function settled(result: CommandResult, { way, watch }: Prepared): Promise<CommandResult> {
    const stopped = result.cancelled || result.timedOut
    await watch.after(stopped)
    if (stopped) return result
    const error = await transport.unreachable(result)
    if (error !== null) throw error
    if (isRefused(way, result)) throw await rootNeeded()
    return result
  }

  /** Until it has settled, the end of Cove waits for it. */
  function kept<T>(work: Promise<T>): Promise<T> {
    active.add(work)
    const over = () => void active.delete(work)
    work.then(over, over)
    return work
  }

  function counted<T>(jobId: string | undefined, work: Promise<T>): Promise<T> {
    if (jobId === undefined) return work
    const add = (count: number) => void ofJobs.set(jobId, (ofJobs.get(jobId) ?? 0) + count)
    add(1)
    const over = () => add(-1)
    work.then(over, over)
    return work
  }

  async function runNow(command: TargetCommand): Promise<CommandResult> {
    const prepared = await prepare(command)
    try {
      return await settled(await exec.run(prepared.spec), prepared)
    } finally {
      await prepared.watch.after(false)
    }
  }
  const run = (command: TargetCommand) => kept(counted(command.jobId, runNow(command)))

  async function check(command: TargetCommand): Promise<CommandResult> {
    const result = await run(command)
    const { exitCode, signal, id: commandId } = result
    if (result.cancelled) throw new AppError('cancelled', {}, { commandId })
    const text = commandText(command.argv)
    if (result.timedOut) throw new AppError('command-timeout', { command: text, seconds: (command.timeoutMs ?? 0) / 1000 }, { commandId })
    if (exitCode === 0) return result
    const tail = [result.stdout, result.stderr]
      .flatMap((said) => said.trimEnd().split('\n').slice(-20))
      .join('\n')
      .trim()
      .slice(-4000)
    throw new AppError('command-failed', { command: text, exitCode, signal, tail }, { commandId })
  }

  async function lines(command: TargetCommand): Promise<CommandStream> {
    const prepared = await prepare(command)
    const stream = exec.lines(prepared.spec)
    const result = kept(
      counted(
        command.jobId,
        stream.result.then((ended) => settled(ended, prepared)),
      ),
    )
    // Whoever reads only the lines hears of a failure there.
    result.catch(() => undefined)
    return {
      id: stream.id,
      get pid() {
        return stream.pid
      },
      result,
      [Symbol.asyncIterator]: () => {
        const lines = stream[Symbol.asyncIterator]()
        return {
          next: () => lines.next(),
          return: async () => {
            prepared.watch.stop()
            await lines.return?.()
            await result.catch(() => undefined)
            return { done: true, value: undefined }
          },
        }
      },
    }
  }

  async function session(command: Omit<TargetCommand, 'input'>): Promise<CommandSession> {
    const prepared = await prepare(command, true)
    const opened = exec.session(prepared.spec)
    const result = kept(
      counted(
        command.jobId,
        opened.result.then((ended) => settled(ended, prepared)),
      ),
    )
    // Whoever only writes hears of a failure when it asks for the result.
    result.catch(() => undefined)
    return {
      ...opened,
      result,
      kill: async () => {
        prepared.watch.stop()
        await opened.kill()
        await result.catch(() => undefined)
      },
    }
  }

  return {
    id,
    kind,
    name,
    run,
    check,
    lines,
    session,
    ...createFiles({ run, posix: transport.known?.os !== 'windows', name, rootWay }),
    argv: async ({ argv, root }) => {
      const way = root === true ? await rootWay() : 'direct'
      // Where nothing leads to root, who copies it is asked by sudo.
      return transport.shown(way === 'direct' ? argv : [way === 'pkexec' ? 'pkexec' : 'sudo', ...argv])
    },
    look,
    rootWay,
    dispose: async () => {
      disposing.abort()
      await Promise.allSettled(active)
    },
    endJob: async (jobId, { mayAsk = false } = {}) => {
      const way = await rootWay().catch(() => null)
      if (way === null) return false
      // A program that a window let become root cannot be ended without that window, but it has been waited for.
      if (way === 'pkexec' && !mayAsk) return ofJobs.get(jobId) === 0
      return ender.end(`COVE_JOB=${jobId}`, way === 'none' ? 'direct' : way, mayAsk)
    },
  }
}

function variable(pair: string): Record<string, string> {
  const [name = '', value = ''] = pair.split('=')
  return { [name]: value }
}
