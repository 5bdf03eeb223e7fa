import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compare, lt, valid } from 'semver'
import type { NodeImage } from '#shared/contract/clusters.ts'
import { needsCgroupV2 } from '../cgroup.ts'

/** Newest Kubernetes of each release, for one that was not asked yet or is yet to be downloaded: https://github.com/kubernetes/minikube/blob/master/CHANGELOG.md */
const releases: readonly (readonly [minikube: string, kubernetes: string])[] = [
  ['v1.38.1', 'v1.35.1'],
  ['v1.37.0', 'v1.34.0'],
  ['v1.36.0', 'v1.33.1'],
  ['v1.35.0', 'v1.32.0'],
  ['v1.34.0', 'v1.31.0'],
]

/** Versions that this release of minikube knows by itself, newest first. Null: not known which release. Pure. */
export function releaseVersions(minikube: string | null): string[] {
  const known = minikube === null || valid(minikube) === null ? releases : releases.filter(([release]) => !lt(minikube, release))
  return known.map(([, kubernetes]) => kubernetes)
}

/**
 * Kubernetes versions to choose from. Pure. First the one that the user has set for minikube, then those whose images are here, then the others, newest first.
 * `packed`: versions whose packed images lie in minikube's cache.
 */
export function versionImages(versions: readonly string[], preferred: string | null, packed: ReadonlySet<string>): NodeImage[] {
  const all = [...new Set([...(preferred === null ? [] : [preferred]), ...versions])].filter((version) => valid(version) !== null)
  const rank = (version: string) => (version === preferred ? 0 : packed.has(version) ? 1 : 2)
  return all
    .sort((a, b) => rank(a) - rank(b) || compare(b, a))
    .map((version) => ({ ref: version, version, local: packed.has(version), sizeBytes: null }))
}

export function bestVersion(images: readonly NodeImage[], cgroupVersion: '1' | '2' | null): NodeImage | undefined {
  return images.find((image) => !needsCgroupV2(image.version, cgroupVersion)) ?? images[0]
}

/** Version of `preloaded-images-k8s-v18-v1.33.1-containerd-overlay2-amd64.tar.lz4`. */
const packedForm = /^preloaded-images-k8s-v\d+-(v\d+\.\d+\.\d+[^-]*)-.*\.tar\.lz4$/

export async function packedVersions(home: string): Promise<Set<string>> {
  const files = await readdir(join(home, 'cache', 'preloaded-tarball')).catch(() => [])
  return new Set(files.flatMap((file) => packedForm.exec(file)?.[1] ?? []))
}

/** `MINIKUBE_KUBERNETES_VERSION`, else `minikube config set kubernetes-version`; null where that is no exact version (`stable`, `1.34`). */
export async function preferredVersion(home: string, env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const set = env['MINIKUBE_KUBERNETES_VERSION'] ?? (await settingOf(home, 'kubernetes-version'))
  const version = set === null ? null : valid(set)
  return version === null ? null : `v${version}`
}

async function settingOf(home: string, name: string): Promise<string | null> {
  try {
    const settings = JSON.parse(await readFile(join(home, 'config', 'config.json'), 'utf8')) as Record<string, unknown>
    return typeof settings[name] === 'string' ? settings[name] : null
  } catch {
    return null
  }
}
