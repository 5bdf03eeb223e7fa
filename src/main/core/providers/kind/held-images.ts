import { AppError } from '../../error.ts'
import { type OwnCause, runDocker } from '../../engines/run-docker.ts'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import type { HeldImage } from '../provider.ts'

export type HeldDeps = { readonly exec: Pick<Exec, 'run'>; readonly engines: Pick<Engines, 'require' | 'explain'> }

/** A name that containerd has for an image, with the digest that all names of one image share. */
export type RuntimeName = { readonly ref: string; readonly digest: string; readonly sizeBytes: number | null }

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

/** Lines of `ctr images ls`: `REF TYPE DIGEST SIZE UNIT PLATFORMS LABELS`. Pure. */
export function parseNames(stdout: string): RuntimeName[] {
  return stdout.split('\n').flatMap((line) => {
    const [ref = '', , digest = '', size = '', unit = ''] = line.split(/\s+/)
    if (!digest.startsWith('sha256:')) return []
    const bytes = Math.round(Number(size) * (units[unit] ?? Number.NaN))
    // What containerd cannot measure it prints as 0.
    return [{ ref, digest, sizeBytes: Number.isFinite(bytes) && bytes > 0 ? bytes : null }]
  })
}

/** One for each name that a person gave; an image without one stands under its id. Pure. */
export function imagesOf(names: readonly RuntimeName[]): HeldImage[] {
  return [...byDigest(names)].flatMap(([digest, all]) => {
    const id = all.find(({ ref }) => ref.startsWith('sha256:'))?.ref ?? digest
    const given = all.filter(({ ref }) => isGiven(ref))
    const shown = given.length > 0 ? given.map(({ ref }) => ref) : [id]
    return shown.map((ref) => ({ ref, id, sizeBytes: all[0]?.sizeBytes ?? null }))
  })
}

/** The names to take away so that `image` is gone. Pure. */
export function namesToRemove(names: readonly RuntimeName[], image: string): string[] {
  for (const all of byDigest(names).values()) {
    if (!all.some(({ ref }) => ref === image)) continue
    const others = all.filter(({ ref }) => isGiven(ref) && ref !== image)
    return others.length > 0 ? [image] : all.map(({ ref }) => ref)
  }
  return []
}

/** Not `sha256:…`, which containerd adds, nor `import-2026-11-26@sha256:…`, which `ctr images import --digests` does. */
const isGiven = (ref: string) => !ref.startsWith('sha256:') && !/^import-\d{4}-\d\d-\d\d@sha256:/.test(ref)

function byDigest(names: readonly RuntimeName[]): Map<string, RuntimeName[]> {
  const groups = new Map<string, RuntimeName[]>()
  for (const name of names) groups.set(name.digest, [...(groups.get(name.digest) ?? []), name])
  return groups
}

// https://github.com/containerd/containerd/blob/main/pkg/progress/bytes.go
const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 }

/** What a command in a node may fail of. */
export const causeInNode =
  (node: string): OwnCause =>
  (stderr) => {
    if (/No such container|is not running/i.test(stderr)) return new AppError('not-found', { what: 'node', name: node })
    return /no space left on device/i.test(stderr) ? new AppError('disk-full', { path: null }) : null
  }
