const docs = 'https://kubernetes.io/docs'

/** Official pages, English; `officialPage` finds that of the reader's language. */
export const kubeadmLinks = {
  install: `${docs}/setup/production-environment/tools/kubeadm/install-kubeadm/`,
  preflight: `${docs}/reference/setup-tools/kubeadm/kubeadm-init-phase/#cmd-phase-preflight`,
  images: `${docs}/reference/setup-tools/kubeadm/kubeadm-config/#cmd-config-images-pull`,
  init: `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#initializing-your-control-plane-node`,
  network: `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#pod-network`,
  join: `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#adding-linux-worker-nodes`,
  tokens: `${docs}/reference/setup-tools/kubeadm/kubeadm-token/`,
  certificates: `${docs}/tasks/administer-cluster/kubeadm/kubeadm-certs/`,
  upgrade: `${docs}/tasks/administer-cluster/kubeadm/kubeadm-upgrade/`,
  reset: `${docs}/reference/setup-tools/kubeadm/kubeadm-reset/`,
} as const
export type KubeadmPage = keyof typeof kubeadmLinks
