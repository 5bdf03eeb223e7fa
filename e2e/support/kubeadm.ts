import { execa } from 'execa'
import type { BareHost } from './bare-host.ts'

const podSubnet = '10.244.0.0/16'

/** A document for `kubeadm init` on bare hosts. `more`: further documents. In containers kube-proxy may not set the size of the table of connections. */
export const kubeadmDocument = (version: string, ...more: readonly string[]) =>
  [
    `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking: { podSubnet: ${podSubnet} }
`,
    `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: { maxPerCore: 0 }
`,
    ...more,
  ].join('---\n')

/** Of the kubeadm that the host has. */
export const kubeadmVersionOf = async (host: BareHost) => (await host.run('kubeadm', 'version', '--output=short')).trim()

/** Manifest of the pod network that the kit's node image carries, for the subnet of `kubeadmDocument`. */
export async function podNetworkOf(host: BareHost): Promise<string> {
  const text = await host.run('cat', '/kind/manifests/default-cni.yaml')
  // A script as first process does not hear TERM: half a minute per pod of waiting for nothing.
  const soon = 'terminationGracePeriodSeconds: 1\n      hostNetwork: true'
  return text.replace('{{ .PodSubnet }}', podSubnet).replace('hostNetwork: true', soon)
}

/** kubectl on a control plane, as its administrator. */
export const kubectlOn =
  (host: BareHost) =>
  (...args: string[]) =>
    host.run('kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args)

/** Gives the containerd of a host an image of this machine's engine, for pods that would else pull it. */
export async function importImage(host: BareHost, image: string): Promise<void> {
  const into = ['exec', '--interactive', host.name, 'ctr', '--namespace=k8s.io', 'images', 'import', '--digests', '-']
  await execa('docker', ['save', image], { stdin: 'ignore' }).pipe('docker', into)
}
