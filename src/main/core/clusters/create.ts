import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import { registryOf } from '#shared/contract/cluster-extras.ts'
import type { CreateSpec, NodeImage } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { CreateRequest, ProviderRun } from '../providers/provider.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { explainCreate } from './explain.ts'
import { addExtras, extrasOf, extraSteps } from './extras.ts'
import { holdsImage, pullImage } from './image.ts'
import { checkMachine, type Leaving } from './preflight/check.ts'
import { type ClustersDeps, clusterKey, downloadStep, type ProviderDeps, type Ready } from './types.ts'
import { type Made, undoCreate } from './undo.ts'
import { unlessAborted } from './wait.ts'
import { waitForNodes, waitSteps } from './wait-cluster.ts'

/**
 * The job that makes a cluster: looks at the machine, fetches what is missing, lets the provider work, waits until nodes and DNS answer, adds the context.
 * A create that fails or is cancelled, in whatever step, leaves nothing: also where the cluster itself came up and only the last steps failed.
 */
export function createJob(deps: ProviderDeps, ready: Ready, spec: CreateSpec): JobDefinition {
  const { definition, prepare, make } = createParts(deps, ready, spec)
  return { ...definition, run: async (job) => make(job, await prepare(job)) }
}

type Prepared = {
  readonly image: string
  readonly version: string
  readonly program: string
  readonly taken: readonly string[]
}

/** A create in its two parts: `prepare` looks at the machine and fetches what is missing, `make` makes the cluster. What undoes both is in `definition`. */
export function createParts(
  deps: ProviderDeps,
  ready: Ready,
  spec: CreateSpec,
  leaving: Leaving | null = null,
): {
  readonly definition: Omit<JobDefinition, 'run'>
  readonly prepare: (job: JobContext) => Promise<Prepared>
  readonly make: (job: JobContext, prepared: Prepared) => Promise<Readonly<Record<string, string>>>
  /** How many of the steps are those of `prepare`. */
  readonly prepareCount: number
} {
  const { provider, toolchain, kubeconfig, exec, engines, dataDir } = deps
  const { name } = spec
  const context = provider.contextName(name)
  // Nothing of that name is Cove's to remove before the provider was started on a name that was free.
  let nodes: Made['nodes'] = 'none'
  let merged = false
  let previous: ContextRef | null = null
  let chosen = spec.image
  const before = prepareSteps(deps, spec)
  const steps = [...before, ...makeSteps(deps, spec)]
  /** Only what was announced can be skipped before people's eyes. */
  const skip = (job: JobContext, id: JobStepId) => {
    if (steps.some((step) => step.id === id)) job.skip(id)
  }

  async function prepare(job: JobContext): Promise<Prepared> {
    const run = { jobId: job.id, signal: job.signal }
    const machine = await job.step('check-machine', async () => {
      const checked = await unlessAborted(checkMachine(deps, spec, leaving), job.signal)
      if (checked.problems[0] !== undefined) throw checked.problems[0]
      return checked
    })
    const image = machine.image.ref
    chosen = image
    await ensure(job, 'kubectl', 'download-kubectl', machine.image.version === '' ? undefined : machine.image.version)
    const program = await ensure(job, provider.tool, downloadStep(provider.tool))
    if (provider.nodeImages) await bringImages(job, run, [...provider.imagesNeeded(spec, image), ...machine.pulls], machine.images)
    return { image, version: machine.image.version, program, taken: machine.taken }
  }

  async function make(job: JobContext, { image, version, program, taken }: Prepared) {
    const folder = folderOf(dataDir, job.id)
    const run = { jobId: job.id, signal: job.signal }
    await makeFolder(folder)
    const request: CreateRequest = { spec, image, folder, program }
    // A pull takes minutes: somebody may have taken the name since. Asked in any case, as from here on what has that name is undone.
    if ((await provider.left(name)).length > 0)
      throw new AppError('name-taken', { name, suggestion: provider.proposeName([...taken, name]) })
    job.signal.throwIfAborted()
    await job.remember({ provider: provider.name, name, folder, nodes: 'yes', count: String(spec.controlPlanes + spec.workers) })
    nodes = 'being-made'
    let at = provider.steps(spec)[0]?.id ?? null
    if (at !== null) job.enter(at)
    try {
      await provider.create(request, run, (step) => {
        if (step === 'find-image') return
        at = step
        job.enter(step)
      })
    } catch (error) {
      if (error instanceof AppError && error.code === 'name-taken') {
        nodes = 'none'
        await job.remember({ nodes: 'no' })
      }
      throw error
    }

    nodes = 'made'
    // What Cove does then may begin with a step that does not end the one before.
    if (at !== null) job.leave(at)
    const file = provider.kubeconfigFile(folder)
    const nodeCount = spec.controlPlanes + spec.workers
    deps.versions?.note({ file, name: context }, version)
    const wait = () => waitForNodes(ready, { name, file, context, nodes: nodeCount }, job)
    // Without a network no node becomes ready; a manifest may bring one.
    const network = provider.bringsNetwork(spec)
    if (network) await wait()
    await addExtras(deps, { spec, file, context }, job)
    if (!network && waits(spec, network)) await wait()
    // From here on a Cove that was killed only has to add the context.
    await job.remember({ ready: 'yes' })
    job.enter('add-context')
    previous = (await kubeconfig.snapshot()).current
    await job.remember({ context: 'yes', previousFile: previous?.file ?? '', previousName: previous?.name ?? '' })
    job.signal.throwIfAborted()
    merged = true
    const written = await addContext(deps, file, { reason: `create ${name}`, signal: job.signal })
    const cluster = (await provider.list()).find((one) => one.name === name)
    await rm(folder, { recursive: true, force: true })
    job.leave('add-context')
    return { clusterId: cluster?.id ?? '', context, file: written }
  }

  async function bringImages(job: JobContext, run: ProviderRun, images: readonly string[], known: readonly NodeImage[]): Promise<void> {
    const { docker } = await engines.require()
    const missing = await job.step(
      'find-image',
      async () => {
        const isHere = (image: string) => known.some((one) => one.local && one.ref === image)
        const held = await Promise.all(images.map(async (image) => isHere(image) || (await holdsImage(docker, image, exec, run))))
        return images.filter((_, index) => held[index] !== true)
      },
      { image: images.join(', ') },
    )
    if (missing.length === 0) return skip(job, 'pull-image')
    const pull = async () => {
      for (const [index, image] of missing.entries())
        await pullImage(deps, docker, image, run, (fraction) => job.progress('pull-image', (index + fraction) / missing.length))
    }
    await job.step('pull-image', pull, { image: missing.join(', ') })
  }

  /** Absolute path of the tool, downloaded where it is absent. */
  async function ensure(job: JobContext, tool: ToolName, step: JobStepId, version?: string): Promise<string> {
    const wish = version === undefined ? {} : { version }
    const plan = await unlessAborted(toolchain.plan(tool, version), job.signal)
    const get = () =>
      toolchain.ensure(tool, {
        ...wish,
        jobId: job.id,
        signal: job.signal,
        progress: ({ receivedBytes, totalBytes }) =>
          job.progress(step, totalBytes === null ? null : receivedBytes / totalBytes, { receivedBytes, totalBytes }),
      })
    if (plan === null) {
      const { path } = await unlessAborted(get(), job.signal)
      skip(job, step)
      return path
    }
    try {
      return (await job.step(step, get, { tool, version: plan.version, url: plan.url })).path
    } catch (error) {
      // A kubectl that is there and does not quite fit is better than none; the step says that it failed, and why.
      if (plan.instead === null || !(error instanceof AppError) || !error.code.startsWith('download-')) throw error
      return plan.instead
    }
  }

  const definition = {
    kind: 'cluster.create' as const,
    subject: name,
    facts: { provider: provider.name, image: spec.image, nodes: spec.controlPlanes + spec.workers },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    join: true,
    steps,
    undo: [...provider.nodeNames(spec), `context ${context}`],
    memory: {
      provider: provider.name,
      name,
      nodes: 'no',
      count: String(spec.controlPlanes + spec.workers),
      spec: JSON.stringify(spec),
    },
    explain: explainCreate(deps, spec, () => chosen),
    cleanUp: (job: JobContext) =>
      undoCreate(
        deps,
        { name, folder: folderOf(dataDir, job.id), nodes, context: merged, previous },
        { jobId: job.id, signal: job.signal },
      ),
  }
  return { definition, prepare, make, prepareCount: before.length }
}

/** A cluster without a network is only waited for where something brings one. */
const waits = (spec: CreateSpec, network: boolean): boolean => network || (extrasOf(spec)?.manifests?.length ?? 0) > 0

/** Folder of one job, for what its tools write. */
export const folderOf = (dataDir: string, jobId: string): string => join(dataDir, 'tmp', jobId)

/** Throws `disk-full`. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('disk-full', { path: folder }, { cause })
    throw cause
  }
}

/** Merges the kubeconfig that the provider wrote into the user's. `use`: makes it current; `reason`: what its backup is called. Returns the file that holds it. */
export async function addContext(
  { kubeconfig }: Pick<ClustersDeps, 'kubeconfig'>,
  file: string,
  options: { readonly reason: string; readonly use?: boolean; readonly signal?: AbortSignal },
): Promise<string> {
  return (await kubeconfig.merge(await readFile(file, 'utf8'), { replace: true, use: true, ...options })).file
}

/** Known before any tool was asked, so that the first step shows at once. A tool that was seen needs no download; one not seen yet may be skipped later. */
function prepareSteps({ provider, toolchain }: ProviderDeps, spec: CreateSpec): JobDefinition['steps'] {
  const { tool } = provider
  const tools = toolchain.snapshot()
  const missing = (name: ToolName) => tools.find((tool) => tool.name === name)?.state !== 'found'
  const known = provider.knownImages()
  const held = known.some((image) => image.local && (spec.image === null || image.ref === spec.image))
  return [
    { id: 'check-machine', usualMs: 200 },
    ...(missing('kubectl') ? [{ id: 'download-kubectl' as const, usualMs: 20_000 }] : []),
    ...(missing(tool) ? [{ id: downloadStep(tool), usualMs: 5_000 }] : []),
    ...(provider.nodeImages ? [{ id: 'find-image' as const, usualMs: 50 }] : []),
    ...(provider.nodeImages && (!held || registryOf(extrasOf(spec)) !== null) ? [{ id: 'pull-image' as const, usualMs: 60_000 }] : []),
  ]
}

/** Steps of `make`. */
export function makeSteps({ provider }: Pick<ProviderDeps, 'provider'>, spec: CreateSpec): JobDefinition['steps'] {
  const network = provider.bringsNetwork(spec)
  // Its tool waits for the API server itself.
  const waiting = waitSteps(spec.controlPlanes + spec.workers).slice(1)
  return [
    ...provider.steps(spec),
    ...(network ? waiting : []),
    ...extraSteps(spec),
    ...(!network && waits(spec, network) ? waiting : []),
    { id: 'add-context', usualMs: 100 },
  ]
}
