import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import { createAnnounce } from './announce.ts'
import { commandFailure } from './command-failure.ts'
import { loginShellVariables, toolEnvironment, type Variables } from './environment.ts'
import { createJournal } from './journal.ts'
import { createLineQueue } from './line-queue.ts'
import { runCommand, type LineSink, type RawStreams, type RunContext, type Running } from './run-command.ts'
import { createSessionStreams } from './session-streams.ts'
import type { CommandResult, CommandSpec, CommandStream, Exec } from './types.ts'

export type ExecDeps = {
  readonly dataDir: string
  /** The environment Cove was started in. */
  readonly env: Variables
  readonly homeDir: string
  readonly changes: Changes
}

/** The only place that starts processes. Journal and output live in `<dataDir>/commands`. */
export function createExec({ dataDir, env, homeDir, changes }: ExecDeps): Exec {
  const journal = createJournal(path.join(dataDir, 'commands'))
  const announce = createAnnounce(changes)
  const running = new Set<Running>()
  let known: Promise<Readonly<Record<string, string>>> | null = null
  let disposed = false

  const launch = (
    spec: CommandSpec,
    sink: LineSink | null,
    replaceEnv?: Record<string, string>,
    raw: RawStreams | null = null,
  ): Running => {
    const command = runCommand(context, spec, sink, replaceEnv, raw)
    running.add(command)
    void command.result.then(
      () => running.delete(command),
      () => running.delete(command),
    )
    return command
  }

  const environment = () =>
    (known ??= loginShellVariables(env, homeDir, async ({ env: shellEnv, ...spec }) => {
      // Interactive shells ignore TERM.
      const { stdout } = await launch({ ...spec, quiet: true, killGraceMs: 100 }, null, shellEnv).result
      return stdout
    }).then((login) => Object.freeze(toolEnvironment(env, login, homeDir))))

  const context: RunContext = {
    journal,
    announce,
    ownEnv: env,
    defaultCwd: existsSync(homeDir) ? homeDir : tmpdir(),
    disposed: () => disposed,
    environment,
  }

  const run = async (spec: CommandSpec): Promise<CommandResult> => launch(spec, null).result

  return {
    run,
    async check(spec) {
      const result = await run(spec)
      if (result.exitCode === 0 && !result.cancelled && !result.timedOut) return result
      const tail = journal.get(result.id)?.tail.join('\n') ?? ''
      throw commandFailure(result, { tail, seconds: (spec.timeoutMs ?? 0) / 1_000 })
    },
    lines(spec): CommandStream {
      const queue = createLineQueue({ onRoom: () => command.resume(), onReturn: () => command.kill() })
      const command = launch(spec, {
        maxLineBytes: spec.maxLineBytes ?? 65_536,
        push: (stream, lines) => queue.push(lines.map(({ text, cut }) => ({ stream, text, cut }))),
        full: () => queue.full,
      })
      command.result.then(
        () => queue.end(),
        (error: unknown) => queue.end(error),
      )
      return {
        id: command.id,
        get pid() {
          return command.pid
        },
        result: command.result,
        [Symbol.asyncIterator]: () => queue.iterator,
      }
    },
    session(spec) {
      const streams = createSessionStreams(() => command.kill())
      const command = launch(spec, null, undefined, streams.raw)
      const { id, result } = command
      return { id, result, kill: () => command.kill(), output: streams.output, write: streams.write, end: streams.end }
    },
    environment,
    commands: (query) => journal.list(query),
    command: (id) => journal.get(id),
    async output(id, offset, limit) {
      if (journal.get(id) === undefined) throw new AppError('not-found', { what: 'command', name: id })
      return readSlice(journal.spoolFile(id), offset, limit)
    },
    on: (listener) => announce.on(listener),
    async dispose() {
      disposed = true
      await Promise.all([...running].map((command) => command.kill()))
      announce.flush()
      await journal.flush()
    },
  }
}

/** At most `limit` bytes, cut at a character border. No file: there was no output (or it is pruned). */
async function readSlice(
  file: string,
  offset: number,
  limit: number,
): Promise<{ text: string; nextOffset: number | null; totalBytes: number }> {
  let handle
  try {
    handle = await open(file, 'r')
  } catch {
    return { text: '', nextOffset: null, totalBytes: 0 }
  }
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    const end = offset + bytesRead < size ? characterBorder(buffer, bytesRead) : bytesRead
    const next = offset + end
    return { text: buffer.toString('utf8', 0, end), nextOffset: next < size && end > 0 ? next : null, totalBytes: size }
  } finally {
    await handle.close()
  }
}

/** The last index up to `end` where a UTF-8 character begins. */
function characterBorder(buffer: Buffer, end: number): number {
  for (let back = 1; back <= Math.min(4, end); back += 1) {
    const byte = buffer[end - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return length > back && end > back ? end - back : end
  }
  return end
}
