import { stringify } from 'yaml'
import { coveApiVersion } from '#shared/contract/cluster-extras.ts'
import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import { kindApiVersion } from '#shared/contract/kind-config.ts'
import type { Provider } from './document/text.ts'

/** A document to begin with. */
export function freshText(provider: Provider, name: string | null): string {
  const named = name === null ? {} : { name }
  return provider === 'kind'
    ? stringify({ kind: 'Cluster', apiVersion: kindApiVersion, ...named, nodes: [{ role: 'control-plane' }] })
    : stringify({ kind: 'MinikubeCluster', apiVersion: coveApiVersion, ...named, driver: 'docker' })
}

/** The document that says what the plain form of the create dialog says. */
export function textOfSpec(spec: CreateSpecInput): string {
  if (spec.document) return spec.document
  const name = spec.name === '' ? null : spec.name
  if (spec.provider === 'minikube') return freshText('minikube', name)
  const image = spec.image ? { image: spec.image } : {}
  const ports = (spec.ports ?? []).map(({ containerPort, hostPort, protocol, listenAddress }) => ({
    containerPort,
    hostPort,
    listenAddress: listenAddress ?? '127.0.0.1',
    ...(protocol === undefined || protocol === 'TCP' ? {} : { protocol }),
  }))
  const planes = Array.from({ length: spec.controlPlanes ?? 1 }, (_, index) => ({
    role: 'control-plane',
    ...image,
    ...(index === 0 && ports.length > 0 ? { extraPortMappings: ports } : {}),
  }))
  const workers = Array.from({ length: spec.workers ?? 0 }, () => ({ role: 'worker', ...image }))
  return stringify({ kind: 'Cluster', apiVersion: kindApiVersion, ...(name === null ? {} : { name }), nodes: [...planes, ...workers] })
}
