import type { Cluster, CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import type { ProviderName } from '../providers/provider.ts'
import { exportLogsJob, loadImageJob } from './actions.ts'
import { addOnJob } from './add-ons.ts'
import { createJob } from './create.ts'
import { deleteJob } from './delete.ts'
import { type LifeKind, lifeJob, nodeJob } from './life.ts'
import { imagesOf, removeImageJob, withoutImage } from './images.ts'
import { foreign } from './list.ts'
import { specIn } from './memory.ts'
import { planCreate } from './plan.ts'
import { inputProblems } from './preflight/input.ts'
import { createReady } from './ready.ts'
import { rebuildJob } from './rebuild.ts'
import { reconcileHandlers } from './reconcile.ts'
import { createRecords } from './records.ts'
import { servicesOf } from './services.ts'
import { createClusterSources } from './sources.ts'
import { createTakeBack } from './take-back.ts'
import { type Clusters, type ClustersDeps, clusterKey, type PlanSpec, type ProviderDeps } from './types.ts'

/** Policy over the providers: one list, and the jobs that change it. */
export async function createClusters(deps: ClustersDeps): Promise<Clusters> {
  const { providers, jobs, changes, dataDir } = deps
  const ready = createReady(deps)
  let disposed = false
  const changed = () => {
    if (!disposed) changes.emit('clusters')
  }
  const takeBack = createTakeBack()
  /** An engine that is back shows what a clean-up without it had to leave. */
  const lookBack = () => {
    if (disposed) return
    takeBack.look(sources.answers, sources.known(), ({ id, name, provider, nodes }) => {
      const own = of(provider)
      // Somebody works on it already.
      if (jobs.running(clusterKey(own.provider.name, name)) !== undefined) return
      begin(deleteJob(own, { id, name, containers: nodes.map((node) => node.containerId) }))
    })
  }
  const records = await createRecords(dataDir, changed)
  const sources = createClusterSources(
    deps,
    (id) => records.get(id)?.profileId ?? null,
    () => {
      changed()
      lookBack()
    },
  )

  const of = (name: string): ProviderDeps => {
    const provider = providers.find((one) => one.name === name)
    if (provider === undefined) throw new AppError('not-found', { what: 'cluster', name })
    return { ...deps, provider, madeFrom: (id) => records.get(id)?.document ?? null }
  }

  /** By the key of a cluster: what is asked after its last job. Until that is answered, its row is of the time before. */
  const looks = new Map<string, Promise<unknown>>()
  /** What is being noted of jobs that have ended. */
  const notes = new Set<Promise<unknown>>()

  /** Starts a job and lets the list follow it: at once, and when it has ended. */
  function begin(definition: JobDefinition, after?: (result: Readonly<Record<string, string>> | null) => Promise<void>): { jobId: string } {
    const running = jobs.running(definition.key)?.id
    const job = jobs.start(definition)
    // Who joins a job that runs already has not changed what it does.
    const own = job.id !== running
    changed()
    void jobs.done(job.id).then(async (ended) => {
      const { state, result, facts } = ended
      changed()
      const maker = providers.find(({ name }) => definition.key.startsWith(clusterKey(name, '')))?.name ?? ''
      const look = disposed ? Promise.resolve() : sources.look(maker)
      looks.set(definition.key, look)
      const noticed = own ? takeBack.ended(ended, String(facts['provider']), look) : null
      const note = own && state === 'succeeded' ? after?.(result) : undefined
      if (note !== undefined) notes.add(note)
      await Promise.all([note, look, noticed])
      if (note !== undefined) notes.delete(note)
      if (looks.get(definition.key) === look) looks.delete(definition.key)
      lookBack()
    })
    return { jobId: job.id }
  }

  /** The cluster of that identity as it is now, with its provider. */
  async function find(id: string): Promise<{ readonly own: ProviderDeps; readonly cluster: Cluster }> {
    const known = () => sources.snapshot().clusters.find((one) => one.id === id && providers.some(({ name }) => name === one.provider))
    let cluster = known()
    const look = cluster === undefined ? undefined : looks.get(clusterKey(cluster.provider as ProviderName, cluster.name))
    if (look !== undefined) {
      await look
      cluster = known()
    }
    if (cluster === undefined) {
      await sources.refresh()
      cluster = known()
    }
    if (cluster === undefined) throw new AppError('not-found', { what: 'cluster', name: id })
    const { code, facts } = cluster.reason
    if (code === 'other-engine' || code === 'engine-silent')
      throw new AppError('cluster-elsewhere', { name: cluster.name, engine: facts['engine'] ?? null })
    return { own: of(cluster.provider), cluster }
  }

  /** A cluster that only a context knows, and what reaches its nodes; null: a provider made it, or nobody knows it. */
  const onHosts = (id: string) => {
    const cluster = sources.snapshot().clusters.find((one) => one.id === id)
    return cluster !== undefined && foreign(cluster) && deps.hostImages !== undefined ? { cluster, images: deps.hostImages() } : null
  }

  /** The spec that a document says, where there is one. */
  const specOf = <T extends PlanSpec>(spec: T): T =>
    spec.document === null ? spec : { ...spec, ...of(spec.provider).provider.readDocument(spec.document, spec), profileId: spec.profileId }

  /** What is written down once the cluster is there; the document is of the time of this call, not of the end of the job. */
  const kept = (spec: CreateSpec) => {
    const { profileId, document, image, controlPlanes, workers } = spec
    const made = { profileId, document, documentAt: Date.now(), image: image ?? '', controlPlanes, workers }
    return async (result: Readonly<Record<string, string>> | null) => {
      if (result?.['clusterId']) await records.change(result['clusterId'], made)
    }
  }

  /** The document a cluster was made or adopted with, else what can be seen of it. */
  async function documentOf(id: string) {
    const { own, cluster } = await find(id)
    const { document = null, documentAt = null } = records.get(id) ?? {}
    if (document !== null) return { own, cluster, text: document, seen: 'made-from' as const, since: documentAt }
    const seen = sources.known().find((one) => one.id === id)
    if (seen === undefined) throw new AppError('cannot-rebuild', { name: cluster.name })
    return { own, cluster, text: await own.provider.documentOf(seen), seen: 'looked-at' as const, since: null }
  }

  const life = async (id: string, what: LifeKind) => {
    const { own, cluster } = await find(id)
    return begin(lifeJob(own, ready, cluster, what))
  }

  return {
    snapshot: async () => sources.snapshot(),
    refresh: sources.refresh,
    nodesOf: ({ file, name }) => {
      const cluster = sources.snapshot().clusters.find((one) => one.context?.file === file && one.context?.name === name)
      // A node of a virtual machine or of another engine is no container that can be asked.
      return cluster?.nodes.filter((node) => node.containerId !== '').map((node) => node.name) ?? []
    },
    plan: (spec) => planCreate(of(spec.provider), specOf(spec)),
    create: async (wish) => {
      const own = of(wish.provider)
      const spec = specOf(wish)
      const [problem] = inputProblems(spec, own.provider)
      if (problem !== undefined) throw problem
      return begin(createJob(own, ready, spec), kept(spec))
    },
    delete: async (id) => {
      const { own, cluster } = await find(id)
      const doomed = { id, name: cluster.name, containers: cluster.nodes.map((node) => node.containerId) }
      return begin(deleteJob(own, doomed), () => records.forget(id))
    },
    start: (id) => life(id, 'start'),
    stop: (id) => life(id, 'stop'),
    restart: (id) => life(id, 'restart'),
    pause: (id) => life(id, 'pause'),
    unpause: (id) => life(id, 'unpause'),
    addNode: async (id, role) => {
      const { own, cluster } = await find(id)
      return begin(nodeJob(own, ready, cluster, { add: role }))
    },
    removeNode: async (id, node) => {
      const { own, cluster } = await find(id)
      return begin(nodeJob(own, ready, cluster, { remove: node }))
    },
    rebuild: async (id, { image, document }) => {
      const { own, cluster, text } = document === null ? await documentOf(id) : { ...(await find(id)), text: document }
      const record = records.get(id)
      // Another document says its own version; that of before is not wished for on top of it.
      const before = document === null ? record?.image || null : null
      const read = own.provider.readDocument(text, { name: cluster.name, image: image ?? before })
      const spec = { ...read, profileId: record?.profileId ?? null }
      const { loaded = [] } = record ?? {}
      const keep = kept(spec)
      return begin(rebuildJob(own, ready, cluster, spec, loaded), async (result) => {
        await keep(result)
        if (result?.['clusterId'] && loaded.length > 0) await records.change(result['clusterId'], { loaded })
        await records.forget(id)
      })
    },
    asked: (jobId) => specIn(jobs.memory(jobId) ?? {}),
    document: async (id) => {
      const { cluster, text, seen, since } = await documentOf(id)
      return { provider: cluster.provider as ProviderName, text, seen, since }
    },
    adopt: async (id, profileId, document) => {
      const { own, cluster } = await find(id)
      const { image, controlPlanes, workers } = own.provider.readDocument(document, { name: cluster.name, image: null })
      const made = { document, documentAt: Date.now(), image: image ?? '', controlPlanes, workers }
      await records.change(id, profileId === undefined ? made : { ...made, profileId })
    },
    addOns: async (id) => {
      const { own, cluster } = await find(id)
      const found = await own.provider.addOns?.(cluster.name)
      return found === undefined ? null : [...found]
    },
    setAddOn: async (id, addOn, on) => {
      const { own, cluster } = await find(id)
      return begin(addOnJob(own, cluster, addOn, on))
    },
    services: async (id) => {
      const { own, cluster } = await find(id)
      return servicesOf(own, cluster)
    },
    belongings: async (id) => {
      const { own, cluster } = await find(id)
      const seen = sources.known().find((one) => one.id === id)
      const { contexts } = await deps.kubeconfig.snapshot()
      const mine = contexts.filter((context) => own.provider.ownsContext(context, cluster.name))
      return [
        ...(seen === undefined ? [] : await own.provider.belongings(seen)),
        ...mine.map((context) => ({ kind: 'context' as const, name: context.name, sizeBytes: null })),
      ]
    },
    images: async (id) => {
      const hosts = onHosts(id)
      if (hosts !== null) return hosts.images.imagesOf(hosts.cluster, new AbortController().signal)
      const { own } = await find(id)
      const seen = sources.known().find((one) => one.id === id)
      if (seen === undefined) throw new AppError('not-found', { what: 'cluster', name: id })
      return imagesOf(own, seen)
    },
    removeImage: async (id, image) => {
      const hosts = onHosts(id)
      if (hosts !== null) return hosts.images.removeFrom(hosts.cluster, image)
      const { own, cluster } = await find(id)
      return begin(removeImageJob(own, cluster, image), async () => {
        const { loaded = [] } = records.get(id) ?? {}
        const left = withoutImage(loaded, image)
        if (left.length < loaded.length) await records.change(id, { loaded: left })
      })
    },
    loadImage: async (id, from) => {
      const hosts = onHosts(id)
      if (hosts !== null) return hosts.images.loadInto(hosts.cluster, 'image' in from ? { images: [from.image] } : from)
      const { own, cluster } = await find(id)
      return begin(loadImageJob(own, cluster, from), async () => {
        // A file may be gone or another one by the time of a rebuild.
        if (!('image' in from)) return
        const { image } = from
        const { loaded = [] } = records.get(id) ?? {}
        if (!loaded.includes(image)) await records.change(id, { loaded: [...loaded, image] })
      })
    },
    exportLogs: async (id, directory) => {
      const { own, cluster } = await find(id)
      return begin(exportLogsJob(own, cluster.name, directory))
    },
    reconcileHandlers: reconcileHandlers(deps, { made: (spec, clusterId) => kept(spec)({ clusterId }), gone: records.forget }),
    watch: () => sources.start(),
    dispose: async () => {
      disposed = true
      sources.dispose()
      // How a cluster was made is lost for good where nobody waits for it.
      await Promise.allSettled(notes)
    },
  }
}
