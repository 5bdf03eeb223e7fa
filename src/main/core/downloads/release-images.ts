import type { ReleaseImages } from '#shared/contract/downloads.ts'
import type { Exec } from '../exec/types.ts'
import { mirroredRepository, partsOf } from './image-names.ts'
import { tableImages } from './image-table.ts'

export type ImageSource = Pick<ReleaseImages, 'from' | 'kubeadm' | 'sure' | 'unknown'> & { readonly refs: readonly string[] }

const listArgs = (version: string) => ['config', 'images', 'list', `--kubernetes-version=${version}`]

/**
 * The images of a version: told by a kubeadm of that very version where one is here, as coredns and pause are its own choice, else by the table. Never throws:
 * a kubeadm that fails is as good as none.
 */
export async function imagesOf(version: string, kubeadm: string | null, exec: Pick<Exec, 'run'>): Promise<ImageSource> {
  const told = kubeadm === null ? null : await ask(version, kubeadm, exec)
  if (told !== null) return { refs: told, from: 'kubeadm', kubeadm, sure: true, unknown: [] }
  const { refs, sure, unknown } = tableImages(version)
  return { refs, from: 'table', kubeadm: null, sure, unknown: [...unknown] }
}

async function ask(version: string, kubeadm: string, exec: Pick<Exec, 'run'>): Promise<string[] | null> {
  try {
    const result = await exec.run({ file: kubeadm, args: listArgs(version), quiet: true, timeoutMs: 20_000 })
    const refs = result.stdout.split('\n').filter((line) => partsOf(line) !== null)
    return result.exitCode === 0 && refs.length > 0 ? refs : null
  } catch {
    return null
  }
}

/** With their plain names and where they are pulled from. Pure. */
export function namedImages(refs: readonly string[], mirror: string): ReleaseImages['images'] {
  return refs.flatMap((ref) => {
    const parts = partsOf(ref)
    return parts ? [{ name: parts.name, ref, from: `${mirroredRepository(parts.path, mirror)}:${parts.tag}` }] : []
  })
}

/** Lines that do the same: kubeadm's own word on it, and docker's pulls and save. Pure. */
export function imageLines(version: string, images: ReleaseImages['images']): string[] {
  const pulls = images.flatMap(({ ref, from }) => [`docker pull ${from}`, ...(from === ref ? [] : [`docker tag ${from} ${ref}`])])
  const save = `docker save --output=kubernetes-images-${version}.tar ${images.map(({ ref }) => ref).join(' ')}`
  return [['kubeadm', ...listArgs(version)].join(' '), ...pulls, save]
}
