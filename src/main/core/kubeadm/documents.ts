import { stringify } from 'yaml'
import { kubeadmGroup } from '#shared/contract/kubeadm-config.ts'
import { usualVersion } from './config/own-defaults.ts'
import type { JoinCommand } from './join-command.ts'

/** What a node is registered with. Left out: what kubeadm finds or takes itself. */
export type Registration = {
  readonly criSocket: string | null
  readonly name?: string
  /** All that it is to have from its first moment, none where empty. */
  readonly taints?: readonly Taint[]
  /** Flags of its kubelet. */
  readonly kubeletArgs?: readonly { readonly name: string; readonly value: string }[]
  /** Where the API server of a control plane is reached. */
  readonly advertise?: { readonly address: string; readonly port: number } | null
}

export type Taint = { readonly key: string; readonly value?: string | undefined; readonly effect: string }

/**
 * What `kubeadm join` does with these flags, as a file: everybody on a host may read what stands in the command line of a process. `kubeadm`: version of the
 * one that is to read it. Pure. https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-JoinConfiguration
 */
export function joinDocument(kubeadm: string | null, to: JoinCommand, registration: Registration): string {
  const { endpoint, token, hashes, controlPlane, certificateKey } = to
  const { criSocket, name, taints, kubeletArgs = [], advertise = null } = registration
  const nodeRegistration = {
    ...(name === undefined ? {} : { name }),
    ...(criSocket === null ? {} : { criSocket }),
    ...(taints === undefined ? {} : { taints }),
    ...(kubeletArgs.length === 0 ? {} : { kubeletExtraArgs: usualVersion(kubeadm) === 'v1beta4' ? kubeletArgs : asMap(kubeletArgs) }),
  }
  return stringify({
    ...head(kubeadm, 'JoinConfiguration'),
    discovery: { bootstrapToken: { apiServerEndpoint: endpoint, token, caCertHashes: hashes } },
    ...(Object.keys(nodeRegistration).length === 0 ? {} : { nodeRegistration }),
    ...(controlPlane
      ? {
          controlPlane: {
            ...(certificateKey === null ? {} : { certificateKey }),
            ...(advertise === null ? {} : { localAPIEndpoint: { advertiseAddress: advertise.address, bindPort: advertise.port } }),
          },
        }
      : {}),
  })
}

/** Before v1beta4 a flag could stand there once: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta3/#kubeadm-k8s-io-v1beta3-NodeRegistrationOptions */
const asMap = (args: readonly { readonly name: string; readonly value: string }[]) =>
  Object.fromEntries(args.map(({ name, value }) => [name, value]))

/** What `kubeadm init phase upload-certs --certificate-key` does, as a file. With a version named, kubeadm asks nobody on the internet for one. Pure. */
export function uploadDocument(kubeadm: string | null, certificateKey: string): string {
  const init = { ...head(kubeadm, 'InitConfiguration'), certificateKey }
  if (kubeadm === null) return stringify(init)
  return `${stringify(init)}---\n${stringify({ ...head(kubeadm, 'ClusterConfiguration'), kubernetesVersion: kubeadm })}`
}

const head = (kubeadm: string | null, kind: string) => ({ apiVersion: `${kubeadmGroup}/${usualVersion(kubeadm)}`, kind })
