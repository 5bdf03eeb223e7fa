import type { CreateSpec } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ProviderStep } from '../provider.ts'

export type KindProgress = { readonly step: JobStepId; readonly state: 'started' | 'done' | 'failed' }

/**
 * What a line of `kind create cluster` says, or null. ` • <phase>  ...`, then ` ✓ <phase>` or ` ✗ <phase>`.
 * The phase is known by its words: the pictures behind them differ between patch releases (U+1F5BC with and without U+FE0F).
 * https://github.com/kubernetes-sigs/kind/blob/main/pkg/internal/cli/status.go
 */
export function parseProgress(line: string): KindProgress | null {
  const match = /^ ([•✓✗]) (.+?)(?: {2}\.\.\.)?\s*$/u.exec(line)
  if (match === null) return null
  const [, mark, phase = ''] = match
  const step = phases.find(([words]) => phase.startsWith(words))?.[1]
  if (step === undefined) return null
  return { step, state: mark === '•' ? 'started' : mark === '✓' ? 'done' : 'failed' }
}

/** Steps that kind will announce for this spec, in order. The times were measured with a node image that was there, on two cores. */
export function createSteps(spec: Pick<CreateSpec, 'controlPlanes' | 'workers'>): ProviderStep[] {
  const several = spec.controlPlanes > 1
  const nodes = spec.controlPlanes + spec.workers
  return [
    { id: 'prepare-nodes', usualMs: 1_300 + 700 * nodes, size: nodes },
    ...(several ? [{ id: 'configure-balancer' as const, usualMs: 500 }] : []),
    { id: 'write-configuration', usualMs: 500 },
    { id: 'start-control-plane', usualMs: 10_500 },
    { id: 'install-cni', usualMs: 500 },
    { id: 'install-storage', usualMs: 600 },
    ...(several ? [{ id: 'join-control-planes' as const, usualMs: 35_000 * (spec.controlPlanes - 1), size: spec.controlPlanes - 1 }] : []),
    ...(spec.workers > 0 ? [{ id: 'join-workers' as const, usualMs: 10_000 + 1_500 * spec.workers, size: spec.workers }] : []),
  ]
}

const phases: readonly (readonly [string, JobStepId])[] = [
  ['Ensuring node image', 'find-image'],
  ['Preparing nodes', 'prepare-nodes'],
  ['Configuring the external load balancer', 'configure-balancer'],
  ['Writing configuration', 'write-configuration'],
  ['Starting control-plane', 'start-control-plane'],
  ['Installing CNI', 'install-cni'],
  ['Installing StorageClass', 'install-storage'],
  ['Joining more control-plane nodes', 'join-control-planes'],
  ['Joining worker nodes', 'join-workers'],
  ['Waiting', 'wait-control-plane'],
]
