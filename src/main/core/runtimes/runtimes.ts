import type { HostPlan } from '#shared/contract/host-changes.ts'
import type { Migration, MigrationSpec, RuntimeChange, Runtimes } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { HostChanges, PlanProposal } from '../host-changes/types.ts'
import type { JobDefinition, JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import { newRecordId } from '../record-store.ts'
import type { Machine } from '../targets/machine.ts'
import { type KubeDeps, kubeOf } from './kube.ts'
import { look } from './look.ts'
import { migrationJob } from './migration-job.ts'
import { createMigrationStore, type MigrationDeps, nameOf, shownMigration, type StoredMigration } from './migration-store.ts'
import { proposal } from './propose.ts'
import { rollBackJob } from './roll-back-job.ts'

export type RuntimesDeps = KubeDeps & {
  readonly targets: { machine(id: TargetId): Promise<Pick<Machine, 'endJob'>> }
  readonly hostChanges: Pick<HostChanges, 'offer'>
  readonly jobs: Pick<Jobs, 'start' | 'get' | 'done' | 'running'>
  readonly changes: Changes
  readonly dataDir: string
  /** The node of this target that is being replaced, or whose replacement has halted, by its name; null: none. */
  replaced(target: TargetId): Promise<string | null>
  /** ms that a node may take to be ready, and its pods to move. Default: five minutes each. */
  readonly limitMs?: number
  /** ms between two looks at that. Default: one second. */
  readonly pauseMs?: number
}

export type RuntimesService = {
  look(target: TargetId, signal: AbortSignal): Promise<Runtimes>
  propose(target: TargetId, change: RuntimeChange, signal: AbortSignal): Promise<HostPlan>
  /** The same on what was seen before; nothing is offered. Throws as `proposal`. */
  draft(target: TargetId, change: RuntimeChange, seen: Runtimes): Promise<PlanProposal>
  migrate(spec: MigrationSpec): Promise<{ jobId: string }>
  migrations(target: TargetId): Promise<Migration[]>
  resume(id: string): Promise<{ jobId: string }>
  rollBack(id: string): Promise<{ jobId: string }>
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Container runtimes of machines: what is there, what is to be changed, and another cgroup driver for nodes of a cluster. */
export function createRuntimes(deps: RuntimesDeps): RuntimesService {
  const { targets, jobs, changes } = deps
  const store = createMigrationStore(deps.dataDir)
  const isRunning = ({ jobId }: StoredMigration) => jobs.get(jobId)?.finishedAt === null
  const isOpen = (migration: StoredMigration) => migration.state === 'running' || migration.state === 'halted'

  async function begin(migration: StoredMigration, make: (of: MigrationDeps) => JobDefinition): Promise<{ jobId: string }> {
    const kube = await kubeOf(deps, migration.spec.kube)
    const definition = make({
      migration,
      kube,
      target: (node) => targets.get(node.target),
      save: () => store.save(migration),
      limitMs: deps.limitMs ?? 300_000,
      pauseMs: deps.pauseMs ?? 1000,
    })
    const { id } = jobs.start(definition)
    changes.emit('host-changes')
    void jobs.done(id).then(() => changes.emit('host-changes'))
    return { jobId: id }
  }

  async function halted(id: string): Promise<StoredMigration> {
    const migration = await store.get(id)
    if (migration === null || !isOpen(migration)) throw new AppError('not-found', { what: 'migration', name: id })
    if (isRunning(migration)) throw new AppError('busy', { name: migration.nodes[0]?.node ?? '', jobId: migration.jobId })
    return migration
  }

  /** What a job of a killed Cove left running, a drain above all, must not go on beside a roll-back. One that does not answer is named by what is left anyway. */
  async function endThere(jobId: string, { spec, nodes }: StoredMigration): Promise<void> {
    const ids = nodes.flatMap((node) => (node.state === 'started' ? [node.target] : []))
    if (spec.kube.through === 'target') ids.push(spec.kube.target)
    await Promise.all(
      [...new Set(ids)].map((id) =>
        targets.machine(id).then(
          (machine) => machine.endJob(jobId),
          () => false,
        ),
      ),
    )
  }

  const reconcile: Reconcile = async (job, memory) => {
    const migration = await store.get(memory['migrationId'] ?? '')
    if (migration === null) return { state: 'interrupted', left: [] }
    await endThere(job.id, migration)
    if (migration.state === 'done' || migration.state === 'rolled-back')
      return { state: 'succeeded', left: [], result: { migrationId: migration.id } }
    migration.state = 'halted'
    await store.save(migration)
    return { state: 'interrupted', left: migration.nodes.flatMap((node) => (node.state === 'started' ? [nameOf(node)] : [])) }
  }

  return {
    look: async (target, signal) => look(await targets.get(target), signal),
    propose: async (id, change, signal) => {
      const target = await targets.get(id)
      return deps.hostChanges.offer(await proposal(target, await look(target, signal), change))
    },
    draft: async (id, change, seen) => proposal(await targets.get(id), seen, change),
    migrate: async (spec) => {
      for (const target of spec.nodes) {
        const node = await deps.replaced(target)
        if (node !== null) throw new AppError('replacement-open', { node })
      }
      for (const other of await store.list())
        if (isOpen(other))
          for (const node of other.nodes) if (spec.nodes.includes(node.target)) throw new AppError('migration-open', { node: nameOf(node) })
      const nodes = [...new Set(spec.nodes)].map((target) => ({
        target,
        node: null,
        state: 'waiting' as const,
        step: null,
        cordoned: false,
        was: null,
        units: [],
        files: [],
      }))
      return begin(
        { version: 1, id: newRecordId(), spec, startedAt: Date.now(), jobId: '', state: 'running', configMap: null, nodes },
        migrationJob,
      )
    },
    migrations: async (target) => {
      const all = await store.list()
      return all
        .filter((one) => isOpen(one) && one.nodes.some((node) => node.target === target))
        .map((one) => shownMigration(one, isRunning(one)))
    },
    resume: async (id) => begin(await halted(id), migrationJob),
    rollBack: async (id) => begin(await halted(id), rollBackJob),
    reconcileHandlers: { 'cgroup.migrate': reconcile, 'cgroup.roll-back': reconcile },
  }
}
