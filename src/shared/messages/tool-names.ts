/** The tools that Cove knows. Data alone, so that a page can read it without zod. */
export const toolNames = ['kubectl', 'kind', 'minikube', 'docker', 'kubeadm', 'helm'] as const
