import type { CreateSpec } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ProviderStep } from '../provider.ts'
import type { MinikubeEvent } from './events.ts'

/** Steps of a `minikube start` by the names of its events: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/out/register/register.go */
const stepsByName: Readonly<Record<string, JobStepId>> = {
  'Initial Minikube Setup': 'start-machine',
  'Selecting Driver': 'start-machine',
  'Starting Node': 'start-machine',
  'Downloading Artifacts': 'pull-base-image',
  'Pulling Base Image': 'pull-base-image',
  'Updating Driver': 'create-machine',
  'Running on Localhost': 'create-machine',
  'Local OS Release': 'create-machine',
  'Creating Container': 'create-machine',
  'Creating VM': 'create-machine',
  'Running Remotely': 'create-machine',
  'Preparing Kubernetes': 'prepare-kubernetes',
  'Generating certificates': 'generate-certificates',
  'Booting control plane': 'boot-control-plane',
  'Configuring RBAC rules': 'configure-rbac',
  'Configuring CNI': 'configure-network',
  'Configuring Localhost Environment': 'configure-network',
  'Verifying Kubernetes': 'verify-kubernetes',
  'Enabling Addons': 'enable-add-ons',
}

const order: readonly JobStepId[] = [
  'start-machine',
  'pull-base-image',
  'create-machine',
  'prepare-kubernetes',
  'generate-certificates',
  'boot-control-plane',
  'configure-rbac',
  'configure-network',
  'verify-kubernetes',
  'enable-add-ons',
  'start-worker',
]

/**
 * Turns the events of a start into steps that only go forward. minikube begins again at a lower number for each further node, which is one step here, and where
 * it tries something a second time; it skips what it need not do. Null: no new step.
 */
export function createStepReader(): (event: MinikubeEvent) => JobStepId | null {
  let at = -1
  let nodes = 0
  return (event) => {
    if (event.kind !== 'step') return null
    if (event.name === 'Starting Node') nodes++
    const step = nodes > 1 ? 'start-worker' : stepsByName[event.name]
    const index = step === undefined ? -1 : order.indexOf(step)
    if (step === undefined || index <= at) return null
    at = index
    return step
  }
}

/** Steps that a create of this spec announces. The times were measured with all images there, on two cores. */
export function createSteps({ controlPlanes, workers }: Pick<CreateSpec, 'controlPlanes' | 'workers'>): ProviderStep[] {
  const more = controlPlanes + workers - 1
  return [
    { id: 'start-machine', usualMs: 700 },
    { id: 'pull-base-image', usualMs: 1_000 },
    { id: 'create-machine', usualMs: 6_000 },
    { id: 'prepare-kubernetes', usualMs: 2_500 },
    { id: 'generate-certificates', usualMs: 1_500 },
    { id: 'boot-control-plane', usualMs: 7_500 },
    { id: 'configure-rbac', usualMs: 1_000 },
    { id: 'configure-network', usualMs: 1_500 },
    { id: 'verify-kubernetes', usualMs: 1_500 },
    { id: 'enable-add-ons', usualMs: 2_000 },
    ...(more > 0 ? [{ id: 'start-worker' as const, usualMs: 25_000 * (controlPlanes - 1) + 22_000 * workers, size: more }] : []),
  ]
}

/** Steps of a start of a cluster that was made before: no certificates or rules are made again. */
export function startSteps(nodes: number): ProviderStep[] {
  return [
    { id: 'start-machine', usualMs: 700 },
    { id: 'pull-base-image', usualMs: 7_000 },
    { id: 'prepare-kubernetes', usualMs: 6_000 },
    { id: 'configure-network', usualMs: 500 },
    { id: 'verify-kubernetes', usualMs: 3_000 },
    { id: 'enable-add-ons', usualMs: 2_000 },
    ...(nodes > 1 ? [{ id: 'start-worker' as const, usualMs: 12_000 * (nodes - 1), size: nodes - 1 }] : []),
  ]
}
