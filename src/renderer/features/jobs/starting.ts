import type { CreatePlan, CreateSpecInput } from '#shared/contract/clusters.ts'
import type { Job, JobStep, JobStepId } from '#shared/contract/jobs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'

/** Jobs as far as this page knows them before core has said anything: what was asked for, and the steps it will take. */
const seeds = new Map<string, Job>()
const firstIds = new Map<string, string>()
const listeners = new Set<() => void>()
let count = 0

const prefix = 'starting-'
/** True for a job that core has not named yet. */
export const isStarting = (id: string) => id.startsWith(prefix)
export const seedOf = (id: string): Job | null => seeds.get(id) ?? null
export const subscribeSeeds = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The page of the job can be shown at once under the id that comes back. */
export function beginStarting(spec: CreateSpecInput, plan: CreatePlan | null): string {
  count += 1
  const id = `${prefix}${count}`
  put({
    id,
    kind: 'cluster.create',
    subject: spec.name,
    facts: { provider: spec.provider ?? 'kind', image: spec.image ?? null, nodes: (spec.controlPlanes ?? 1) + (spec.workers ?? 0) },
    state: 'running',
    steps: stepsOf(spec, plan),
    startedAt: Date.now(),
    finishedAt: null,
    elapsedMs: 0,
    usualMs: null,
    cancellable: false,
    undo: [],
    left: null,
    error: null,
    findings: [],
    result: null,
  })
  return id
}

/** Core has named it: what is known stands in until its own first message comes. */
export function started(id: string, jobId: string) {
  const seed = seeds.get(id)
  firstIds.set(jobId, id)
  if (seed) put({ ...seed, id: jobId })
}

/** The same for both ids of one job, so that its page stays as it is when the name comes. */
export const pageKeyOf = (id: string): string => firstIds.get(id) ?? id

/** Core refused it: nothing was begun, so nothing is left. Null: whether it was begun is not known. */
export function refused(id: string, error: AppErrorShape, left: string[] | null) {
  const seed = seeds.get(id)
  if (seed)
    put({
      ...seed,
      state: 'failed',
      error,
      left,
      finishedAt: Date.now(),
      steps: seed.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed' } : step)),
    })
}

function put(job: Job) {
  seeds.set(job.id, job)
  for (const listener of listeners) listener()
}

function stepsOf(spec: CreateSpecInput, plan: CreatePlan | null): JobStep[] {
  const planned = new Set(plan?.steps.map((step) => step.id))
  const kindSteps: (JobStepId | false)[] = [
    'find-image',
    planned.has('pull-image') && 'pull-image',
    'prepare-nodes',
    (spec.controlPlanes ?? 1) > 1 && 'configure-balancer',
    'write-configuration',
    'start-control-plane',
    'install-cni',
    'install-storage',
    (spec.controlPlanes ?? 1) > 1 && 'join-control-planes',
    (spec.workers ?? 0) > 0 && 'join-workers',
  ]
  const minikubeSteps: JobStepId[] = ['start-machine', 'create-machine', 'prepare-kubernetes', 'boot-control-plane', 'enable-add-ons']
  const ids: (JobStepId | false)[] = [
    'check-machine',
    planned.has('download-kubectl') && 'download-kubectl',
    planned.has('download-tool') && (spec.provider === 'minikube' ? 'download-minikube' : 'download-kind'),
    ...(spec.provider === 'minikube' ? minikubeSteps : kindSteps),
    'wait-nodes',
    'wait-dns',
    'add-context',
  ]
  return ids
    .filter((id): id is JobStepId => id !== false)
    .map((id, index) => ({
      id,
      facts: {},
      state: index === 0 ? 'running' : 'pending',
      startedAt: index === 0 ? Date.now() : null,
      tookMs: null,
      usualMs: null,
      progress: null,
    }))
}
