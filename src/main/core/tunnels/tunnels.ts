import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { Tunnel, TunnelPlan } from '#shared/contract/tunnels.ts'
import type { Changes } from '../changes.ts'
import { makeFolder } from '../clusters/create.ts'
import { clusterKey } from '../clusters/types.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { Jobs } from '../jobs/types.ts'
import type { FindCluster } from '../nodes/find.ts'
import type { Minikube } from '../providers/minikube/index.ts'
import type { ProviderName } from '../providers/provider.ts'
import { endOrphanTunnels, newFolder, writeMark } from './orphans.ts'
import { needsPassword } from './problem.ts'
import { openSession, type TunnelSession } from './session.ts'
import { sudoState } from './sudo.ts'

export type TunnelsDeps = {
  readonly exec: Pick<Exec, 'run' | 'check' | 'lines' | 'on'>
  readonly minikube: Pick<Minikube, 'tunnel' | 'tunnelCommand'>
  readonly find: FindCluster
  readonly jobs: Pick<Jobs, 'running'>
  readonly changes: Changes
  /** GOOS of this machine. */
  readonly os: string
  readonly dataDir: string
}

/**
 * Tunnels to the services of minikube clusters, which give those of type LoadBalancer an address on this machine:
 * https://minikube.sigs.k8s.io/docs/handbook/accessing/. One for a cluster; it goes on while nobody looks. Emits topic `tunnels`.
 */
export type Tunnels = {
  /** Null: a tunnel has no use for this cluster. Looks whether sudo would ask for a password; changes nothing. Throws `not-found`, `tool-*`, `profile-damaged`. */
  plan(id: string): Promise<TunnelPlan | null>
  /** The tunnel that runs, or the last one there was; null: none. */
  get(id: string): Tunnel | null
  /** One that runs already is joined. Throws as `plan`, and `tunnel-no-use`, `tunnel-not-running`, `tunnel-needs-password`, `tunnel-no-sudo`, `busy`. */
  start(id: string): Promise<Tunnel>
  /** Resolves when nothing of it is left. */
  end(id: string): Promise<void>
  /** Whether a cluster has one that is not over. */
  runs(provider: ProviderName, name: string): boolean
  /** As `end`, for what takes the cluster down. */
  endOf(provider: ProviderName, name: string): Promise<void>
  /** Called once at start: ends what a killed Cove left running. */
  reconcile(): Promise<void>
  dispose(): Promise<void>
}

export function createTunnels({ exec, minikube, find, jobs, changes, os, dataDir }: TunnelsDeps): Tunnels {
  /** The newest of each profile. */
  const sessions = new Map<string, TunnelSession>()
  const starting = new Map<string, Promise<Tunnel>>()
  const temporary = join(dataDir, 'tmp')
  let disposed = false

  async function begin({ id, name, provider, driver }: Cluster): Promise<Tunnel> {
    await sessions.get(name)?.ended
    const plan = provider === 'minikube' ? await minikube.tunnel(name) : null
    if (plan === null) throw new AppError('tunnel-no-use', { name, driver })
    const sudo = await sudoState(exec, os)
    if (plan.asRoot.length > 0 && sudo === 'absent') throw new AppError('tunnel-no-sudo', { name })
    if (plan.asRoot.length > 0 && sudo === 'password') throw needsPassword(name, [plan.program, ...plan.args])
    const folder = newFolder(temporary)
    await makeFolder(folder)
    try {
      await writeMark(folder, { name, route: plan.route, undo: plan.undo, command: null })
      const spec = await minikube.tunnelCommand(name, folder)
      if (disposed) throw new AppError('cancelled', {})
      // What was free when it was asked for may be worked on by now.
      refuseBusy(name)
      const root = sudo === 'ready' || sudo === 'unused'
      const changed = () => changes.emit('tunnels')
      const session = openSession({ exec, os, changed }, { cluster: { id, name }, spec, folder, root, route: plan.route, undo: plan.undo })
      sessions.set(name, session)
      changed()
      return session.state()
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  function refuseBusy(name: string): void {
    const job = jobs.running(clusterKey('minikube', name))
    if (job !== undefined) throw new AppError('busy', { name, jobId: job.id })
  }

  const ofCluster = (id: string) => [...sessions.values()].find((session) => session.clusterId === id)

  return {
    plan: async (id) => {
      const { name, provider } = await find(id)
      const plan = provider === 'minikube' ? await minikube.tunnel(name) : null
      if (plan === null) return null
      return {
        command: [plan.program, ...plan.args],
        asRoot: [...plan.asRoot, ...plan.undo].map((argv) => [...argv]),
        way: plan.route === null ? 'ports' : 'route',
        sudo: await sudoState(exec, os),
      }
    },
    get: (id) => ofCluster(id)?.state() ?? null,
    start: async (id) => {
      const cluster = await find(id)
      const { name } = cluster
      if (disposed) throw new AppError('cancelled', {})
      const known = ofCluster(id)
      if (known !== undefined && ['starting', 'running'].includes(known.state().state)) return known.state()
      const joined = starting.get(name)
      if (joined !== undefined) return joined
      refuseBusy(name)
      if (cluster.state !== 'running') throw new AppError('tunnel-not-running', { name })
      const work = begin(cluster).finally(() => starting.delete(name))
      starting.set(name, work)
      return work
    },
    end: async (id) => {
      await ofCluster(id)?.end('asked')
    },
    runs: (provider, name) => {
      const session = sessions.get(name)
      return provider === 'minikube' && (starting.has(name) || (session !== undefined && session.state().state !== 'ended'))
    },
    endOf: async (provider, name) => {
      if (provider !== 'minikube') return
      // One that is on its way sees the job that asks for this, and gives up.
      await starting.get(name)?.catch(() => undefined)
      await sessions.get(name)?.end('cluster')
    },
    reconcile: () => endOrphanTunnels(exec, temporary, os),
    dispose: async () => {
      disposed = true
      await Promise.all([...starting.values()].map((work) => work.catch(() => undefined)))
      await Promise.all([...sessions.values()].map((session) => session.end('asked')))
    },
  }
}
