import type { KubeadmPurpose } from '#shared/contract/kubeadm-config-procedures.ts'
import { kubeletApiVersion } from '#shared/contract/component-config.ts'
import { kubeadmGroup, type KubeadmVersion, kubeadmVersions } from '#shared/contract/kubeadm-config.ts'

/** The version that a kubeadm would write; without one, the newer. Pure. */
export function usualVersion(kubeadm: string | null): KubeadmVersion {
  const minor = /^v1\.(\d+)\./.exec(kubeadm ?? '')?.[1]
  return minor !== undefined && Number(minor) < kubeadmVersions.v1beta4.first ? 'v1beta3' : 'v1beta4'
}

/** A short file with what people really set; whatever it does not say, kubeadm finds or fills in. `kubernetes`: version to name, if one is known. Pure. */
export function ownDefaults(purpose: KubeadmPurpose, version: KubeadmVersion, kubernetes: string | null): string {
  const head = (kind: string, api: KubeadmVersion = version) => `apiVersion: ${kubeadmGroup}/${api}\nkind: ${kind}\n`
  switch (purpose) {
    case 'init':
      return [
        head('InitConfiguration'),
        `${head('ClusterConfiguration')}${kubernetes === null ? '' : `kubernetesVersion: ${kubernetes}\n`}networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n`,
        `apiVersion: ${kubeletApiVersion}\nkind: KubeletConfiguration\ncgroupDriver: systemd\n`,
      ].join('---\n')
    case 'join':
      return `${head('JoinConfiguration')}discovery:\n  bootstrapToken:\n    apiServerEndpoint: ""\n    token: ""\n    caCertHashes: []\n`
    // Both have documents since v1beta4 only.
    case 'upgrade':
      return `${head('UpgradeConfiguration', 'v1beta4')}apply:\n${kubernetes === null ? '' : `  kubernetesVersion: ${kubernetes}\n`}  certificateRenewal: true\n`
    case 'reset':
      return head('ResetConfiguration', 'v1beta4')
  }
}
