import type { Profile } from '#shared/contract/profiles.ts'
import { roleOf } from '#shared/contract/kind-config.ts'
import { readDocument } from '../document/read-document.ts'

/** What lists show of a document. Throws `document-invalid`. Pure. */
export function summaryOf(document: string): Pick<Profile, 'provider' | 'controlPlanes' | 'workers' | 'version'> {
  const read = readDocument(document)
  if (read.provider === 'minikube') {
    const controlPlanes = read.config.controlPlanes ?? 1
    const nodes = Math.max(read.config.nodes ?? controlPlanes, controlPlanes)
    return { provider: 'minikube', controlPlanes, workers: nodes - controlPlanes, version: read.config.kubernetesVersion || null }
  }
  const nodes = read.config.nodes ?? []
  const controlPlanes = nodes.filter((node) => roleOf(node) === 'control-plane').length
  const image = nodes.find((node) => node.image)?.image ?? null
  const version = /:(v\d+\.\d+\.\d+[^@/:]*)(?:@|$)/.exec(image ?? '')?.[1] ?? image
  return { provider: 'kind', controlPlanes: nodes.length === 0 ? 1 : controlPlanes, workers: nodes.length - controlPlanes, version }
}
