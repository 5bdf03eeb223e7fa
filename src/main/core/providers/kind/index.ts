import { writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { NodeImage } from '#shared/contract/clusters.ts'
import { AppError } from '../../error.ts'
import type { Engines } from '../../engines/types.ts'
import type { CommandLine, CommandResult, Exec } from '../../exec/types.ts'
import type { Toolchain } from '../../toolchain/types.ts'
import type { Provider, ProviderRun } from '../provider.ts'
import { createArgs, deleteArgs, exportKubeconfigArgs, exportLogsArgs, nodeNames } from './args.ts'
import { buildConfig, needsConfig } from './config.ts'
import { diagnose } from './diagnose.ts'
import { imagesOf, kindConfigOf, kindConfigText, namesAll, readKindDocument } from './document.ts'
import { heldImages, removeHeldImage } from './held-images.ts'
import { bestImage, digestOf, needsCgroupV2, nodeImages, nodeRepository, publishedImages } from './images.ts'
import { clusterLabel, clustersOf, versionOf } from './inspect.ts'
import { createLife } from './life.ts'
import { documentOfCluster } from './living.ts'
import { loadImage } from './load-image.ts'
import { checkName, proposeName } from './names.ts'
import { createSteps, parseProgress } from './parse.ts'
import { createRemains } from './remains.ts'

export type KindDeps = { readonly exec: Exec; readonly engines: Engines; readonly toolchain: Toolchain; readonly dataDir: string }

/** Clusters of kind: its own program makes and loads, the engine is asked what is there. */
export function createKind({ exec, engines, toolchain }: KindDeps): Provider {
  const remains = createRemains({ exec, engines })
  let held: readonly NodeImage[] | null = null

  /** kind calls `docker` by name, and its own variables would change what the arguments mean. */
  async function environment(docker: string): Promise<Record<string, string | undefined>> {
    const path = (await exec.environment())['PATH'] ?? ''
    return {
      PATH: [dirname(docker), path].join(delimiter),
      KIND_CLUSTER_NAME: undefined,
      KIND_EXPERIMENTAL_PROVIDER: undefined,
      KUBECONFIG: undefined,
    }
  }

  /** Runs kind to its end, line by line. Throws what the engine lacks, `cancelled`, or the diagnosed failure. */
  async function kind(
    program: string,
    args: readonly string[],
    run: ProviderRun,
    blame: { cluster: string; image: string | null },
    read?: (line: CommandLine) => void,
  ) {
    const { docker } = await engines.require()
    const stream = exec.lines({ file: program, args, env: await environment(docker), signal: run.signal, jobId: run.jobId })
    for await (const line of stream) read?.(line)
    const result = await stream.result
    if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
    if (result.exitCode !== 0) throw await blamed(result, blame)
    return result
  }

  /** An engine that went away in the middle explains whatever kind says of it. */
  async function blamed(result: CommandResult, blame: { cluster: string; image: string | null }): Promise<AppError> {
    const error = diagnose(result, { ...blame, engine: engines.explain })
    if (error.code !== 'command-failed') return error
    try {
      await engines.status({ fresh: true })
      await engines.require()
      return error
    } catch (engine) {
      return engine instanceof AppError ? new AppError(engine.code, engine.facts, { commandId: result.id, cause: error }) : error
    }
  }

  /** Which of the release's images the engine holds: one pulled by its digest has no tag and is in no list by name. */
  async function pulledDigests(): Promise<Set<string>> {
    const { docker } = await engines.require()
    const refs = publishedImages(releaseOf(toolchain)).map((image) => image.ref)
    const args = ['image', 'inspect', '--format={{join .RepoDigests " "}}', '--', ...refs]
    const { stdout } = await exec.run({ file: docker, args, quiet: true, timeoutMs: 10_000 })
    return new Set(stdout.split(/\s+/).map(digestOf))
  }

  const kubeconfigFile = (folder: string) => join(folder, 'kubeconfig')
  const configFile = (folder: string) => join(folder, 'kind.yaml')

  const provider: Provider = {
    name: 'kind',
    tool: 'kind',
    nodeImages: true,
    needsEngine: () => true,
    label: clusterLabel,
    contextName: (name) => `kind-${name}`,
    ownsContext: ({ cluster, local }, name) => cluster === `kind-${name}` && local !== false,
    kubeconfigFile,
    checkName,
    proposeName: (taken) => proposeName(taken),
    bestImage,
    imageProblem: (version, cgroupVersion) =>
      needsCgroupV2(version, cgroupVersion) ? new AppError('kubernetes-needs-cgroup-v2', { version }) : null,
    versionOf,
    list: async () => clustersOf(await engines.containers(clusterLabel)),
    // Everything of a cluster of kind is in its containers.
    watch: () => () => {},
    readDocument: readKindDocument,
    bringsNetwork: ({ document }) => document === null || kindConfigOf(document).networking?.disableDefaultCNI !== true,
    steps: createSteps,
    images: async () => {
      const [tagged, digests] = await Promise.all([engines.images(nodeRepository), pulledDigests()])
      held = nodeImages(tagged, releaseOf(toolchain), digests)
      return [...held]
    },
    knownImages: () => held ?? nodeImages([], releaseOf(toolchain)),
    documentOf: (cluster) => documentOfCluster({ exec, engines }, cluster),
    imagesNeeded: ({ document, image: wish }, image) =>
      document === null || wish !== null ? [image] : [...new Set([...imagesOf(document), ...(namesAll(document) ? [] : [image])])],
    nodeNames,
    createCommand: ({ spec, image, folder, program }) => [
      program,
      ...createArgs({
        name: spec.name,
        // A document names the images of its nodes itself; the flag would overrule all of them.
        image: spec.document === null ? image : null,
        kubeconfig: kubeconfigFile(folder),
        config: needsConfig(spec) ? configFile(folder) : null,
      }),
    ],
    create: async (request, run, enter) => {
      const { spec, image, folder, program } = request
      const { document } = spec
      const text = document === null ? buildConfig(spec) : kindConfigText(document, spec.name, { wish: spec.image, fallback: image })
      if (needsConfig(spec)) await writeFile(configFile(folder), text, { mode: 0o600 })
      const args = provider.createCommand(request).slice(1)
      await kind(program, args, run, { cluster: spec.name, image }, (line) => {
        const progress = line.stream === 'stderr' ? parseProgress(line.text) : null
        if (progress?.state === 'started') enter(progress.step)
      })
    },
    remove: async (name, folder, settleMs, run) => {
      const volumes = await remains.volumes(name)
      await remains.calm(name, run)
      const program = await toolchain.resolve('kind').catch(() => null)
      // kind's own delete where it is there; the engine's where it is not or does not manage.
      if (program !== null) {
        const { docker } = await engines.require()
        await exec.run({
          file: program.path,
          args: deleteArgs(name, kubeconfigFile(folder)),
          env: await environment(docker),
          jobId: run.jobId,
          signal: run.signal,
          timeoutMs: 120_000,
        })
      }
      return remains.remove(name, volumes, settleMs, run)
    },
    left: (name) => remains.left(name, []),
    belongings: (cluster) => remains.belongings(cluster),
    loadImage: (target, from, run, progress) => loadImage({ exec, engines }, target, from, run, progress),
    heldImages: (_cluster, node) => heldImages({ exec, engines }, node),
    removeImage: async ({ nodes }, image, run) => {
      const up = nodes.filter((node) => node.role !== 'load-balancer' && node.state === 'running')
      const done = await Promise.all(up.map((node) => removeHeldImage({ exec, engines }, node.name, image, run)))
      if (done.every((one) => one === 'absent')) throw new AppError('image-not-found', { image })
    },
    exportLogs: async (name, directory, program, run) => {
      await kind(program, exportLogsArgs(name, directory), run, { cluster: name, image: null })
    },
    writeKubeconfig: async ({ name, folder }, run) => {
      const { path } = await toolchain.ensure('kind', { jobId: run.jobId, signal: run.signal })
      await kind(path, exportKubeconfigArgs(name, kubeconfigFile(folder)), run, { cluster: name, image: null })
    },
    life: createLife({ exec, engines }),
  }
  return provider
}

/** Version of the kind that will run: the one in use, else the one that would be downloaded. */
function releaseOf(toolchain: Toolchain): string | null {
  const tool = toolchain.snapshot().find((one) => one.name === 'kind')
  return tool?.used?.version ?? tool?.wanted ?? null
}
