import type { Settings } from '#shared/contract/settings.ts'
import type { AddressKind } from './address.ts'

export type MirrorKind = keyof Settings['mirrors']

/** In the order in which they are shown. */
export const mirrorKinds = ['kubernetes', 'github', 'registry'] as const satisfies readonly MirrorKind[]

type Mirrored = { readonly address: AddressKind; readonly publisher: string; readonly example: string }

/**
 * Who publishes, and DaoCloud's mirror of it: offered, never taken unasked; sums come from the publishers all the same.
 * https://github.com/DaoCloud/public-binary-files-mirror, https://github.com/DaoCloud/public-image-mirror
 */
export const mirrored: Readonly<Record<MirrorKind, Mirrored>> = {
  kubernetes: { address: 'mirror', publisher: 'https://dl.k8s.io', example: 'https://files.m.daocloud.io/dl.k8s.io' },
  github: { address: 'mirror', publisher: 'https://github.com', example: 'https://files.m.daocloud.io/github.com' },
  registry: { address: 'registry', publisher: 'registry.k8s.io', example: 'm.daocloud.io/registry.k8s.io' },
}
