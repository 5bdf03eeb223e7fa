import type { HeldImage } from '../providers/provider.ts'

/** A name that containerd has for an image, with the digest that all names of one image share. */
export type RuntimeName = { readonly ref: string; readonly digest: string; readonly sizeBytes: number | null }

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
