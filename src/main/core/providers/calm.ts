import { setTimeout as sleep } from 'node:timers/promises'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { ProviderRun } from './provider.ts'

const calmLimitMs = 15_000
/** Lets go what was frozen on the way. Run in the node, which has its own view of the freezer. */
const thaw = `for state in $(find /sys/fs/cgroup/freezer -name freezer.state 2>/dev/null); do echo THAWED >"$state"; done
exit 0`

/**
 * Stops what starts containers inside nodes, where a node that is killed meanwhile could not end: on cgroup v1 runc freezes a container's group while it sets
 * it up, and a frozen process cannot be killed, so a node that is killed at that moment stays for ever ("did not receive an exit event").
 * https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html
 * `stop`: a script that stops the kubelet and the runtime, and fails while the node takes no orders yet. Never fails for it.
 */
export async function calmNodes(
  { exec, engines }: { readonly exec: Exec; readonly engines: Engines },
  { label, ids, stop }: { readonly label: string; readonly ids: readonly string[]; readonly stop: string },
  run: ProviderRun,
): Promise<void> {
  const { docker: file, engine } = await engines.require()
  if (engine.cgroupVersion !== '1') return
  // Both are constants: no data is within.
  const script = `${stop}\n${thaw}`
  const isRunning = async (id: string) => (await engines.containers(label)).some((one) => one.id === id && one.state === 'running')

  /** A node that is booting takes no orders yet, and at that moment starts the most: it is asked again until it does, for a while. */
  async function calm(id: string): Promise<void> {
    const args = ['exec', id, 'sh', '-c', script]
    for (const end = performance.now() + calmLimitMs; performance.now() < end; await sleep(500)) {
      const { exitCode } = await exec.run({ file, args, jobId: run.jobId, signal: run.signal, timeoutMs: calmLimitMs })
      if (exitCode === 0 || !(await isRunning(id))) return
    }
  }
  await Promise.all(ids.map(calm))
}
