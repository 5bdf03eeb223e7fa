import { z } from 'zod'
import type { HeldImage } from '../providers/provider.ts'
import { fullName } from '../engines/images.ts'
import { parseImages } from '../engines/parse.ts'
import { AppError } from '../error.ts'
import type { CommandResult } from '../exec/types.ts'
import { imagesOf, namesToRemove, parseNames, type RuntimeName } from '../runtimes/containerd-names.ts'
import type { Target, TargetCommand } from '../targets/types.ts'
import type { ImageFacts } from './archive.ts'
import type { NodeRuntime } from './node-runtime.ts'

/** A machine and what runs the containers of pods there. */
export type Node = { readonly target: Target; readonly runtime: NodeRuntime }

export type HeldByNode = {
  readonly images: readonly HeldImage[]
  /** True: exactly this image is there, under its name where it has one. Pure. */
  has(image: ImageFacts): boolean
  /**
   * True: whether it is exactly this image cannot be told, as the runtime names it by another digest than those that are known; one of its name is there, if it has one. What the
   * program says that imported it is then all that can be known. Pure.
   */
  mayHave(image: ImageFacts): boolean
}

type Run = { readonly jobId?: string; readonly signal?: AbortSignal }

const containerd = ({ socket }: NodeRuntime, ...args: string[]) =>
  ['ctr', `--address=${socket}`, '--namespace=k8s.io', 'images', ...args] as const
const docker = (...args: string[]) => ['docker', '--host=unix:///var/run/docker.sock', ...args] as const
const crictl = ({ socket }: NodeRuntime, ...args: string[]) => ['crictl', `--runtime-endpoint=unix://${socket}`, ...args] as const

/**
 * The images that a node's runtime holds, by what can also take one name of several away: `ctr` for containerd, `docker` behind cri-dockerd, `crictl` or `podman` for CRI-O,
 * which share one store (https://github.com/cri-o/cri-o/blob/main/README.md). Throws as `Target.run`, `host-image-tool-absent`, `command-*`.
 */
export async function heldByNode(node: Node, run: Run = {}): Promise<HeldByNode> {
  const { name } = node.runtime
  if (name === 'containerd') {
    const names = parseNames((await ask(node, containerd(node.runtime, 'ls'), run)).stdout)
    // The CRI's part of containerd names images by their configurations; where a package turned it off nothing does:
    // https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd
    const named = names.some(({ ref }) => ref.startsWith('sha256:'))
    return {
      images: imagesOf(names),
      has: (image) => namesHave(names, image),
      mayHave: ({ ref, idsOf }) => idsOf === 'configuration' && !named && (ref === null || names.some((one) => one.ref === ref)),
    }
  }
  const images = name === 'docker' ? await dockerImages(node, run) : await crioImages(node, run)
  // CRI-O goes by the configuration (https://github.com/containers/image/blob/main/storage/storage_dest.go); Docker by that or the target, as its store is.
  const clear: readonly ImageFacts['idsOf'][] = name === 'docker' ? ['both'] : ['configuration', 'both']
  return {
    images,
    has: ({ ref, ids }) => images.some((one) => (ref === null || one.ref === ref) && ids.includes(one.id)),
    mayHave: ({ ref, idsOf }) => !clear.includes(idsOf) && (ref === null || images.some((one) => one.ref === ref)),
  }
}

/** Names of containerd: the runtime adds one for the digest of the configuration. Pure. */
function namesHave(names: readonly RuntimeName[], { ref, ids }: ImageFacts): boolean {
  const same = (name: RuntimeName) => ids.includes(name.ref) || ids.includes(name.digest)
  const digests = names.filter(same).map(({ digest }) => digest)
  return ref === null ? digests.length > 0 : names.some((name) => name.ref === ref && digests.includes(name.digest))
}

async function dockerImages(node: Node, run: Run): Promise<HeldImage[]> {
  const { stdout, id } = await ask(node, docker('image', 'ls', '--no-trunc', '--format={{json .}}'), run)
  const images = parseImages(stdout)
  if (images === null)
    throw new AppError('command-output-unreadable', { command: 'docker image ls', reason: 'not JSON' }, { commandId: id })
  return images.map(({ ref, id: image, sizeBytes }) => ({ ref: fullName(ref), id: image, sizeBytes }))
}

/** The CRI's own: https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto */
const criSchema = z.object({
  images: z.array(
    z.object({
      id: z.string(),
      repoTags: z.array(z.string()).nullish(),
      repoDigests: z.array(z.string()).nullish(),
      size: z.coerce.number(),
    }),
  ),
})
const podmanSchema = z.array(z.object({ Id: z.string(), Names: z.array(z.string()).nullish(), Size: z.number() }))

async function crioImages(node: Node, run: Run): Promise<HeldImage[]> {
  const usesCrictl = node.runtime.programs.includes('crictl')
  const argv = usesCrictl ? crictl(node.runtime, 'images', '--output=json') : (['podman', 'images', '--format=json'] as const)
  const { stdout, id: commandId } = await ask(node, argv, run)
  try {
    const json: unknown = JSON.parse(stdout)
    const found = usesCrictl
      ? criSchema.parse(json).images.map(({ id, repoTags, size }) => ({ id, names: repoTags ?? [], size }))
      : podmanSchema.parse(json).map(({ Id, Names, Size }) => ({ id: Id, names: Names ?? [], size: Size }))
    return found.flatMap(({ id, names, size }) => {
      const whole = id.startsWith('sha256:') ? id : `sha256:${id}`
      return (names.length === 0 ? [whole] : names).map((ref) => ({ ref, id: whole, sizeBytes: size }))
    })
  } catch (cause) {
    throw new AppError('command-output-unreadable', { command: argv.join(' '), reason: 'not the JSON of images' }, { cause, commandId })
  }
}

/** Takes one name away, and with the last one of an image what the runtime keeps of it. */
export async function removeFromNode(node: Node, ref: string, run: Run): Promise<'removed' | 'absent'> {
  const { runtime } = node
  if (runtime.name === 'containerd') {
    const names = namesToRemove(parseNames((await ask(node, containerd(runtime, 'ls'), run)).stdout), ref)
    if (names.length === 0) return 'absent'
    await ask(node, containerd(runtime, 'rm', '--sync', '--', ...names), run)
    return 'removed'
  }
  const { images } = await heldByNode(node, run)
  if (!images.some((one) => one.ref === ref)) return 'absent'
  if (runtime.name === 'docker') await ask(node, docker('image', 'rm', '--', ref), run)
  // What is data here is a name that the runtime itself gave a moment ago.
  else await ask(node, runtime.programs.includes('crictl') ? crictl(runtime, 'rmi', ref) : ['podman', 'rmi', '--', ref], run)
  return 'removed'
}

/**
 * argv that reads images as one tar from its stdin. Through stdin, and not by way of a file there: nothing of it is left on a node where it breaks off, and no room for
 * the tar besides the image is needed. Throws `host-image-tool-absent`. Pure.
 */
export function importCommand({ target, runtime }: Node, images: readonly ImageFacts[]): TargetCommand['argv'] {
  const { name, programs, snapshotter } = runtime
  const has = (program: string) => programs.includes(program)
  if (name === 'containerd' && has('ctr')) return containerd(runtime, 'import', '--digests', `--snapshotter=${snapshotter}`, '-')
  if (name === 'docker' && has('docker')) return docker('load')
  if (name === 'cri-o' && has('podman')) return ['podman', 'load', '--quiet']
  const [ref, more] = images.map((image) => image.ref)
  // It reads one image at a time: https://github.com/containers/image/blob/main/docs/containers-transports.5.md
  if (name === 'cri-o' && has('skopeo') && typeof ref === 'string' && more === undefined)
    return ['skopeo', 'copy', '--quiet', 'docker-archive:/dev/stdin', `containers-storage:${ref}`]
  throw new AppError('host-image-tool-absent', { target: target.name, runtime: name, tools: toolsOf[name] })
}

const toolsOf = { containerd: 'ctr', docker: 'docker', 'cri-o': 'podman' } as const

async function ask({ target, runtime }: Node, argv: TargetCommand['argv'], run: Run): Promise<CommandResult> {
  const { jobId, signal } = run
  const more = { ...(jobId === undefined ? { quiet: true } : { jobId }), ...(signal === undefined ? {} : { signal }) }
  const result = await target.run({ argv, root: true, timeoutMs: 60_000, ...more })
  if (result.exitCode === 0 && !result.cancelled && !result.timedOut) return result
  throw nodeFailure({ target, runtime }, result, argv)
}

/** Why a command on a node failed. `neededBytes`: what it was to take in; null: nothing. Pure. */
export function nodeFailure(
  { target, runtime }: Node,
  result: CommandResult,
  argv: readonly string[],
  neededBytes: number | null = null,
): AppError {
  const { id: commandId, stderr, exitCode, signal } = result
  const command = argv.join(' ')
  if (result.cancelled) return new AppError('cancelled', {}, { commandId })
  if (result.timedOut) return new AppError('command-timeout', { command, seconds: Math.round(result.durationMs / 1000) }, { commandId })
  if (exitCode === 127)
    return new AppError('host-image-tool-absent', { target: target.name, runtime: runtime.name, tools: argv[0] ?? '' }, { commandId })
  if (/no space left on device|disk quota exceeded/i.test(stderr))
    return new AppError(
      'host-disk-full',
      { target: target.name, folder: runtime.folder, freeMiB: null, neededMiB: neededBytes === null ? null : mebibytes(neededBytes) },
      { commandId },
    )
  // What ctr, docker and crictl say where nobody listens.
  if (/failed to dial|connection refused|Cannot connect to the Docker daemon|connect: no such file or directory/i.test(stderr))
    return new AppError('host-runtime-absent', { target: target.name, socket: runtime.socket }, { commandId })
  return new AppError('command-failed', { command, exitCode, signal, tail: stderr.trim().slice(-2_000) }, { commandId })
}

/** Rounded up. */
export const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576)
