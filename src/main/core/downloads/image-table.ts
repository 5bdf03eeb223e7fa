import { minorOf } from './components.ts'

export const registryHost = 'registry.k8s.io'

type Tags = { readonly coredns: string; readonly pause: string; readonly etcd: string }
type Span = Tags & { /** First patch that has them. */ readonly from: number /** Last patch that was compared. */; readonly to: number }

/**
 * What kubeadm names besides its own version. Read from `cmd/kubeadm/app/constants/constants.go` at the first and last patch of each span:
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/constants/constants.go. Between two that agree nothing moved, as tags only grow.
 */
const spans: Readonly<Record<number, readonly Span[]>> = {
  30: [
    { from: 0, to: 4, coredns: 'v1.11.1', pause: '3.9', etcd: '3.5.12-0' },
    { from: 5, to: 14, coredns: 'v1.11.3', pause: '3.9', etcd: '3.5.15-0' },
  ],
  31: [
    { from: 0, to: 0, coredns: 'v1.11.1', pause: '3.10', etcd: '3.5.15-0' },
    { from: 1, to: 13, coredns: 'v1.11.3', pause: '3.10', etcd: '3.5.15-0' },
    { from: 14, to: 14, coredns: 'v1.11.3', pause: '3.10', etcd: '3.5.24-0' },
  ],
  32: [
    { from: 0, to: 9, coredns: 'v1.11.3', pause: '3.10', etcd: '3.5.16-0' },
    { from: 10, to: 13, coredns: 'v1.11.3', pause: '3.10', etcd: '3.5.24-0' },
  ],
  33: [
    { from: 0, to: 5, coredns: 'v1.12.0', pause: '3.10', etcd: '3.5.21-0' },
    { from: 6, to: 13, coredns: 'v1.12.0', pause: '3.10', etcd: '3.5.24-0' },
  ],
  34: [
    { from: 0, to: 1, coredns: 'v1.12.1', pause: '3.10.1', etcd: '3.6.4-0' },
    { from: 2, to: 4, coredns: 'v1.12.1', pause: '3.10.1', etcd: '3.6.5-0' },
  ],
  35: [{ from: 0, to: 4, coredns: 'v1.13.1', pause: '3.10.1', etcd: '3.6.6-0' }],
  36: [{ from: 0, to: 3, coredns: 'v1.14.2', pause: '3.10.2', etcd: '3.6.8-0' }],
  37: [{ from: 0, to: 2, coredns: 'v1.14.6', pause: '3.10.2', etcd: '3.7.0-0' }],
}

const own = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy']

export type TableImages = {
  /** In kubeadm's order. */
  readonly refs: readonly string[]
  /** False: a patch newer than those that were compared, or a pre-release. */
  readonly sure: boolean
  /** Those whose tags are not known for this minor. */
  readonly unknown: readonly string[]
}

/** The images of a version, by the table. Pure. */
export function tableImages(version: string): TableImages {
  const refs = own.map((name) => `${registryHost}/${name}:${version}`)
  const patch = Number(/^v1\.\d+\.(\d+)/.exec(version)?.[1])
  const known = spans[minorOf(version)] ?? []
  const span = known.findLast(({ from }) => from <= patch)
  if (!span) return { refs, sure: false, unknown: ['coredns', 'pause', 'etcd'] }
  const { coredns, pause, etcd, to } = span
  // A pre-release is before the first patch that was looked at.
  const sure = patch <= to && !version.includes('-')
  return {
    refs: [...refs, `${registryHost}/coredns/coredns:${coredns}`, `${registryHost}/pause:${pause}`, `${registryHost}/etcd:${etcd}`],
    sure,
    unknown: [],
  }
}

/** What kubeadm of that version has the runtime pull for a control plane or for a worker; empty: it is not known. Pure. */
export function kubeadmImages(version: string | null, role: 'control-plane' | 'worker'): string[] {
  const refs = version === null ? [] : tableImages(version).refs
  return refs.filter((ref) => role === 'control-plane' || /\/(?:kube-proxy|pause):/.test(ref))
}
