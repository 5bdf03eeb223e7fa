import type { JobStepId } from '#shared/contract/jobs.ts'
import type { JobDefinition } from '../jobs/types.ts'

type PhaseMap = Readonly<Record<string, JobStepId>>

/** What stands in brackets before kubeadm's lines, and the step that it belongs to: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/#init-workflow */
const initPhases: PhaseMap = {
  init: 'preflight',
  preflight: 'preflight',
  certs: 'generate-certificates',
  kubeconfig: 'write-kubeconfigs',
  'control-plane': 'write-manifests',
  etcd: 'write-manifests',
  'kubelet-start': 'start-kubelet',
  'wait-control-plane': 'wait-control-plane',
  'control-plane-check': 'wait-control-plane',
  'upload-config': 'upload-configuration',
  'mark-control-plane': 'mark-control-plane',
  'bootstrap-token': 'make-token',
  addons: 'install-add-ons',
}

/** https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#join-workflow */
const joinPhases: PhaseMap = {
  preflight: 'preflight',
  'download-certs': 'generate-certificates',
  certs: 'generate-certificates',
  kubeconfig: 'write-kubeconfigs',
  'control-plane': 'write-manifests',
  'kubelet-start': 'start-kubelet',
  'check-etcd': 'join-etcd',
  etcd: 'join-etcd',
  'mark-control-plane': 'mark-control-plane',
}

/** ms on a two-core machine with all images there. */
export const initSteps: JobDefinition['steps'] = [
  { id: 'preflight', usualMs: 700 },
  { id: 'pull-images', usualMs: 500 },
  { id: 'generate-certificates', usualMs: 2_000 },
  { id: 'write-kubeconfigs', usualMs: 1_500 },
  { id: 'write-manifests', usualMs: 100 },
  { id: 'start-kubelet', usualMs: 500 },
  { id: 'wait-control-plane', usualMs: 10_000 },
  { id: 'upload-configuration', usualMs: 200 },
  { id: 'mark-control-plane', usualMs: 100 },
  { id: 'make-token', usualMs: 300 },
  { id: 'install-add-ons', usualMs: 500 },
]

export const joinSteps = (controlPlane: boolean): JobDefinition['steps'] => [
  { id: 'preflight', usualMs: 500 },
  ...(controlPlane
    ? ([
        { id: 'generate-certificates', usualMs: 1_500 },
        { id: 'write-kubeconfigs', usualMs: 500 },
        { id: 'write-manifests', usualMs: 200 },
      ] as const)
    : []),
  { id: 'start-kubelet', usualMs: 2_000 },
  ...(controlPlane
    ? ([
        { id: 'join-etcd', usualMs: 5_000 },
        { id: 'mark-control-plane', usualMs: 500 },
      ] as const)
    : []),
]

/** Reads lines of `kubeadm init` or `join` in order and says when another step begins. A step never goes back: a phase may say something late. */
export function phaseReader(kind: 'init' | 'join', steps: JobDefinition['steps']): (line: string) => JobStepId | null {
  const phases = kind === 'init' ? initPhases : joinPhases
  let at = -1
  return (line) => {
    const prefix = /^\[([a-z-]+)\] (?!Skipping phase)/.exec(line)?.[1]
    const step = line.startsWith('[preflight] Pulling images') && kind === 'init' ? 'pull-images' : phases[prefix ?? '']
    const index = steps.findIndex((one) => one.id === step)
    if (step === undefined || index <= at) return null
    at = index
    return step
  }
}
