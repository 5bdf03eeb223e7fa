import type { HostEtcd } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { readDraft } from '../document/draft.ts'
import { isRecord } from '../document/plain.ts'
import { valuesOf } from '../kubeadm-config/document/parts.ts'

/** Of the configuration of kubeadm that is being written for a machine; null: none is, or it names no etcd outside the cluster. */
export function etcdOf(target: TargetId): HostEtcd | null {
  const draft = readDraft(`kubeadm:${target}`)
  return draft === null ? null : etcdIn(draft.text)
}

/** The etcd outside the cluster that a configuration names; null: none, or it is not written to its end. Pure. */
export function etcdIn(text: string): HostEtcd | null {
  const etcd = valuesOf(text)?.of.ClusterConfiguration?.['etcd']
  const external = isRecord(etcd) ? etcd['external'] : null
  if (!isRecord(external)) return null
  // As the contract takes them: half an address is none to be asked.
  const path = (name: string) => external[name] || null
  const files = { caFile: path('caFile'), certFile: path('certFile'), keyFile: path('keyFile') }
  const { endpoints } = external
  const whole =
    Array.isArray(endpoints) &&
    endpoints.length > 0 &&
    endpoints.length <= 20 &&
    endpoints.every((one) => isText(one, /^https?:\/\/[^\s\p{Cc}]+$/u)) &&
    Object.values(files).every((one) => one === null || isText(one, /^\/[^\s\p{Cc}]*$/u))
  return whole ? ({ endpoints, ...files } as HostEtcd) : null
}

const isText = (value: unknown, like: RegExp): boolean => typeof value === 'string' && value.length <= 300 && like.test(value)
