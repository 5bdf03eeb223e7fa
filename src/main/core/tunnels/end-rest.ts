import { killGroup } from '../exec/kill.ts'
import type { Exec } from '../exec/types.ts'
import { runSudo } from './sudo.ts'

const graceMs = 2_000

/** Ends what a minikube that is over left in its process group: its ssh processes outlive it where it was killed, and those that sudo started are root's. */
export async function endRest(exec: Pick<Exec, 'run'>, group: number, ofRoot: (group: number) => boolean = isOfRoot): Promise<void> {
  if (ofRoot(group)) await runSudo(exec, ['sudo', 'kill', '-s', 'TERM', '--', `-${group}`])
  await killGroup(group, graceMs)
}

/** True for a group that lives and in which nobody may be signalled. */
function isOfRoot(group: number): boolean {
  try {
    process.kill(-group, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
