import { readdirSync, readFileSync } from 'node:fs'
import { execa } from 'execa'

const POLL_MS = 20
/** How long to wait for a group after SIGKILL: a process stuck in the kernel (dead network disk) does not go. */
const AFTER_KILL_MS = 1_000

export type StopSignal = 'SIGTERM' | 'SIGINT'

/**
 * Ends a whole process group: `stopSignal`, after `graceMs` KILL. Resolves when no member is left, also when the leader went first.
 * The command must lead its own group (`detached`). On Windows there are no groups: `taskkill /T /F`.
 */
export async function killGroup(pid: number, graceMs: number, stopSignal: StopSignal = 'SIGTERM'): Promise<void> {
  if (process.platform === 'win32') {
    // https://learn.microsoft.com/windows-server/administration/windows-commands/taskkill
    await execa('taskkill.exe', ['/pid', String(pid), '/T', '/F'], { reject: false, stdio: 'ignore', windowsHide: true })
    return
  }
  signalGroup(pid, stopSignal)
  if (await groupGone(pid, graceMs)) return
  signalGroup(pid, 'SIGKILL')
  await groupGone(pid, AFTER_KILL_MS)
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // EPERM: a member runs as somebody else (sudo). It is there, and not ours to end.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function groupGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (let waitMs = POLL_MS; signalGroup(pid, 0) && !onlyZombies(pid); waitMs = Math.min(waitMs * 1.5, 200)) {
    const left = deadline - performance.now()
    if (left <= 0) return false
    await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, left)))
  }
  return true
}

/** Orphans are reaped by init, in containers often late or never: they have ended, and still answer to signals. */
function onlyZombies(group: number): boolean {
  if (process.platform !== 'linux') return false
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // `pid (name, may hold spaces and brackets) state ppid pgrp …`: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(pgrp) === group && state !== 'Z' && state !== 'X') return false
    } catch {
      // Ended while we looked.
    }
  }
  return true
}
