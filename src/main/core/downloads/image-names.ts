import { registryHost } from './image-table.ts'

/** Tag, path and plain name of `registry.k8s.io/coredns/coredns:v1.12.1`; null for what is no image of that registry. Pure. */
export function partsOf(ref: string): { readonly path: string; readonly tag: string; readonly name: string } | null {
  const match = /^registry\.k8s\.io\/((?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*\/)*([a-z0-9]+(?:[._-]+[a-z0-9]+)*)):([\w][\w.-]{0,127})$/.exec(ref)
  return match ? { path: match[1] as string, name: match[2] as string, tag: match[3] as string } : null
}

/**
 * Repository of an image behind a mirror of registry.k8s.io (host, port and folders without a scheme); the image's own where none is set.
 * A mirror of whole registries keeps the paths; any other folder is taken as kubeadm takes an image repository, where coredns has no folder of its own:
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/images/images.go. Pure.
 */
export function mirroredRepository(path: string, mirror: string): string {
  if (mirror === '') return `${registryHost}/${path}`
  const keepsPaths = !mirror.includes('/') || mirror.endsWith(`/${registryHost}`)
  return `${mirror}/${keepsPaths ? path : (path.split('/').pop() as string)}`
}
