import type { Command } from '#shared/contract/jobs.ts'
import type { Exec } from '../exec/types.ts'
import { type ProcessRow, processTable } from './process-table.ts'

/** Short: a start after a kill -9 is to end in one known state within 5 s. */
const termMs = 2000
const lookMs = 100
/** How far the start in the journal may be from the start that the system tells (it counts in whole seconds since boot). */
const slackMs = 3000
/** How long after a command's start its children may have been started. */
const longestMs = 30 * 60_000

/**
 * Ends what a job's commands left running when Cove was killed: TERM to each process group, KILL after 2 s.
 * Only groups that are surely the command's own. Resolves with the pids of the groups it ended, when they are gone.
 */
export async function endOrphans(exec: Exec, jobId: string): Promise<number[]> {
  const commands = exec.commands({ jobId, limit: 1000 }).filter(({ state }) => state === 'running' || state === 'lost')
  if (commands.length === 0) return []
  const groups = orphanGroups(commands, await processTable(exec))
  await Promise.all(groups.map((group) => endGroup(exec, group)))
  return groups
}

/** Groups among `rows` that belong to one of these commands, which each ran as leader of its own group. Pure. */
export function orphanGroups(commands: readonly Command[], rows: readonly ProcessRow[]): number[] {
  const bootAt = Math.min(...rows.map((row) => row.startedAt))
  return commands.flatMap((command) => {
    const { pid, argv, startedAt } = command
    if (pid === null || pid <= 1) return []
    const leader = rows.find((row) => row.pid === pid)
    const near = (row: ProcessRow) => Math.abs(row.startedAt - startedAt) <= slackMs
    if (leader !== undefined) {
      const args = argv.slice(1).join(' ')
      // A script's own line begins with its interpreter, so the end of the line tells.
      const same = leader.group === pid && (near(leader) || (args !== '' && leader.line.endsWith(` ${args}`)))
      return same ? [pid] : []
    }
    // The leader is gone, its children are not. While the group lives no later process gets this pid, so all that can deceive
    // is another group that came and lost its leader since: of this boot, and begun about when the command ran, it must be.
    const members = rows.filter((row) => row.group === pid)
    const ours = (row: ProcessRow) => row.startedAt >= startedAt - slackMs && row.startedAt <= startedAt + longestMs
    return startedAt >= bootAt && members.length > 0 && members.every(ours) ? [pid] : []
  })
}

async function endGroup(exec: Exec, group: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-group, signal)
    } catch {
      return
    }
    for (const until = performance.now() + termMs; performance.now() < until; ) {
      if (!(await processTable(exec)).some((row) => row.group === group)) return
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }
}
