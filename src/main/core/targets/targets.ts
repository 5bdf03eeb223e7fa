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
import { sshTransport } from './ssh.ts'
import { createSshConnection, createSshSockets, type SshConnection } from './ssh-connection.ts'
import { createSshHosts } from './ssh-hosts.ts'
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
  const { exec, engines, clusters, changes, dataDir, env } = deps
  const machines = new Map<TargetId, Machine>()
  const local = localTransport(exec, env)
  const hosts = createSshHosts(dataDir)
  const sockets = createSshSockets()
  const connections = new Map<string, SshConnection>()
  /** How it went when an ssh host was last reached for; `null`: well. */
  const reached = new Map<string, AppError | null>()
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
    const destination = /^ssh:(.*)$/.exec(id)?.[1]
    if (destination !== undefined && (await hosts.list()).includes(destination)) return remote(destination)
    throw new AppError('not-found', { what: 'target', name: name ?? destination ?? id })
  }

  function remote(destination: string): Transport {
    const connection = connections.get(destination) ?? createSshConnection(exec, sockets, destination)
    connections.set(destination, connection)
    const transport = sshTransport(connection, destination)
    const note = (error: AppError | null) => {
      const before = reached.get(destination)
      reached.set(destination, error)
      if (before?.code !== error?.code || before === undefined) changes.emit('targets')
    }
    return {
      ...transport,
      ready: async (signal) => {
        try {
          await transport.ready(signal)
          if (reached.get(destination) !== null) note(null)
        } catch (error) {
          if (error instanceof AppError && error.code.startsWith('ssh-')) note(error)
          throw error
        }
      },
      unreachable: async (result) => {
        const error = await transport.unreachable(result)
        if (error !== null) note(error)
        return error
      },
    }
  }

  const sshEntry = (destination: string) => {
    const error = reached.get(destination)
    return entry('ssh', destination, error === undefined ? 'unknown' : error === null ? 'up' : 'down', null, error ?? null)
  }

  async function forget(id: TargetId, destination: string): Promise<void> {
    machines.delete(id)
    reached.delete(destination)
    const connection = connections.get(destination)
    connections.delete(destination)
    await connection?.close()
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
    list: async () => {
      const [inContainers, destinations] = await Promise.all([containers(), hosts.list()])
      return [entry('local', local.name, 'up', null), ...inContainers, ...destinations.map(sshEntry)]
    },
    get: machine,
    machine,
    addSsh: async (text) => {
      const destination = await hosts.add(text)
      changes.emit('targets')
      return sshEntry(destination)
    },
    removeSsh: async (id) => {
      const destination = /^ssh:(.*)$/.exec(id)?.[1]
      if (destination === undefined) throw new AppError('not-found', { what: 'target', name: id })
      await hosts.remove(destination)
      await forget(id, destination)
      changes.emit('targets')
    },
    dispose: async () => {
      await Promise.all([...machines.values()].map((one) => one.dispose()))
      await Promise.all([...connections.values()].map((connection) => connection.close()))
      await sockets.remove()
    },
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
