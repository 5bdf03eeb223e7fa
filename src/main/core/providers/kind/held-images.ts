import { AppError } from '../../error.ts'
import { type OwnCause, runDocker } from '../../engines/run-docker.ts'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import { imagesOf, namesToRemove, parseNames, type RuntimeName } from '../../runtimes/containerd-names.ts'
import type { HeldImage } from '../provider.ts'

export type HeldDeps = { readonly exec: Pick<Exec, 'run'>; readonly engines: Pick<Engines, 'require' | 'explain'> }

/**
 * The images of a node's containerd, through its own `ctr`: kind itself needs it there, and other than `crictl rmi` it can take one name of several away.
 * Throws as `engines.require`, `not-found` (what: node), `disk-full`, `command-timeout`, `command-failed`.
 */
export async function heldImages(deps: HeldDeps, node: string): Promise<HeldImage[]> {
  return imagesOf(await runtimeNames(deps, node))
}

/** Every name there is, those of containerd's own too. */
export async function runtimeNames({ exec, engines }: HeldDeps, node: string, signal?: AbortSignal): Promise<RuntimeName[]> {
  const { docker } = await engines.require()
  const args = ['exec', '--', node, 'ctr', '--namespace=k8s.io', 'images', 'ls']
  const command = { file: docker, args, quiet: true, timeoutMs: 20_000, ...(signal === undefined ? {} : { signal }) }
  return parseNames((await runDocker({ exec, engines }, command, causeInNode(node))).stdout)
}

/** Takes one name away, and with the last one of an image what containerd keeps of it. Throws `image-not-found`, else as `heldImages`. */
export async function removeHeldImage(
  deps: HeldDeps,
  node: string,
  image: string,
  run: { readonly jobId: string; readonly signal: AbortSignal },
): Promise<'removed' | 'absent'> {
  const refs = namesToRemove(await runtimeNames(deps, node, run.signal), image)
  if (refs.length === 0) return 'absent'
  const { docker } = await deps.engines.require()
  const args = ['exec', '--', node, 'ctr', '--namespace=k8s.io', 'images', 'rm', '--sync', '--', ...refs]
  await runDocker(deps, { file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 60_000 }, causeInNode(node))
  return 'removed'
}

/** What a command in a node may fail of. */
export const causeInNode =
  (node: string): OwnCause =>
  (stderr) => {
    if (/No such container|is not running/i.test(stderr)) return new AppError('not-found', { what: 'node', name: node })
    return /no space left on device/i.test(stderr) ? new AppError('disk-full', { path: null }) : null
  }
