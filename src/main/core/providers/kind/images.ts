import { compare, lt } from 'semver'
import type { NodeImage } from '#shared/contract/clusters.ts'
import type { EngineImage } from '../../engines/types.ts'
import { needsCgroupV2 } from '../cgroup.ts'
import { versionOf } from './inspect.ts'

export { needsCgroupV2 }

export const nodeRepository = 'kindest/node'

/**
 * Node images to choose from, best first. Pure. Those that the engine holds (newest first), then those that the kind release was made for, its default first.
 * An image is only guaranteed with the kind release that built it, so those to pull are named with their digest.
 * `kind`: version of kind, null when it is not known yet. `digests`: those of them that the engine holds without a tag.
 */
export function nodeImages(held: readonly EngineImage[], kind: string | null, digests: ReadonlySet<string> = new Set()): NodeImage[] {
  const pulled = publishedImages(kind).filter((image) => digests.has(digestOf(image.ref)))
  const local = [...held.flatMap((image) => localImage(image) ?? []), ...pulled.map((image) => ({ ...image, local: true }))]
  local.sort((a, b) => compare(b.version, a.version))
  const seen = new Set(local.map((image) => image.version))
  const published = publishedImages(kind)
  return [
    ...local.filter((image, index) => local.findIndex((other) => other.ref === image.ref) === index),
    ...published.filter((image) => !seen.has(image.version)),
  ]
}

/** The first image that starts on this machine: node images from 1.35 on refuse cgroup v1 (kubelet `failCgroupV1`, kind 0.31 release notes). */
export function bestImage(images: readonly NodeImage[], cgroupVersion: '1' | '2' | null): NodeImage | undefined {
  return images.find((image) => !needsCgroupV2(image.version, cgroupVersion)) ?? images[0]
}

function localImage(image: EngineImage): NodeImage | null {
  const version = versionOf(image.ref)
  return version === null ? null : { ref: image.ref, version, local: true, sizeBytes: image.sizeBytes }
}

/** Images of a kind release, named by tag and digest. */
export function publishedImages(kind: string | null): NodeImage[] {
  return releaseImages(kind).map(([version, digest]) => ({
    ref: `${nodeRepository}:${version}@${digest}`,
    version,
    local: false,
    sizeBytes: null,
  }))
}

/** `sha256:…` of `kindest/node:v1.37.0@sha256:…`; empty where the name has none. */
export const digestOf = (ref: string): string => ref.split('@')[1] ?? ''

/** Of this kind release; a release that is not in the table gets the newest one that is not newer, else the newest there is. */
function releaseImages(kind: string | null): readonly (readonly [string, string])[] {
  const newest = releases[0] as Release
  if (kind === null) return newest.images
  return (releases.find((release) => !lt(kind, release.kind)) ?? newest).images
}

type Release = { readonly kind: string; readonly images: readonly (readonly [string, string])[] }

/** From the release notes, default first: https://github.com/kubernetes-sigs/kind/releases */
const releases: readonly Release[] = [
  {
    kind: '0.33.0',
    images: [
      ['v1.37.0', 'sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5'],
      ['v1.36.4', 'sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed'],
      ['v1.35.8', 'sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0'],
      ['v1.34.11', 'sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d'],
    ],
  },
  {
    kind: '0.32.0',
    images: [
      ['v1.36.1', 'sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5'],
      ['v1.35.5', 'sha256:ce977ae6d65918d0b58a5f8b5e940429c2ce42fa3a5619ec2bbc60b949c0ac95'],
      ['v1.34.8', 'sha256:02722c2dedddcfc00febf5d27fbeb9b7b2c14294c82109ff4a85d89ac9ba3256'],
      ['v1.33.12', 'sha256:3f5c8443c620245e4d355cfe09e96a91ead32ceaa569d3f1ca9edf0cb2fe2ff4'],
    ],
  },
  {
    kind: '0.31.0',
    images: [
      ['v1.35.0', 'sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f'],
      ['v1.34.3', 'sha256:08497ee19eace7b4b5348db5c6a1591d7752b164530a36f855cb0f2bdcbadd48'],
      ['v1.33.7', 'sha256:d26ef333bdb2cbe9862a0f7c3803ecc7b4303d8cea8e814b481b09949d353040'],
      ['v1.32.11', 'sha256:5fc52d52a7b9574015299724bd68f183702956aa4a2116ae75a63cb574b35af8'],
      ['v1.31.14', 'sha256:6f86cf509dbb42767b6e79debc3f2c32e4ee01386f0489b3b2be24b0a55aac2b'],
    ],
  },
  {
    kind: '0.30.0',
    images: [
      ['v1.34.0', 'sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a'],
      ['v1.33.4', 'sha256:25a6018e48dfcaee478f4a59af81157a437f15e6e140bf103f85a2e7cd0cbbf2'],
      ['v1.32.8', 'sha256:abd489f042d2b644e2d033f5c2d900bc707798d075e8186cb65e3f1367a9d5a1'],
      ['v1.31.12', 'sha256:0f5cc49c5e73c0c2bb6e2df56e7df189240d83cf94edfa30946482eb08ec57d2'],
    ],
  },
]
