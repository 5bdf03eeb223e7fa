import type { Target as TargetEntry, TargetId } from '#shared/contract/targets.ts'
import type { Changes } from '../changes.ts'
import type { Clusters } from '../clusters/types.ts'
import type { Engines } from '../engines/types.ts'
import { AppError, errorShape } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { containerTransport } from './container.ts'
import { initContainers } from './containers.ts'
import { localTransport } from './local.ts'
import { createMachine, type Machine } from './machine.ts'
import type { Transport } from './transport.ts'
import type { Targets } from './types.ts'

export type TargetsDeps = {
  readonly exec: Exec
  readonly engines: Pick<Engines, 'require' | 'explain'>
  readonly clusters: Pick<Clusters, 'snapshot'>
  readonly changes: Changes
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The machines that can be worked on: this one, nodes and other containers with an init, ssh hosts that were named. */
export function createTargets(deps: TargetsDeps): Targets & { machine(id: TargetId): Promise<Machine> } {
  const { exec, engines, clusters, env } = deps
  const machines = new Map<TargetId, Machine>()
  const local = localTransport(exec, env)
  /** Containers that were listed; a name that was not is never handed to `docker exec`. */
  let known = new Set<string>()

  async function containers(): Promise<TargetEntry[]> {
    const { clusters: all } = await clusters.snapshot()
    const nodes = all.flatMap((cluster) =>
      cluster.nodes
        .filter((node) => node.containerId !== '')
        .map(({ name, state }): TargetEntry => entry('container', name, state === 'running' ? 'up' : 'down', cluster.id)),
    )
    // An engine that is not there has no containers; what is wrong with it, its own row says where clusters are listed.
    const inits = await initContainers(exec, engines).catch(() => [])
    const others = inits.filter((name) => !nodes.some((node) => node.name === name)).map((name) => entry('container', name, 'up', null))
    const found = [...nodes, ...others].sort(
      (a, b) => (a.clusterId ?? '~').localeCompare(b.clusterId ?? '~') || a.name.localeCompare(b.name),
    )
    known = new Set(found.map(({ name }) => name))
    return found
  }

  async function transportOf(id: TargetId): Promise<Transport> {
    if (id === 'local') return local
    const name = /^container:(.*)$/.exec(id)?.[1]
    if (name !== undefined) {
      if (!known.has(name)) await containers()
      if (known.has(name)) return containerTransport(engines, name)
    }
    throw new AppError('not-found', { what: 'target', name: name ?? id })
  }

  async function machine(id: TargetId): Promise<Machine> {
    const there = machines.get(id)
    if (there !== undefined && (there.kind !== 'container' || known.has(there.name))) return there
    const transport = await transportOf(id)
    const made = machines.get(id) ?? createMachine(exec, transport)
    machines.set(id, made)
    return made
  }

  return {
    list: async () => [entry('local', local.name, 'up', null), ...(await containers())],
    get: machine,
    machine,
    addSsh: async (destination) => {
      throw new AppError('ssh-destination-invalid', { destination })
    },
    removeSsh: async () => {},
    dispose: async () => {},
  }
}

function entry(
  kind: TargetEntry['kind'],
  name: string,
  state: TargetEntry['state'],
  clusterId: string | null,
  error: unknown = null,
): TargetEntry {
  const id = kind === 'local' ? 'local' : `${kind}:${name}`
  return { id, kind, name, clusterId, state, error: error === null ? null : errorShape(error) }
}
