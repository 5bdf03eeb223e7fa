import { readFileSync } from 'node:fs'

/** Who runs a job: a pid and what tells it from a later process with that pid. `start` is null where the system does not say. */
export type Owner = { readonly pid: number; readonly start: string | null }

export const ownIdentity = (): Owner => ({ pid: process.pid, start: startOf(process.pid) })

/** True while the very process lives, not a later one that got its pid. */
export function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && sameStart(owner)
  }
  return sameStart(owner)
}

function sameStart(owner: Owner): boolean {
  const start = startOf(owner.pid)
  return owner.start === null || start === null || owner.start === start
}

/** Boot id and start in clock ticks since boot (field 22 of /proc/PID/stat, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html): neither follows the wall clock. Linux only. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${ticks}`
  } catch {
    return null
  }
}
