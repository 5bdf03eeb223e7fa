import type { Replacement, ReplacementPlan, ReplacementSpec } from '#shared/contract/replacements.ts'
import type { CgroupDriver, Migration } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { JobDefinition, JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import { findLeftovers } from '../kubeadm/leftovers.ts'
import { lookAt } from '../kubeadm/look.ts'
import type { Host } from '../kubeadm/types.ts'
import { newRecordId, type RecordStore } from '../record-store.ts'
import { type KubeDeps, kubeOf } from '../runtimes/kube.ts'
import { kubeletConfig, replaceKubeletConfig } from '../runtimes/kubelet-config-map.ts'
import { drainRefusal } from '../runtimes/migration-node.ts'
import { lookAtReplaced } from './look-at-node.ts'
import { taintText } from './node-object.ts'
import { reconcileReplacement, replaceJob } from './replace-job.ts'
import {
  canGoBack,
  isOpen,
  isWantedBy,
  nodeOf,
  replacedNode,
  type ReplacementDeps,
  shownReplacement,
  type StoredReplacement,
} from './replacement-store.ts'
import { takeBackJob } from './take-back-job.ts'

export type ReplacementsDeps = Omit<KubeDeps, 'targets'> & {
  readonly targets: KubeDeps['targets'] & { machine(id: TargetId): Promise<Host> }
  /** Changes of the driver in place, which and a replacement exclude each other. */
  readonly runtimes: { migrations(target: TargetId): Promise<readonly Pick<Migration, 'nodes'>[]> }
  readonly jobs: Pick<Jobs, 'start' | 'get' | 'done'>
  readonly changes: Changes
  readonly store: RecordStore<StoredReplacement>
  /** ms that a node may take to be ready, and its pods to move. Default: five minutes each. */
  readonly limitMs?: number
  /** ms between two looks at that. Default: one second. */
  readonly pauseMs?: number
}

export type Replacements = {
  plan(choice: Omit<ReplacementSpec, 'leftovers' | 'ignore'>, signal: AbortSignal): Promise<ReplacementPlan>
  start(spec: ReplacementSpec): Promise<{ jobId: string }>
  list(target: TargetId): Promise<Replacement[]>
  resume(id: string, ignore?: readonly string[]): Promise<{ jobId: string }>
  takeBack(id: string): Promise<{ jobId: string }>
  giveUp(id: string): Promise<void>
  configMap(of: { readonly via: TargetId; readonly driver: CgroupDriver }, signal: AbortSignal): Promise<ReplacementPlan['configMap']>
  setConfigMap(of: { readonly via: TargetId; readonly driver: CgroupDriver; readonly before: string }): Promise<void>
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Nodes of kubeadm clusters that leave, are reset and join anew with another cgroup driver, over what runtimes and kubeadm know. */
export function createReplacements(deps: ReplacementsDeps): Replacements {
  const { targets, jobs, changes, store } = deps
  const [limitMs, pauseMs] = [deps.limitMs ?? 300_000, deps.pauseMs ?? 1000]
  const isRunning = ({ jobId }: StoredReplacement) => jobs.get(jobId)?.finishedAt === null
  const kubeThrough = (via: TargetId) => kubeOf(deps, { through: 'target', target: via })

  async function begin(record: StoredReplacement, make: (of: ReplacementDeps) => JobDefinition): Promise<{ jobId: string }> {
    const [host, via] = await Promise.all([targets.machine(record.spec.target), targets.machine(record.spec.via)])
    const { id } = jobs.start(
      make({
        record,
        host,
        via,
        kube: await kubeThrough(record.spec.via),
        controlPlane: record.node?.controlPlane ?? (await lookAt(host)).kind === 'control-plane',
        save: () => store.save(record),
        isWanted: async () => (await store.list()).some((other) => isWantedBy(other, record)),
        limitMs,
        pauseMs,
      }),
    )
    changes.emit('host-changes')
    void jobs.done(id).then(() => changes.emit('host-changes'))
    return { jobId: id }
  }

  async function halted(id: string): Promise<StoredReplacement> {
    const record = await store.get(id)
    if (record === null || !isOpen(record)) throw new AppError('not-found', { what: 'replacement', name: id })
    if (isRunning(record)) throw new AppError('busy', { name: nodeOf(record), jobId: record.jobId })
    return record
  }

  const reconcile: Reconcile = async (job, memory) => {
    const record = await store.get(memory['replacementId'] ?? '')
    if (record === null) return { state: 'interrupted', left: [] }
    const [host, via] = await Promise.all([targets.machine(record.spec.target), targets.machine(record.spec.via)])
    return reconcileReplacement({ record, host, via, save: () => store.save(record) }, job, memory)
  }

  return {
    plan: async ({ target, via: viaId, driver, drain }, signal) => {
      const [host, via, kube] = await Promise.all([targets.machine(target), targets.machine(viaId), kubeThrough(viaId)])
      const { node, others } = await lookAtReplaced({ host, via, target: host, kube, jobId: '', signal, limitMs, pauseMs }, driver)
      const [refusal, configMap, leftovers] = await Promise.all([
        drainRefusal({ kube, signal }, node.name, drain),
        kubeletConfig(kube, driver, { signal }),
        findLeftovers(host, { podSubnet: node.podSubnet, authority: node.authority }, signal),
      ])
      return {
        node: node.name,
        controlPlane: node.controlPlane,
        refusal,
        configMap,
        files: node.files,
        others: [...others],
        labels: Object.entries(node.labels).map(([key, value]) => `${key}=${value}`),
        taints: node.taints.map(taintText),
        cordoned: node.cordoned,
        // The cluster stays, and copies of its administrator's file lead there.
        leftovers: leftovers.filter(({ kind }) => kind !== 'kubeconfig'),
      }
    },
    start: async (spec) => {
      const open = await replacedNode(store, spec.target)
      if (open !== null) throw new AppError('replacement-open', { node: open })
      const [migration] = await deps.runtimes.migrations(spec.target)
      if (migration !== undefined) throw new AppError('migration-open', { node: spec.target })
      return begin(
        {
          version: 1,
          id: newRecordId(),
          spec,
          startedAt: Date.now(),
          jobId: '',
          state: 'running',
          step: 'look',
          configMap: null,
          node: null,
          memberUnsure: false,
        },
        replaceJob,
      )
    },
    list: async (target) =>
      (await store.list()).filter((one) => isOpen(one) && one.spec.target === target).map((one) => shownReplacement(one, isRunning(one))),
    resume: async (id, ignore) => {
      const record = await halted(id)
      return begin(ignore === undefined ? record : { ...record, spec: { ...record.spec, ignore: [...ignore] } }, replaceJob)
    },
    takeBack: async (id) => {
      const record = await halted(id)
      if (!canGoBack(record)) throw new AppError('replacement-no-way-back', { node: nodeOf(record) })
      return begin(record, takeBackJob)
    },
    giveUp: async (id) => {
      // Also before the reset: where the cluster is gone there is nobody any more to take it back with.
      await store.save({ ...(await halted(id)), state: 'given-up' })
      changes.emit('host-changes')
    },
    configMap: async ({ via, driver }, signal) => kubeletConfig(await kubeThrough(via), driver, { signal }),
    setConfigMap: async ({ via, driver, before }) => {
      const kube = await kubeThrough(via)
      const now = await kubeletConfig(kube, driver, {})
      if (now.before !== before || !(await replaceKubeletConfig(kube, now.before, now.after, {})))
        throw new AppError('host-file-changed', { path: 'kube-system/kubelet-config', target: (await targets.machine(via)).name })
    },
    reconcileHandlers: { 'cgroup.replace': reconcile, 'cgroup.take-back': reconcile },
  }
}
