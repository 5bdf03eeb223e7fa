import type { Settings } from '#shared/contract/settings.ts'
import type { AddressKind } from './address.ts'

export type MirrorKind = keyof Settings['mirrors']

/** In the order in which they are shown. */
export const mirrorKinds = ['kubernetes', 'github', 'registry', 'packages'] as const satisfies readonly MirrorKind[]

type Mirrored = { readonly address: AddressKind; readonly publisher: string; readonly example: string }

/**
 * Who publishes, and a mirror of it, DaoCloud's where it has one: offered, never taken unasked; sums come from the publishers all the same.
 * https://github.com/DaoCloud/public-binary-files-mirror, https://github.com/DaoCloud/public-image-mirror
 */
export const mirrored: Readonly<Record<MirrorKind, Mirrored>> = {
  kubernetes: { address: 'mirror', publisher: 'https://dl.k8s.io', example: 'https://files.m.daocloud.io/dl.k8s.io' },
  github: { address: 'mirror', publisher: 'https://github.com', example: 'https://files.m.daocloud.io/github.com' },
  registry: { address: 'registry', publisher: 'registry.k8s.io', example: 'm.daocloud.io/registry.k8s.io' },
  // https://developer.aliyun.com/mirror/kubernetes
  packages: {
    address: 'mirror',
    publisher: 'https://pkgs.k8s.io/core:/stable:',
    example: 'https://mirrors.aliyun.com/kubernetes-new/core/stable',
  },
}
