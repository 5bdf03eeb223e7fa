import { setTimeout as sleep } from 'node:timers/promises'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import type { ProviderRun } from '../provider.ts'
import { clusterLabel } from './inspect.ts'

const calmLimitMs = 15_000
/** Ends what starts containers, then lets go what was frozen on the way. Run in the node, which has its own view of the freezer. */
const calmScript = `systemctl stop kubelet containerd || exit
for state in $(find /sys/fs/cgroup/freezer -name freezer.state 2>/dev/null); do echo THAWED >"$state"; done
exit 0`

export type Remains = {
  /** Stops what starts containers inside the nodes, where a node that is killed meanwhile could not end. Never fails for it. */
  calm(name: string, run: ProviderRun): Promise<void>
  /** Names of the anonymous volumes of the cluster's containers. */
  volumes(name: string): Promise<string[]>
  /** Removes containers and the given volumes until none is seen for `settleMs`, at most for 20 s; then says what is left. */
  remove(name: string, volumes: readonly string[], settleMs: number, run: ProviderRun): Promise<string[]>
  /** What is still there, for people. */
  left(name: string, volumes: readonly string[]): Promise<string[]>
}

/** What a cluster of kind leaves in the engine, whoever made it and however far it came. */
export function createRemains({ exec, engines }: { exec: Exec; engines: Engines }): Remains {
  const containers = async (name: string) => (await engines.containers(clusterLabel)).filter((one) => one.labels[clusterLabel] === name)

  async function docker(args: readonly string[], run?: ProviderRun): Promise<string> {
    const { docker: file } = await engines.require()
    const limits = { timeoutMs: 60_000, ...(run === undefined ? { quiet: true } : { jobId: run.jobId, signal: run.signal }) }
    return (await exec.run({ file, args, ...limits })).stdout
  }

  async function volumesOf(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const format = '--format={{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}'
    return words(await docker(['inspect', '--type=container', format, '--', ...ids]))
  }

  const present = async (volumes: readonly string[]) => {
    if (volumes.length === 0) return []
    const all = new Set(words(await docker(['volume', 'ls', '--quiet'])))
    return volumes.filter((volume) => all.has(volume))
  }

  async function left(name: string, volumes: readonly string[]): Promise<string[]> {
    const found = (await containers(name)).map((one) => `container ${one.name}`)
    const attached = words(await docker(['network', 'inspect', '--format={{range .Containers}}{{.Name}} {{end}}', '--', 'kind']))
    const ours = attached.filter((node) => nodeOf(name).test(node)).map((node) => `network kind: ${node}`)
    return [...found, ...(found.length > 0 ? [] : ours), ...(await present(volumes)).map((volume) => `volume ${volume}`)]
  }

  /** A node that is booting takes no orders yet, and at that moment starts the most: it is asked again until it does, for a while. */
  async function calmNode(file: string, id: string, run: ProviderRun): Promise<void> {
    const args = ['exec', id, 'sh', '-c', calmScript]
    for (const end = performance.now() + calmLimitMs; performance.now() < end; await sleep(500)) {
      const { exitCode } = await exec.run({ file, args, jobId: run.jobId, signal: run.signal, timeoutMs: calmLimitMs })
      if (exitCode === 0 || !(await isRunning(id))) return
    }
  }

  const isRunning = async (id: string) => (await engines.containers(clusterLabel)).some((one) => one.id === id && one.state === 'running')

  return {
    calm: async (name, run) => {
      // On cgroup v1 runc freezes a container's group while it sets it up, and a frozen process cannot be killed: a node that is killed at that moment
      // stays for ever ("did not receive an exit event"). https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html
      const { docker: file, engine } = await engines.require()
      if (engine.cgroupVersion !== '1') return
      const nodes = (await containers(name)).filter((one) => one.state === 'running' && !one.name.endsWith('-external-load-balancer'))
      await Promise.all(nodes.map((one) => calmNode(file, one.id, run)))
    },
    volumes: async (name) => volumesOf((await containers(name)).map((one) => one.id)),
    remove: async (name, volumes, settleMs, run) => {
      const known = new Set(volumes)
      const begun = performance.now()
      for (let seen = begun; performance.now() - begun < 20_000; ) {
        const ids = (await containers(name)).map((one) => one.id)
        if (ids.length > 0) {
          for (const volume of await volumesOf(ids)) known.add(volume)
          await docker(['rm', '--force', '--volumes', '--', ...ids], run)
          seen = performance.now()
        } else if (performance.now() - seen >= settleMs) break
        else await sleep(Math.min(300, settleMs))
      }
      const kept = await present([...known])
      if (kept.length > 0) await docker(['volume', 'rm', '--', ...kept], run)
      return left(name, kept)
    },
    left,
  }
}

/** Names that kind gives to the containers of this cluster. */
function nodeOf(name: string): RegExp {
  return new RegExp(`^${name.replace(/[.]/g, '\\.')}-(?:control-plane|worker|external-load-balancer)\\d*$`)
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')
