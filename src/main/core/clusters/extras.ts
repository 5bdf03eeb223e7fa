import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterExtras } from '#shared/contract/cluster-extras.ts'
import { registryOf } from '#shared/contract/cluster-extras.ts'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { hostsFolder, registryHosting, registryHosts, registryImage } from '#shared/contract/registry-wiring.ts'
import { readDocument } from '../document/read-document.ts'
import { runDocker } from '../engines/run-docker.ts'
import { AppError } from '../error.ts'
import { holdsImage, pullImage } from './image.ts'
import type { JobContext } from '../jobs/types.ts'
import type { ProviderRun, ProviderStep } from '../providers/provider.ts'
import { mirrorsOf, setUpMirrors } from './mirrors.ts'
import type { ProviderDeps } from './types.ts'

/** What a document asks Cove to do around the tool; null: nothing. Pure. */
export function extrasOf({ document }: CreateSpec): ClusterExtras | null {
  return document === null ? null : readDocument(document).extras
}

/** Steps of `addExtras`, in order. */
export function extraSteps(spec: CreateSpec): readonly ProviderStep[] {
  const extras = extrasOf(spec)
  const { images, manifests, registry } = extras ?? {}
  return [
    ...(registry || mirrorsOf(extras).length > 0 ? [{ id: 'set-up-registry' as const, usualMs: 2_000 }] : []),
    ...(images?.length ? [{ id: 'load-images' as const, usualMs: 3_000 * images.length, size: images.length }] : []),
    ...(manifests?.length ? [{ id: 'apply-manifests' as const, usualMs: 2_000 * manifests.length, size: manifests.length }] : []),
  ]
}

type Place = { readonly spec: CreateSpec; readonly file: string; readonly context: string }

/** Registry, images and manifests of the document, on a cluster that answers. Throws AppErrors of the tools; `manifest-failed` names the one that was refused. */
export async function addExtras(deps: ProviderDeps, { spec, file, context }: Place, job: JobContext): Promise<void> {
  const extras = extrasOf(spec)
  if (extras === null) return
  const { provider } = deps
  const run = { jobId: job.id, signal: job.signal }
  const nodes = (await provider.list()).find((one) => one.name === spec.name)?.nodes ?? []
  const target = { name: spec.name, nodes, folder: dirname(file) }
  const mirrors = mirrorsOf(extras)
  const registry = registryOf(extras)
  if (registry !== null || mirrors.length > 0) {
    const names = nodes.filter((node) => node.role !== 'load-balancer').map((node) => node.name)
    await job.step(
      'set-up-registry',
      async () => {
        if (registry !== null) await setUpRegistry(deps, registry, names, { file, context }, run)
        await setUpMirrors(deps, mirrors, names, run)
      },
      registry ?? {},
    )
  }
  const images = extras.images ?? []
  if (images.length > 0)
    await job.step('load-images', async () => {
      for (const [index, image] of images.entries()) {
        job.progress('load-images', index / images.length, { image })
        await provider.loadImage(target, { image }, run, { enter: () => {}, progress: () => {} })
      }
    })
  const manifests = extras.manifests ?? []
  if (manifests.length > 0)
    await job.step('apply-manifests', async () => {
      for (const [index, manifest] of manifests.entries()) {
        job.progress('apply-manifests', index / manifests.length, { manifest })
        await apply(deps, ['apply', `--filename=${manifest}`], { file, context }, manifest, run)
      }
    })
}

type Access = { readonly file: string; readonly context: string }

async function apply(
  deps: ProviderDeps,
  args: readonly string[],
  { file, context }: Access,
  manifest: string,
  run: ProviderRun,
  input?: string,
) {
  const kubernetes = (await deps.versions?.of({ file, name: context }))?.version ?? null
  await deps.toolchain.ensure('kubectl', { jobId: run.jobId, signal: run.signal })
  const { path } = await deps.toolchain.resolve('kubectl', { kubernetes })
  const target = [`--cache-dir=${join(dirname(file), 'cache')}`, `--kubeconfig=${file}`, `--context=${context}`]
  const result = await deps.exec.run({
    file: path,
    args: [...target, ...args],
    jobId: run.jobId,
    signal: run.signal,
    timeoutMs: 120_000,
    ...(input === undefined ? {} : { input }),
  })
  if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
  if (result.exitCode !== 0)
    throw new AppError(
      'manifest-failed',
      { manifest, reason: result.stderr.trim().split('\n').at(-1)?.slice(0, 500) ?? '' },
      { commandId: result.id },
    )
}

export const registryStateArgs = (name: string): string[] => [
  'container',
  'inspect',
  '--format={{.State.Running}} {{json .HostConfig.PortBindings}}',
  '--',
  name,
]

/** Names of the networks that a container is on. */
const networksArgs = (name: string): string[] => [
  'container',
  'inspect',
  '--format={{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}',
  '--',
  name,
]

/** The answer to `registryStateArgs`. Pure. */
export function readRegistryState(stdout: string): { readonly running: boolean; readonly bindings: string } {
  const [running = '', ...bindings] = stdout.trim().split(' ')
  return { running: running === 'true', bindings: bindings.join(' ') }
}

/** Whether port bindings, as docker has them, lead `port` of this machine to 5000 of the container. Pure. */
export function publishes(bindings: string, port: number): boolean {
  try {
    const all = JSON.parse(bindings) as Record<string, { HostPort?: string }[] | null> | null
    return (all?.['5000/tcp'] ?? []).some(({ HostPort }) => HostPort === String(port))
  } catch {
    return false
  }
}

/** On the container of a registry: the job that made it. */
const registryLabel = 'cove.registry'

/** One registry for all clusters of this engine: it stays when they go, also when the create that made it fails, as images do that were pulled for it. */
async function setUpRegistry(
  deps: ProviderDeps,
  registry: { name: string; port: number },
  nodes: readonly string[],
  access: Access,
  run: ProviderRun,
) {
  const { docker } = await deps.engines.require()
  const command = (args: readonly string[]) => ({ file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 120_000 })
  const failed = (stderr: string) => new AppError('registry-failed', { name: registry.name, reason: stderr.trim().slice(0, 500) })
  const must = async (args: readonly string[], input?: string) =>
    (await runDocker(deps, { ...command(args), ...(input === undefined ? {} : { input }) }, failed)).stdout
  /** Another create may do the same at this moment: what it was first with is done. */
  const unlessDone = (done: RegExp) => (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'registry-failed' || !done.test(String(error.facts['reason']))) throw error
  }
  let state = await deps.exec.run(command(registryStateArgs(registry.name)))
  if (state.exitCode !== 0) {
    if (!(await holdsImage(docker, registryImage, deps.exec, run))) await pullImage(deps, docker, registryImage, run, () => {})
    const publish = `--publish=127.0.0.1:${registry.port}:5000`
    const how = ['--detach', '--restart=always', '--pull=never', publish, `--label=${registryLabel}=${run.jobId}`]
    try {
      await must(['run', ...how, `--name=${registry.name}`, '--', registryImage])
    } catch (error) {
      await takeBackRegistry(deps, docker, run, error instanceof AppError && error.code === 'command-timeout')
      unlessDone(/is already in use by container/)(error)
      state = await deps.exec.run(command(registryStateArgs(registry.name)))
    }
  }
  if (state.exitCode === 0) {
    const { running, bindings } = readRegistryState(state.stdout)
    if (!publishes(bindings, registry.port)) throw new AppError('registry-name-taken', registry)
    if (!running) await must(['start', '--', registry.name])
  }
  const joined = (await must(networksArgs(registry.name))).split(/\s+/)
  if (!joined.includes('kind'))
    await must(['network', 'connect', '--', 'kind', registry.name]).catch(unlessDone(/already exists in network/))
  const folder = hostsFolder(`localhost:${registry.port}`)
  for (const node of nodes) {
    await must(['exec', '--', node, 'mkdir', '-p', folder])
    await must(['exec', '--interactive', '--', node, 'cp', '/dev/stdin', `${folder}/hosts.toml`], registryHosts(registry.name))
  }
  await apply(deps, ['apply', '--filename=-'], access, 'local-registry-hosting', run, registryHosting(registry.port))
}

/**
 * A registry that could not be started stays as made, and would be taken for one the next time. Known by its label, as the name may be that of another job's by
 * now. Looked for once; four times over about a second after a cancel or where docker was `cut` off by its limit, since the engine makes what it was asked for also when
 * who asked is gone. One that runs on the network of the nodes stays: another create has found it, and its cluster uses it.
 */
async function takeBackRegistry({ exec }: ProviderDeps, docker: string, { jobId, signal }: ProviderRun, cut: boolean): Promise<void> {
  const ask = async (args: readonly string[]) => (await exec.run({ file: docker, args, jobId, timeoutMs: 30_000, quiet: true })).stdout
  const isUsed = async (id: string) =>
    readRegistryState(await ask(registryStateArgs(id))).running && (await ask(networksArgs(id))).split(/\s+/).includes('kind')
  const mine = ['ps', '--all', '--no-trunc', `--filter=label=${registryLabel}=${jobId}`, '--format={{.ID}}']
  for (let round = 0; round < 4; round++) {
    if (round > 0) await sleep(350)
    for (const id of (await ask(mine)).split('\n').filter((one) => one !== ''))
      if (!(await isUsed(id))) await exec.run({ file: docker, args: ['rm', '--force', '--volumes', '--', id], jobId, timeoutMs: 30_000 })
    if (!signal.aborted && !cut) return
  }
}
