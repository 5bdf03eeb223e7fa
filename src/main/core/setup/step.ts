import type { SetupStep, SetupStepId } from '#shared/contract/setup.ts'
import { AppError, errorShape } from '../error.ts'

/** Looks at what a step is about. `before` says how an earlier step stands. Throws what it could not be looked at for. */
export type Look = (before: (id: SetupStepId) => SetupStep['state'] | null, signal: AbortSignal) => Promise<SetupStep>

const docs = 'https://kubernetes.io/docs'

/** The page that each step does instead of copying lines from it. */
export const pages = {
  engine: `${docs}/tasks/tools/#kind`,
  kubectl: `${docs}/tasks/tools/#kubectl`,
  kind: `${docs}/tasks/tools/#kind`,
  cluster: 'https://kind.sigs.k8s.io/docs/user/quick-start/',
  context: `${docs}/tasks/access-application-cluster/configure-access-multiple-clusters/`,
  path: `${docs}/tasks/tools/install-kubectl-linux/`,
  completion: `${docs}/tasks/tools/install-kubectl-linux/#enable-shell-autocompletion`,
  system: `${docs}/setup/production-environment/tools/kubeadm/install-kubeadm/#before-you-begin`,
  checks: `${docs}/setup/production-environment/tools/kubeadm/install-kubeadm/#before-you-begin`,
  runtime: `${docs}/setup/production-environment/container-runtimes/`,
  'cgroup-driver': `${docs}/tasks/administer-cluster/kubeadm/configure-cgroup-driver/`,
  programs: `${docs}/setup/production-environment/tools/kubeadm/install-kubeadm/#installing-kubeadm-kubelet-and-kubectl`,
  kubeadm: `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/`,
  network: `${docs}/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#pod-network`,
} as const

export function stepOf(id: SetupStepId, link: string, more: Partial<SetupStep> & Pick<SetupStep, 'state'>): SetupStep {
  return { id, facts: {}, root: false, link, commands: [], download: null, action: null, jobId: null, error: null, ...more }
}

/** A step that could not be looked at: unknown, with why. */
export function unknownStep(id: SetupStepId, link: string, error: unknown): SetupStep {
  if (!(error instanceof AppError)) throw error
  return stepOf(id, link, { state: 'unknown', error: errorShape(error) })
}
