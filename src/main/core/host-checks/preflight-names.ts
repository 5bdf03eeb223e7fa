import { type CheckId, checkIds } from './catalog.ts'

/** What Cove does not look at, and why: kubeadm tests it when it runs. */
type NotLookedAt = { readonly because: string }

/**
 * kubeadm's own preflight checks and those of ours that test the same. Names as in cmd/kubeadm/app/preflight/checks.go of Kubernetes 1.30 to 1.35;
 * one that ends with a dash stands for all that begin so.
 */
export const preflightNames: Readonly<Record<string, readonly CheckId[] | NotLookedAt>> = {
  IsPrivilegedUser: ['privilege'],
  NumCPU: ['cpus'],
  Mem: ['memory'],
  KubernetesVersion: ['kubeadm-version'],
  KubeletVersion: ['kubelet-version'],
  Firewalld: ['firewall-firewalld'],
  'Port-6443': ['port-6443'],
  'Port-10259': ['port-10259'],
  'Port-10257': ['port-10257'],
  'Port-10250': ['port-10250'],
  'Port-2379': ['port-2379'],
  'Port-2380': ['port-2380'],
  'FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml': ['file-manifests'],
  'FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml': ['file-manifests'],
  'FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml': ['file-manifests'],
  'FileAvailable--etc-kubernetes-manifests-etcd.yaml': ['file-manifests'],
  'FileAvailable--etc-kubernetes-kubelet.conf': ['file-kubelet-conf'],
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf': ['file-kubelet-conf'],
  'FileAvailable--etc-kubernetes-pki-ca.crt': ['file-ca'],
  'DirAvailable--var-lib-etcd': ['dir-etcd'],
  'FileContent--proc-sys-net-ipv4-ip_forward': ['sysctl-ip-forward'],
  'FileContent--proc-sys-net-ipv6-conf-default-forwarding': ['sysctl-ipv6-forward'],
  'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables': ['sysctl-bridge-iptables', 'module-br-netfilter'],
  'FileContent--proc-sys-net-bridge-bridge-nf-call-ip6tables': ['sysctl-bridge-ip6tables', 'module-br-netfilter'],
  'FileExisting-conntrack': ['tool-conntrack'],
  'FileExisting-socat': ['tool-socat'],
  'FileExisting-ethtool': ['tool-ethtool'],
  'FileExisting-crictl': ['tool-crictl'],
  'FileExisting-tc': ['tool-tc'],
  'FileExisting-ip': ['tool-ip'],
  'FileExisting-iptables': ['tool-iptables'],
  'FileExisting-mount': ['tool-mount'],
  'FileExisting-nsenter': ['tool-nsenter'],
  'FileExisting-losetup': ['tool-losetup'],
  'FileExisting-cp': ['tool-cp'],
  'FileExisting-touch': ['tool-touch'],
  Hostname: ['hostname', 'hostname-resolves'],
  HTTPProxy: ['proxy-node'],
  HTTPProxyCIDR: ['proxy-subnets'],
  SystemVerification: ['kernel-version', 'kernel-config', 'cgroup-version', 'cgroup-controllers', 'os'],
  Swap: ['swap'],
  'Service-Kubelet': ['kubelet-service'],
  CRI: ['runtime-cri', 'runtime-service'],
  ContainerRuntimeVersion: ['runtime-version'],
  ImagePull: ['control-plane-images'],
  ExternalEtcdVersion: ['etcd-version'],
  ExternalEtcdClientCertificates: ['etcd-certificates'],
}

/** Names of kubeadm's checks that this one answers for. */
export function preflightOf(id: CheckId): string[] {
  return Object.entries(preflightNames).flatMap(([name, ids]) =>
    Array.isArray(ids) && (ids as readonly CheckId[]).includes(id) ? [name] : [],
  )
}

/** Checks of ours that answer for one of kubeadm's, by the name that it prints (any case). Empty: none does. */
export function checksOf(preflight: string): readonly CheckId[] {
  const found = Object.entries(preflightNames).find(([name]) => name.toLowerCase() === preflight.toLowerCase())?.[1]
  return Array.isArray(found) ? checkIds.filter((id) => (found as readonly CheckId[]).includes(id)) : []
}
