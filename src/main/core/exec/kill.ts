import { execa } from 'execa'

const POLL_MS = 20
/** How long to wait for a group after SIGKILL. A zombie that nobody reaps (init of a container) keeps its group alive for ever. */
const AFTER_KILL_MS = 1_000

/**
 * Ends a whole process group: TERM, after `graceMs` KILL. Resolves when no member is left, also when the leader went first.
 * The command must lead its own group (`detached`). On Windows there are no groups: `taskkill /T /F`.
 */
export async function killGroup(pid: number, graceMs: number): Promise<void> {
  if (process.platform === 'win32') {
    // https://learn.microsoft.com/windows-server/administration/windows-commands/taskkill
    await execa('taskkill.exe', ['/pid', String(pid), '/T', '/F'], { reject: false, stdio: 'ignore', windowsHide: true })
    return
  }
  signalGroup(pid, 'SIGTERM')
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
  while (signalGroup(pid, 0)) {
    const left = deadline - performance.now()
    if (left <= 0) return false
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MS, left)))
  }
  return true
}
