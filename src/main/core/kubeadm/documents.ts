import { stringify } from 'yaml'
import { kubeadmGroup } from '#shared/contract/kubeadm-config.ts'
import { usualVersion } from './config/own-defaults.ts'
import type { JoinCommand } from './join-command.ts'

/**
 * What `kubeadm join` does with these flags, as a file: everybody on a host may read what stands in the command line of a process. `kubeadm`: version of the
 * one that is to read it. Pure. https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-JoinConfiguration
 */
export function joinDocument(kubeadm: string | null, to: JoinCommand, criSocket: string | null): string {
  const { endpoint, token, hashes, controlPlane, certificateKey } = to
  return stringify({
    ...head(kubeadm, 'JoinConfiguration'),
    discovery: { bootstrapToken: { apiServerEndpoint: endpoint, token, caCertHashes: hashes } },
    ...(criSocket === null ? {} : { nodeRegistration: { criSocket } }),
    ...(controlPlane ? { controlPlane: certificateKey === null ? {} : { certificateKey } } : {}),
  })
}

/** What `kubeadm init phase upload-certs --certificate-key` does, as a file. With a version named, kubeadm asks nobody on the internet for one. Pure. */
export function uploadDocument(kubeadm: string | null, certificateKey: string): string {
  const init = { ...head(kubeadm, 'InitConfiguration'), certificateKey }
  if (kubeadm === null) return stringify(init)
  return `${stringify(init)}---\n${stringify({ ...head(kubeadm, 'ClusterConfiguration'), kubernetesVersion: kubeadm })}`
}

const head = (kubeadm: string | null, kind: string) => ({ apiVersion: `${kubeadmGroup}/${usualVersion(kubeadm)}`, kind })
