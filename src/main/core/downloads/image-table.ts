import { minorOf } from './components.ts'

export const registryHost = 'registry.k8s.io'

type Tags = { readonly coredns: string; readonly pause: string; readonly etcd: string }
type Span = Tags & { /** First patch that has them. */ readonly from: number /** Last patch that was compared. */; readonly to: number }

/**
 * What kubeadm names besides its own version: `CoreDNSVersion`, `PauseVersion` and `SupportedEtcdVersion` of the minor, read at the first and last patch of
 * each span from https://github.com/kubernetes/kubernetes/blob/v1.29.14/cmd/kubeadm/app/constants/constants.go. Between two that agree nothing moved, as tags only
 * grow. The same by `kubeadm config images list` of nearly every release, which minikube keeps:
 * https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/minikube/constants/constants_kubeadm_images.go. Each value that was read is in fixtures/kubeadm-images.txt.
 */
const spans: Readonly<Record<number, readonly Span[]>> = {
  26: [
    { from: 0, to: 9, coredns: 'v1.9.3', pause: '3.9', etcd: '3.5.6-0' },
    { from: 10, to: 12, coredns: 'v1.9.3', pause: '3.9', etcd: '3.5.9-0' },
    { from: 13, to: 15, coredns: 'v1.9.3', pause: '3.9', etcd: '3.5.10-0' },
  ],
  27: [
    { from: 0, to: 6, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.7-0' },
    { from: 7, to: 9, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.9-0' },
    { from: 10, to: 11, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.10-0' },
    { from: 12, to: 16, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.12-0' },
  ],
  28: [
    { from: 0, to: 5, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.9-0' },
    { from: 6, to: 7, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.10-0' },
    { from: 8, to: 13, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.12-0' },
    { from: 14, to: 15, coredns: 'v1.10.1', pause: '3.9', etcd: '3.5.15-0' },
  ],
  29: [
    { from: 0, to: 2, coredns: 'v1.11.1', pause: '3.9', etcd: '3.5.10-0' },
    { from: 3, to: 8, coredns: 'v1.11.1', pause: '3.9', etcd: '3.5.12-0' },
    { from: 9, to: 10, coredns: 'v1.11.1', pause: '3.9', etcd: '3.5.15-0' },
    { from: 11, to: 15, coredns: 'v1.11.1', pause: '3.9', etcd: '3.5.16-0' },
  ],
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
    { from: 2, to: 12, coredns: 'v1.12.1', pause: '3.10.1', etcd: '3.6.5-0' },
  ],
  35: [{ from: 0, to: 8, coredns: 'v1.13.1', pause: '3.10.1', etcd: '3.6.6-0' }],
  36: [{ from: 0, to: 5, coredns: 'v1.14.2', pause: '3.10.2', etcd: '3.6.8-0' }],
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
  const minor = minorOf(version)
  const known = spans[minor] ?? []
  const span = known.findLast(({ from }) => from <= patch)
  if (!span) return { refs, sure: false, unknown: ['coredns', 'pause', 'etcd'] }
  const { coredns, pause, etcd, to } = span
  const others = [`pause:${pause}`, `etcd:${etcd}`]
  const dns = `coredns/coredns:${coredns}`
  // coredns came last up to 1.28, `GetControlPlaneImages`: https://github.com/kubernetes/kubernetes/blob/v1.28.15/cmd/kubeadm/app/images/images.go
  const named = minor < 29 ? [...others, dns] : [dns, ...others]
  // A pre-release is before the first patch that was looked at.
  const sure = patch <= to && !version.includes('-')
  return {
    refs: [...refs, ...named.map((name) => `${registryHost}/${name}`)],
    sure,
    unknown: [],
  }
}

/** What kubeadm of that version has the runtime pull for a control plane or for a worker; empty: it is not known. Pure. */
export function kubeadmImages(version: string | null, role: 'control-plane' | 'worker'): string[] {
  const refs = version === null ? [] : tableImages(version).refs
  return refs.filter((ref) => role === 'control-plane' || /\/(?:kube-proxy|pause):/.test(ref))
}
