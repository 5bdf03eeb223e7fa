import type { HostFacts } from './facts.ts'

/** It is a node of a cluster: kubeadm has been here, and its kubelet runs. What is left after that was stopped is a leftover. */
export function isMember(facts: HostFacts): boolean {
  if (facts.there.get('/etc/kubernetes/kubelet.conf') !== 'yes') return false
  return facts.services.known ? facts.services.value.get('kubelet')?.active === true : true
}
