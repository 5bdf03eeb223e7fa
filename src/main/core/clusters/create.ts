import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { CreateRequest } from '../providers/provider.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { holdsImage, pullImage } from './image.ts'
import { checkMachine } from './preflight/check.ts'
import { type ClustersDeps, clusterKey, type Ready } from './types.ts'
import { type Made, undoCreate } from './undo.ts'
import { unlessAborted, waitUntil } from './wait.ts'

const waitLimitMs = 300_000

/**
 * The job that makes a cluster: looks at the machine, fetches what is missing, lets the provider work, waits until nodes and DNS answer, adds the context.
 * A create that fails or is cancelled, in whatever step, leaves nothing: also where the cluster itself came up and only the last steps failed.
 */
export function createJob(deps: ClustersDeps, ready: Ready, spec: CreateSpec): JobDefinition {
  const { kind, toolchain, kubeconfig, exec, engines, dataDir } = deps
  const { name } = spec
  const context = kind.contextName(name)
  // Nothing of that name is Cove's to remove before the provider was started on a name that was free.
  let nodes: Made['nodes'] = 'none'
  let merged = false
  let previous: ContextRef | null = null
  const steps = stepsOf(deps, spec)
  /** Only what was announced can be skipped before people's eyes. */
  const skip = (job: JobContext, id: JobStepId) => {
    if (steps.some((step) => step.id === id)) job.skip(id)
  }

  async function run(job: JobContext) {
    const folder = folderOf(dataDir, job.id)
    const provider = { jobId: job.id, signal: job.signal }
    const machine = await job.step('check-machine', async () => {
      const checked = await unlessAborted(checkMachine(deps, spec), job.signal)
      if (checked.problems[0] !== undefined) throw checked.problems[0]
      return checked
    })
    const docker = machine.docker ?? (await engines.require()).docker
    const image = machine.image.ref
    await ensure(job, 'kubectl', 'download-kubectl', machine.image.version === '' ? undefined : machine.image.version)
    const program = await ensure(job, 'kind', 'download-kind')
    const held = await job.step('find-image', () => holdsImage(docker, image, exec, provider), { image })
    if (held) skip(job, 'pull-image')
    else
      await job.step('pull-image', () => pullImage(deps, docker, image, provider, (fraction) => job.progress('pull-image', fraction)), {
        image,
      })

    await makeFolder(folder)
    const request: CreateRequest = { spec, image, folder, program }
    // A pull takes minutes: somebody may have taken the name since.
    if ((await kind.left(name)).length > 0)
      throw new AppError('name-taken', { name, suggestion: kind.proposeName([...machine.taken, name]) })
    job.signal.throwIfAborted()
    await job.remember({ name, folder, nodes: 'yes', count: String(spec.controlPlanes + spec.workers) })
    nodes = 'being-made'
    job.enter('prepare-nodes')
    try {
      await kind.create(request, provider, (step) => {
        if (step !== 'find-image') job.enter(step)
      })
    } catch (error) {
      if (error instanceof AppError && error.code === 'name-taken') {
        nodes = 'none'
        await job.remember({ nodes: 'no' })
      }
      throw error
    }

    nodes = 'made'
    const file = kind.kubeconfigFile(folder)
    job.enter('wait-nodes')
    await waitUntil(
      async () => {
        const wanted = spec.controlPlanes + spec.workers
        const seen = await ready.nodes(file, context, job.signal)
        job.progress('wait-nodes', seen.ready / wanted, { ready: seen.ready, nodes: wanted })
        return seen.ready === wanted
      },
      {
        signal: job.signal,
        limitMs: waitLimitMs,
        late: () => new AppError('nodes-not-ready', { cluster: name, seconds: waitLimitMs / 1000 }),
      },
    )
    job.enter('wait-dns')
    await waitUntil(() => ready.dns(file, context, job.signal), {
      signal: job.signal,
      limitMs: waitLimitMs,
      late: () => new AppError('dns-not-ready', { cluster: name, seconds: waitLimitMs / 1000 }),
    })
    job.enter('add-context')
    previous = (await kubeconfig.snapshot()).current
    await job.remember({ context: 'yes', previousFile: previous?.file ?? '', previousName: previous?.name ?? '' })
    job.signal.throwIfAborted()
    merged = true
    const written = await addContext(deps, name, file, job.signal)
    const cluster = (await kind.list()).find((one) => one.name === name)
    await rm(folder, { recursive: true, force: true })
    job.leave('add-context')
    return { clusterId: cluster?.id ?? '', context, file: written }
  }

  /** Absolute path of the tool, downloaded where it is absent. */
  async function ensure(job: JobContext, tool: ToolName, step: 'download-kubectl' | 'download-kind', version?: string): Promise<string> {
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
    return (await job.step(step, get, { tool, version: plan.version, url: plan.url })).path
  }

  return {
    kind: 'cluster.create',
    subject: name,
    facts: { provider: kind.name, image: spec.image, nodes: spec.controlPlanes + spec.workers },
    key: clusterKey(name),
    join: true,
    steps,
    undo: [...kind.nodeNames(spec), `context ${context}`],
    memory: { name, nodes: 'no', count: String(spec.controlPlanes + spec.workers) },
    run,
    cleanUp: (job) =>
      undoCreate(
        deps,
        { name, folder: folderOf(dataDir, job.id), nodes, context: merged, previous },
        { jobId: job.id, signal: job.signal },
      ),
  }
}

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

/** Merges the kubeconfig that the provider wrote into the user's and makes it current. Returns the file that holds it. */
export async function addContext(
  { kubeconfig }: Pick<ClustersDeps, 'kubeconfig'>,
  name: string,
  file: string,
  signal?: AbortSignal,
): Promise<string> {
  const text = await readFile(file, 'utf8')
  const options = { replace: true, use: true, reason: `create ${name}`, ...(signal === undefined ? {} : { signal }) }
  return (await kubeconfig.merge(text, options)).file
}

/** Known before any tool was asked, so that the first step shows at once. A tool that was seen needs no download; one not seen yet may be skipped later. */
function stepsOf({ kind, toolchain }: ClustersDeps, spec: CreateSpec): JobDefinition['steps'] {
  const tools = toolchain.snapshot()
  const missing = (name: ToolName) => tools.find((tool) => tool.name === name)?.state !== 'found'
  const known = kind.knownImages()
  const held = known.some((image) => image.local && (spec.image === null || image.ref === spec.image))
  return [
    { id: 'check-machine', usualMs: 200 },
    ...(missing('kubectl') ? [{ id: 'download-kubectl' as const, usualMs: 20_000 }] : []),
    ...(missing('kind') ? [{ id: 'download-kind' as const, usualMs: 5_000 }] : []),
    { id: 'find-image', usualMs: 50 },
    ...(held ? [] : [{ id: 'pull-image' as const, usualMs: 60_000 }]),
    ...kind.steps(spec),
    { id: 'wait-nodes', usualMs: 8_500 },
    { id: 'wait-dns', usualMs: 1_500 },
    { id: 'add-context', usualMs: 100 },
  ]
}
