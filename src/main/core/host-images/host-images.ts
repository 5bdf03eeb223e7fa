import { isAbsolute } from 'node:path'
import type { Cluster, ClusterImages } from '#shared/contract/clusters.ts'
import type { HostImagesLook, NodeMachine } from '#shared/contract/host-images.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { isImageReference } from '../clusters/preflight/input.ts'
import { AppError, errorShape } from '../error.ts'
import type { JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { FindCluster } from '../nodes/find.ts'
import { heldByNode } from './held.ts'
import { type HostJobDeps, type Hosts, loadImagesJob, reconcileLoad } from './load-job.ts'
import { type NodesDeps, nodesOf } from './nodes-of.ts'
import { readRuntime } from './node-runtime.ts'
import { reconcileRemoval, removeHostImageJob } from './remove-job.ts'
import { type ImagesFrom, imagesFrom } from './wanted.ts'

export type HostImagesDeps = HostJobDeps & NodesDeps & { readonly find: FindCluster; readonly jobs: Pick<Jobs, 'start'> }

type Known = Pick<Cluster, 'name' | 'context'>

export type HostImages = {
  /** What the runtime of a machine holds. Throws as `readRuntime` and `heldByNode`. */
  look(target: TargetId, signal: AbortSignal): Promise<HostImagesLook>
  /**
   * Starts the job. `cluster`: its id, whose name the job has; without targets all of its nodes. A node that is no machine Cove knows is told: one could not see that
   * it was passed over.
   * Throws `image-invalid`; `bad-input` for no image or two sources, no machine, or a path that is not absolute; `not-found`, `node-no-machine`, `busy`.
   */
  load(
    wish: { readonly targets: readonly TargetId[]; readonly cluster: string | null } & Parameters<typeof imagesFrom>[0],
  ): Promise<{ readonly jobId: string }>
  remove(targets: readonly TargetId[], image: string): Promise<{ readonly jobId: string }>
  /** Nodes of a cluster that only a context knows. Throws `not-found`, and as `nodesOf`. */
  nodes(id: string, signal: AbortSignal): Promise<NodeMachine[]>
  /** What each of them holds; each fails alone. Throws as `nodesOf`. */
  imagesOf(cluster: Known, signal: AbortSignal): Promise<ClusterImages>
  /** As `load`, into all nodes. Throws `node-no-machine` where one is no machine Cove knows. */
  loadInto(cluster: Known, from: ImagesFrom): Promise<{ readonly jobId: string }>
  /** As `remove`, on every node that is a machine Cove knows. Throws `node-no-machine` where none is. */
  removeFrom(cluster: Known, image: string): Promise<{ readonly jobId: string }>
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Images in the runtimes of machines that are no nodes of a provider: kubeadm's nodes above all, and hosts that are to be such. */
export function createHostImages(deps: HostImagesDeps): HostImages {
  const { jobs, targets } = deps

  async function hostsOf(ids: readonly TargetId[]): Promise<Hosts> {
    return Promise.all([...new Set(ids)].map(async (id) => ({ id, host: await deps.targets.machine(id) })))
  }

  async function load(ids: readonly TargetId[], from: ImagesFrom, subject: string | null): Promise<{ jobId: string }> {
    if (ids.length === 0) throw new AppError('bad-input', { field: 'targets' })
    if ('archive' in from && !isAbsolute(from.archive)) throw new AppError('bad-input', { field: 'archive' })
    if ('images' in from) for (const image of from.images) if (!isImageReference(image)) throw new AppError('image-invalid', { image })
    const hosts = await hostsOf(ids)
    return { jobId: jobs.start(loadImagesJob(deps, hosts, from, subject ?? namesOf(hosts))).id }
  }

  async function remove(ids: readonly TargetId[], image: string, subject: string | null): Promise<{ jobId: string }> {
    const hosts = await hostsOf(ids)
    return { jobId: jobs.start(removeHostImageJob(deps, hosts, image, subject ?? namesOf(hosts))).id }
  }

  const nodes = async ({ name, context }: Known, signal: AbortSignal) => {
    if (context === null) throw new AppError('context-not-found', { file: '', name })
    return nodesOf(deps, context, signal)
  }

  /** `whole`: all of its nodes, or none; else those that Cove knows, where there are any. */
  async function machinesOf(cluster: Known, whole: boolean): Promise<TargetId[]> {
    const all = await nodes(cluster, new AbortController().signal)
    const known = all.flatMap(({ target }) => (target === null ? [] : [target]))
    const unknown = all.find(({ error }) => error !== null)?.error ?? null
    if (unknown !== null && (whole || known.length === 0)) throw unknown
    if (known.length === 0) throw new AppError('not-found', { what: 'node', name: cluster.name })
    return known
  }

  async function heldBy(id: TargetId, signal: AbortSignal) {
    const target = await targets.get(id)
    const runtime = await readRuntime(target, { signal, root: deps.root ?? '' })
    const { images } = await heldByNode({ target, runtime }, { signal })
    return { runtime, images: [...images] }
  }

  return {
    look: async (id, signal) => {
      const { runtime, images } = await heldBy(id, signal)
      return { runtime: runtime.name, socket: runtime.socket, images, asOf: Date.now() }
    },
    load: async ({ targets: ids, cluster: id, ...given }) => {
      const from = imagesFrom(given)
      const cluster = id === null ? null : await deps.find(id)
      return load(ids.length === 0 && cluster !== null ? await machinesOf(cluster, true) : ids, from, cluster?.name ?? null)
    },
    remove: (ids, image) => remove(ids, image, null),
    nodes: async (id, signal) =>
      (await nodes(await deps.find(id), signal)).map(({ error, ...node }) => ({
        ...node,
        error: error === null ? null : errorShape(error),
      })),
    imagesOf: async (cluster, signal) => {
      const rows = (await nodes(cluster, signal)).map(async ({ node, target, error }) => {
        if (target === null) return { node, images: null, error: errorShape(error) }
        try {
          return { node, images: (await heldBy(target, signal)).images, error: null }
        } catch (failure) {
          if (!(failure instanceof AppError)) throw failure
          return { node, images: null, error: errorShape(failure) }
        }
      })
      return { nodes: await Promise.all(rows), asOf: Date.now() }
    },
    loadInto: async (cluster, from) => load(await machinesOf(cluster, true), from, cluster.name),
    removeFrom: async (cluster, image) => remove(await machinesOf(cluster, false), image, cluster.name),
    reconcileHandlers: { 'host.load-images': reconcileLoad(deps), 'host.remove-image': reconcileRemoval(deps) },
  }
}

/** What people call them: the first ones by name. */
function namesOf(hosts: Hosts): string {
  const names = hosts.map(({ host }) => host.name)
  return names.length <= 2 ? names.join(', ') : `${names[0]} + ${names.length - 1}`
}
