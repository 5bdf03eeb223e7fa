import { stringify } from 'yaml'
import type { CreateSpec } from '#shared/contract/clusters.ts'

/** True where flags alone say everything: one node and no ports. */
export function needsConfig(spec: CreateSpec): boolean {
  return spec.document !== null || spec.controlPlanes > 1 || spec.workers > 0 || spec.ports.length > 0
}

/**
 * The configuration of a spec, `kind.x-k8s.io/v1alpha4`: https://kind.sigs.k8s.io/docs/user/configuration/
 * Port mappings are on the first control plane, which is there in every cluster.
 */
export function buildConfig(spec: CreateSpec): string {
  const mappings = spec.ports.map(({ containerPort, hostPort, listenAddress, protocol }) => ({
    containerPort,
    hostPort,
    listenAddress,
    protocol,
  }))
  const nodes = [
    ...Array.from({ length: spec.controlPlanes }, (_, index) => ({
      role: 'control-plane',
      ...(index === 0 && mappings.length > 0 ? { extraPortMappings: mappings } : {}),
    })),
    ...Array.from({ length: spec.workers }, () => ({ role: 'worker' })),
  ]
  return stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', nodes })
}
