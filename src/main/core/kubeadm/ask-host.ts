import { AppError } from '../error.ts'
import { sections } from '../exec/sections.ts'
import type { Host } from './types.ts'

/**
 * Asks a host much in one command, as each costs a connection. The script prints sections, each after a line `== NAME`, and `== end` at the last: cut off in the
 * middle, a host would look like one on which there is nothing. Throws as `Target.run`, `cancelled`, `command-output-unreadable`.
 */
export async function askHost(
  host: Host,
  script: string,
  args: readonly string[] = [],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const argv = ['sh', '-c', script, 'sh', ...args] as const
  const said = await host.run({ argv, root: true, quiet: true, timeoutMs: 30_000, ...(signal ? { signal } : {}) })
  if (said.cancelled) throw new AppError('cancelled', {}, { commandId: said.id })
  const part = sections(said.stdout)
  if (part.has('end')) return part
  const facts = { command: `look at ${host.name}`, reason: said.stderr.trim().slice(-400) }
  throw new AppError('command-output-unreadable', facts, { commandId: said.id })
}
