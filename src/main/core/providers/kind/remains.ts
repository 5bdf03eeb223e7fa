import { setTimeout as sleep } from 'node:timers/promises'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import { calmNodes } from '../calm.ts'
import type { Belonging, ProviderCluster, ProviderRun } from '../provider.ts'
import { clusterLabel } from './inspect.ts'

/** Ends what starts containers. */
const stopScript = 'systemctl stop kubelet containerd || exit'

export type Remains = {
  /** Stops what starts containers inside the nodes, where a node that is killed meanwhile could not end. Never fails for it. */
  calm(name: string, run: ProviderRun): Promise<void>
  /** Names of the anonymous volumes of the cluster's containers. */
  volumes(name: string): Promise<string[]>
  /** Removes containers and the given volumes until none is seen for `settleMs`, at most for 20 s; then says what is left. */
  remove(name: string, volumes: readonly string[], settleMs: number, run: ProviderRun): Promise<string[]>
  /** What `remove` will take away. */
  belongings(cluster: Pick<ProviderCluster, 'name'>): Promise<Belonging[]>
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

  return {
    calm: async (name, run) => {
      const nodes = (await containers(name)).filter((one) => one.state === 'running' && !one.name.endsWith('-external-load-balancer'))
      await calmNodes({ exec, engines }, { label: clusterLabel, ids: nodes.map((one) => one.id), stop: stopScript }, run)
    },
    belongings: async ({ name }) => {
      const mine = await containers(name)
      // kind keeps its network for the next cluster, so a delete does not take it.
      return [
        ...mine.map((one) => ({ kind: 'container' as const, name: one.name, sizeBytes: null })),
        ...(await volumesOf(mine.map((one) => one.id))).map((volume) => ({ kind: 'volume' as const, name: volume, sizeBytes: null })),
      ]
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
