import type { HostEtcd } from '#shared/contract/host-checks.ts'
import { hostEtcdSchema } from '#shared/contract/host-etcd.ts'
import { isRecord } from '../../document/plain.ts'
import { valuesOf } from './parts.ts'

/** The etcd outside the cluster that a configuration names; null: none, or it is not written to its end. Pure. */
export function etcdIn(text: string): HostEtcd | null {
  const etcd = valuesOf(text)?.of.ClusterConfiguration?.['etcd']
  const external = isRecord(etcd) ? etcd['external'] : null
  if (!isRecord(external)) return null
  // kubeadm takes an empty path as none.
  const path = (name: string) => external[name] || null
  const { endpoints } = external
  const { success, data } = hostEtcdSchema.safeParse({
    endpoints,
    caFile: path('caFile'),
    certFile: path('certFile'),
    keyFile: path('keyFile'),
  })
  // Half an address is none to be asked.
  return success && data.endpoints.length > 0 ? data : null
}
