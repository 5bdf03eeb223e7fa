import { appendFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { commandSchema, type Command } from '#shared/contract/jobs.ts'

export type JournalLimits = { readonly commands: number; readonly spoolBytes: number; readonly quiet: number }

export const JOURNAL_LIMITS: JournalLimits = { commands: 2_000, spoolBytes: 200 * 1_048_576, quiet: 500 }

/** Pruned after this many commands; the file may hold that many more lines than it needs in between. */
const PRUNE_EVERY = 200

export type Journal = {
  /** Adds a command or replaces what was known of it. */
  put(command: Command, quiet: boolean): void
  get(id: string): Command | undefined
  list(query: { readonly jobId?: string | null; readonly limit: number }): Command[]
  spoolFile(id: string): string
  /** Waits until all is on disk. Never rejects: a full disk costs history, never a command. */
  flush(): Promise<void>
}

/**
 * The journal of commands: `<folder>/journal.jsonl`, one line at the start and one at the end of each command (the later one counts), beside it
 * `<id>.log` per command. A cut last line (killed while writing) is skipped. What ran when Cove was killed is read back as `lost`.
 */
export function createJournal(folder: string, limits: JournalLimits = JOURNAL_LIMITS): Journal {
  const file = path.join(folder, 'journal.jsonl')
  const kept = read(file)
  const quiet = new Map<string, Command>()
  let pending: string[] = []
  let sincePrune = 0
  let writing: Promise<void> | null = null
  const spoolFile = (id: string) => path.join(folder, `${id}.log`)

  const prune = async () => {
    const old = [...kept.values()].filter((command) => command.state !== 'running').slice(0, Math.max(0, kept.size - limits.commands))
    for (const { id } of old) kept.delete(id)
    await pruneSpool(folder, kept, limits.spoolBytes)
    // Lines that came meanwhile are in `kept` too, so the rewritten file has them.
    pending = []
    const temporary = `${file}.tmp`
    await writeFile(temporary, lines([...kept.values()]), { mode: 0o600 })
    await rename(temporary, file)
  }

  const write = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {})
    while (pending.length > 0) {
      try {
        if (sincePrune >= PRUNE_EVERY) {
          sincePrune = 0
          await prune()
        } else {
          const text = pending.join('')
          pending = []
          await appendFile(file, text, { mode: 0o600 })
        }
      } catch {
        // Disk full, folder gone: the journal in memory goes on.
        pending = []
      }
    }
    writing = null
  }
  const wake = () => {
    writing ??= write()
  }

  for (const command of kept.values()) if (command.state === 'running') kept.set(command.id, { ...command, state: 'lost' })
  if (existsSync(file)) {
    // Rewritten at once: a killed Cove may have left a cut last line, and the next line must not be glued to it.
    sincePrune = PRUNE_EVERY
    pending.push('')
    wake()
  }

  return {
    put(command, isQuiet) {
      const target = isQuiet ? quiet : kept
      target.set(command.id, command)
      if (isQuiet) {
        for (const id of quiet.keys()) {
          if (quiet.size <= limits.quiet) break
          quiet.delete(id)
        }
        return
      }
      if (command.state === 'running') sincePrune += 1
      pending.push(lines([command]))
      wake()
    },
    get: (id) => kept.get(id) ?? quiet.get(id),
    list({ jobId, limit }) {
      const all = [...kept.values(), ...newestOfEach(quiet)]
      const found =
        jobId === undefined || jobId === null ? all : [...kept.values(), ...quiet.values()].filter((command) => command.jobId === jobId)
      // Stable: of two that started in the same millisecond the later one comes first.
      return found
        .reverse()
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limit)
    },
    spoolFile,
    async flush() {
      while (writing !== null) await writing
    },
  }
}

/** Polls repeat the same command for hours: of each command line and outcome the newest run stands for all, or the list would hold nothing else. */
function newestOfEach(quiet: ReadonlyMap<string, Command>): Command[] {
  const newest = new Map<string, Command>()
  for (const command of quiet.values()) newest.set(JSON.stringify([command.argv, command.state]), command)
  return [...newest.values()]
}

function lines(commands: readonly Command[]): string {
  return commands.map((command) => `${JSON.stringify(command)}\n`).join('')
}

function read(file: string): Map<string, Command> {
  const commands = new Map<string, Command>()
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return commands
  }
  for (const line of text.split('\n')) {
    const command = parse(line)
    if (command !== null) commands.set(command.id, command)
  }
  return commands
}

function parse(line: string): Command | null {
  if (line === '') return null
  try {
    const { data } = commandSchema.safeParse(JSON.parse(line))
    // The id becomes a file name.
    return data !== undefined && /^[a-z0-9-]+$/.test(data.id) ? data : null
  } catch {
    return null
  }
}

/** Removes output of commands that are forgotten, then the oldest output until the rest fits. */
async function pruneSpool(folder: string, kept: ReadonlyMap<string, Command>, maxBytes: number): Promise<void> {
  const files: { name: string; bytes: number; startedAt: number }[] = []
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.log')) continue
    const command = kept.get(name.slice(0, -4))
    if (command?.state === 'running') continue
    const bytes = await stat(path.join(folder, name)).then(
      (entry) => entry.size,
      () => 0,
    )
    files.push({ name, bytes, startedAt: command?.startedAt ?? -1 })
  }
  files.sort((a, b) => b.startedAt - a.startedAt)
  let total = 0
  for (const { name, bytes, startedAt } of files) {
    total += bytes
    if (startedAt < 0 || total > maxBytes) await rm(path.join(folder, name), { force: true })
  }
}
