import type { Job } from '#shared/contract/jobs.ts'

/** What the end of such a job before its time means: what it made is removed, what it changed is put back, or what it did stays done, on a host or in a cluster. */
export function onCancel(kind: Job['kind']): 'remove' | 'putBack' | 'stop' | 'applied' | 'putNodeBack' | 'halt' | 'replace' | 'goesOn' {
  if (kind === 'cgroup.migrate') return 'putNodeBack'
  if (kind === 'cgroup.roll-back' || kind === 'cgroup.take-back') return 'halt'
  if (kind === 'cgroup.replace') return 'replace'
  if (kind === 'network.apply' || kind === 'network.remove') return 'applied'
  if (kind === 'kubeadm.network' || kind === 'kubeadm.upgrade' || kind === 'kubeadm.renew-certificates') return 'goesOn'
  if (kind === 'host.apply') return 'putBack'
  return kind === 'host.undo' ? 'stop' : 'remove'
}
