import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { Command } from '#shared/contract/jobs.ts'
import { AppError } from '../error.ts'
import type { Announce } from './announce.ts'
import { createBoundedBytes } from './bounded.ts'
import { commandText } from './command-text.ts'
import type { Variables } from './environment.ts'
import type { Journal } from './journal.ts'
import { killGroup } from './kill.ts'
import { createLineSplitter, type SplitLine } from './lines.ts'
import { createLineTail } from './line-tail.ts'
import { strippedText } from './stripped-text.ts'
import { createRedactor } from './redact.ts'
import { startProcess, type Started } from './spawn.ts'
import { createSpool } from './spool.ts'
import type { CommandResult, CommandSpec } from './types.ts'

export type RunContext = {
  readonly journal: Journal
  readonly announce: Announce
  /** The environment Cove was started in. */
  readonly ownEnv: Variables
  readonly defaultCwd: string
  readonly disposed: () => boolean
  environment(): Promise<Readonly<Record<string, string>>>
}

/** Where lines go besides the journal. */
export type LineSink = {
  readonly maxLineBytes: number
  push(stream: 'stdout' | 'stderr', lines: readonly SplitLine[]): void
  /** True: the tool has to wait until `resume` of the running command is called. */
  full(): boolean
}

/** Takes stdin and stdout as they are, once there is a process; stderr stays with the journal. `ended`: it is over, whatever was not taken is lost. */
export type RawStreams = {
  opened(stdin: Writable, stdout: Readable): void
  ended(): void
  /** Bytes that stdout gave. */
  bytes(): number
}

export type Running = {
  readonly id: string
  readonly pid: number | undefined
  /** Rejects only with `command-not-started`. */
  readonly result: Promise<CommandResult>
  /** Ends the group; resolves when it is gone. */
  kill(): Promise<void>
  resume(): void
}

const TAIL_LINES = 20
const DRAIN_MS = 1_000
/** More than any pipe holds: what comes after that was written after the command ended. */
const PIPE_MAX = 2 * 1_048_576
const STREAMS = ['stdout', 'stderr'] as const

/** Starts one command and sees it through: limits, kill, output, journal, events. `replaceEnv` stands in for the tool environment; with `raw` stdout is not read here. */
export function runCommand(
  context: RunContext,
  spec: CommandSpec,
  sink: LineSink | null,
  replaceEnv?: Record<string, string>,
  raw: RawStreams | null = null,
): Running {
  const id = `${Date.now().toString(36)}-${randomBytes(5).toString('hex')}`
  const quiet = spec.quiet === true
  const redactor = createRedactor(spec.secrets ?? [])
  const argv = redactor.argv([spec.file, ...spec.args])
  const cwd = spec.cwd ?? context.defaultCwd
  const outputFile = quiet ? null : context.journal.spoolFile(id)
  const spool = outputFile === null ? null : createSpool(outputFile)
  const tail = createLineTail(TAIL_LINES)
  const kept = { stdout: createBoundedBytes(maxBytes(spec, sink)), stderr: createBoundedBytes(maxBytes(spec, sink)) }
  const stop = new AbortController()
  let started: Started | null = null
  let ended = false
  let stoppedBy: 'cancel' | 'timeout' | null = null
  let killing: Promise<void> | null = null
  let sawPause = false

  let command: Command = {
    id,
    jobId: spec.jobId ?? null,
    argv,
    cwd,
    envNames: Object.keys(spec.env ?? {}).filter((name) => spec.env?.[name] !== context.ownEnv[name]),
    pid: null,
    startedAt: Date.now(),
    durationMs: null,
    exitCode: null,
    signal: null,
    state: 'running',
    tail: [],
    outputBytes: 0,
    truncated: false,
  }
  const record = (changed: Partial<Command>) => {
    command = { ...command, ...changed }
    context.journal.put(command, quiet)
    if (!quiet) context.announce.command(command)
  }

  const kill = (by: 'cancel' | 'timeout'): Promise<void> => {
    if (!ended) stoppedBy ??= by
    stop.abort()
    if (started === null) return Promise.resolve()
    return (killing ??= killGroup(started.pid, spec.killGraceMs ?? 5_000, spec.stopSignal))
  }
  const onAbort = () => void kill('cancel')

  const toJournal = (stream: 'stdout' | 'stderr', lines: readonly SplitLine[]) => {
    if (spool === null || lines.length === 0) return
    const texts = lines.map(({ text, cut }) => redactor.line(strippedText(text)) + (cut ? ' …' : ''))
    tail.push(texts)
    spool.write(texts)
    context.announce.output({ jobId: command.jobId, commandId: id, stream }, texts)
  }

  /** Resolves when the stream has ended, or 1 s after the command has where a grandchild still holds it. */
  const readStream = (stream: 'stdout' | 'stderr', source: Readable, exited: Promise<unknown>): Promise<void> => {
    const splitter = spool !== null || sink !== null ? createLineSplitter(sink?.maxLineBytes ?? 65_536) : null
    let sinceExit = 0
    let drain: NodeJS.Timeout | null = null
    const take = (lines: readonly SplitLine[]) => {
      toJournal(stream, lines)
      if (sink !== null && lines.length > 0) sink.push(stream, lines)
    }
    source.on('data', (chunk: Buffer) => {
      kept[stream].push(chunk)
      if (ended) sinceExit += chunk.length
      if (splitter !== null) take(splitter.push(chunk))
      if (sink?.full() === true) {
        sawPause = true
        source.pause()
      }
    })
    return new Promise<void>((resolve) => {
      const finish = () => {
        if (drain !== null) clearTimeout(drain)
        if (splitter !== null) take(splitter.end())
        resolve()
      }
      source.once('close', finish)
      source.on('error', () => source.destroy())
      const limit = () => {
        drain = setTimeout(() => {
          // A slow reader is not a grandchild: what the pipe still holds is the command's own.
          if ((sawPause || sink?.full() === true) && sinceExit < PIPE_MAX) {
            sawPause = false
            limit()
          } else source.destroy()
        }, DRAIN_MS)
      }
      void exited.then(() => {
        if (!source.closed) limit()
      })
    })
  }

  const start = async (): Promise<CommandResult> => {
    if (context.disposed()) throw new AppError('command-not-started', { command: commandText(argv), reason: 'disposed' })
    record({})
    const env = { ...(replaceEnv ?? (await context.environment())) }
    for (const [name, value] of Object.entries(spec.env ?? {})) {
      if (value === undefined) delete env[name]
      else env[name] = value
    }
    const { file, args, input } = spec
    const outcome = await startProcess({ file, args, cwd, env, input, openStdin: raw !== null, signal: stop.signal })
    const begin = performance.now()
    if (!('child' in outcome)) {
      if (outcome.reason === null) return finish({ exitCode: null, signal: null }, 0)
      record({ state: 'not-started', durationMs: 0, tail: [outcome.reason] })
      throw new AppError(
        'command-not-started',
        { command: commandText(argv), reason: outcome.reason },
        { cause: outcome.cause, commandId: id },
      )
    }
    started = outcome
    const read = raw === null ? STREAMS : (['stderr'] as const)
    raw?.opened(outcome.child.stdin as Writable, outcome.child.stdout as Readable)
    const reads = read.map((stream) => readStream(stream, outcome.child[stream] as Readable, outcome.exited))
    record({ pid: outcome.pid, startedAt: Date.now() })
    const timer = spec.timeoutMs === undefined ? null : setTimeout(() => void kill('timeout'), spec.timeoutMs)
    // Aborted while it was being started.
    if (stop.signal.aborted) void kill('cancel')
    const exit = await outcome.exited
    ended = true
    if (timer !== null) clearTimeout(timer)
    const durationMs = Math.round(performance.now() - begin)
    await Promise.all(reads)
    await killing
    return finish(exit, durationMs)
  }

  const finish = async (exit: { exitCode: number | null; signal: string | null }, durationMs: number): Promise<CommandResult> => {
    ended = true
    const [stdout, stderr] = [kept.stdout.text(), kept.stderr.text()]
    // The login shell prints every variable there is, secrets too: nothing of that is kept.
    if (replaceEnv === undefined && spool === null)
      tail.push([...lastLines(stdout), ...lastLines(stderr)].map((line) => redactor.line(strippedText(line))))
    await spool?.close()
    record({
      ...exit,
      durationMs,
      state: stoppedBy === 'cancel' ? 'cancelled' : stoppedBy === 'timeout' ? 'timed-out' : exit.exitCode === 0 ? 'succeeded' : 'failed',
      tail: tail.lines(),
      outputBytes: (raw?.bytes() ?? kept.stdout.totalBytes) + kept.stderr.totalBytes,
      truncated: spool?.truncated ?? (kept.stdout.truncated || kept.stderr.truncated),
    })
    return {
      id,
      argv,
      ...exit,
      stdout,
      stderr,
      durationMs,
      truncated: kept.stdout.truncated || kept.stderr.truncated,
      timedOut: stoppedBy === 'timeout',
      cancelled: stoppedBy === 'cancel',
      outputFile,
    }
  }

  if (spec.signal?.aborted === true) onAbort()
  else spec.signal?.addEventListener('abort', onAbort, { once: true })
  const result = start().finally(() => {
    spec.signal?.removeEventListener('abort', onAbort)
    raw?.ended()
  })
  // Whoever reads only the lines hears of it there.
  result.catch(() => {})

  return {
    id,
    get pid() {
      return started?.pid
    },
    result,
    kill: async () => {
      await kill('cancel')
      await result.catch(() => {})
    },
    resume: () => {
      started?.child.stdout?.resume()
      started?.child.stderr?.resume()
    },
  }
}

function maxBytes(spec: CommandSpec, sink: LineSink | null): number {
  return spec.maxOutputBytes ?? (sink === null ? 10 * 1_048_576 : 65_536)
}

function lastLines(text: string): string[] {
  return text
    .slice(-20_000)
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(-TAIL_LINES)
}
