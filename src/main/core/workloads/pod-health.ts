import type { Pod } from '#shared/contract/workloads.ts'
import type { PodStatus } from './pod-status.ts'
import type { RawPod } from './raw.ts'

/** Words of STATUS that pass by themselves. */
const passing = new Set([
  'Pending',
  'ContainerCreating',
  'PodInitializing',
  'Terminating',
  'Init:PodInitializing',
  'Init:ContainerCreating',
])
const unknown = new Set(['Unknown', 'NodeLost', 'ContainerStatusUnknown', 'Init:ContainerStatusUnknown'])

/** How a pod does, for its colour and icon; the words stay those of kubectl. */
export function podHealth(pod: RawPod, { status, ready, total }: PodStatus): Pod['health'] {
  if (unknown.has(status)) return 'unknown'
  if (status === 'Terminating') return 'progressing'
  if (pod.status.phase === 'Failed') return 'bad'
  if (status === 'Completed' || status === 'Succeeded') return 'done'
  if (status === 'Running') {
    if (ready === total) return 'ok'
    return ready === 0 ? 'progressing' : 'warning'
  }
  if (status === 'NotReady' || status === 'SchedulingGated') return 'warning'
  if (status === 'Pending' && unschedulable(pod)) return 'warning'
  if (passing.has(status) || /^Init:\d+\/\d+$/.test(status)) return 'progressing'
  // Anything else is a reason that a kubelet or runtime gives for not running: CrashLoopBackOff, ErrImagePull, Error, OOMKilled, ExitCode:1 …
  return 'bad'
}

function unschedulable(pod: RawPod): boolean {
  return pod.status.conditions.some((one) => one.type === 'PodScheduled' && one.status === 'False' && one.reason === 'Unschedulable')
}
