import { join } from 'node:path'
import { z } from 'zod'
import { epochMs } from '#shared/contract/base.ts'
import { type Replacement, replacementSchema, replacementSpecSchema } from '#shared/contract/replacements.ts'
import { cgroupDriverSchema } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Host } from '../kubeadm/types.ts'
import type { Kube } from '../runtimes/kube.ts'
import { changedFileSchema } from '../runtimes/migration-store.ts'
import { createRecordStore, type RecordStore } from '../record-store.ts'

/** What is known of a node before it goes, and all that is needed to make it anew. */
const goneNodeSchema = z.object({
  name: z.string(),
  controlPlane: z.boolean(),
  /** It took no pods before, and is to stay so. */
  cordoned: z.boolean(),
  /** Driver of its runtime before. */
  was: cgroupDriverSchema.nullable(),
  /** Units of its runtime, stopped in this order, started in the other. */
  units: z.array(z.string()),
  /** Files that outlive a reset. */
  files: z.array(changedFileSchema),
  /** One of etcd's members runs on it, which a reset is to take out. */
  etcd: z.boolean().default(false),
  labels: z.record(z.string(), z.string()),
  /** Labels that kubeadm gives and it had not. */
  absentLabels: z.array(z.string()).default([]),
  taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })),
  criSocket: z.string().nullable(),
  kubeletArgs: z.array(z.object({ name: z.string(), value: z.string() })),
  advertise: z.object({ address: z.string(), port: z.number() }).nullable(),
  podSubnet: z.string().nullable(),
  authority: z.string().nullable(),
})
export type GoneNode = z.infer<typeof goneNodeSchema>

const storedSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  spec: replacementSpecSchema,
  startedAt: epochMs,
  jobId: z.string(),
  state: replacementSchema.shape.state,
  step: replacementSchema.shape.step,
  /** `kubelet` of the ConfigMap kubelet-config; null: not touched yet. */
  configMap: z.object({ before: z.string(), after: z.string() }).nullable(),
  /** Null: not looked at yet. */
  node: goneNodeSchema.nullable(),
  /** A reset was begun, and nothing said that its member of etcd is gone. */
  memberUnsure: z.boolean().default(false),
})
/** A replacement as it lies on disk; written before each thing that is done, so that a killed Cove finds what it did. */
export type StoredReplacement = z.infer<typeof storedSchema>

/** What the jobs of a replacement work with. */
export type ReplacementDeps = {
  readonly record: StoredReplacement
  readonly host: Host
  readonly via: Host
  /** kubectl of `via`. */
  readonly kube: Kube
  /** Whether it is a control plane, as far as its steps go. */
  readonly controlPlane: boolean
  save(): Promise<void>
  /** Whether a younger replacement in this cluster needs what kubelet-config has now. */
  isWanted(): Promise<boolean>
  /** ms that a node may take to be ready, and its pods to move. */
  readonly limitMs: number
  /** ms between two looks. */
  readonly pauseMs: number
}

/** `<dataDir>/replacements/<id>.json` */
export const createReplacementStore = (dataDir: string): RecordStore<StoredReplacement> =>
  createRecordStore(join(dataDir, 'replacements'), storedSchema)

/** Nothing is lost yet that could not be given back: from the reset on there is only the way forward. */
export const canGoBack = ({ step }: Pick<StoredReplacement, 'step'>) => step === 'look' || step === 'config-map' || step === 'drain'

/** Whether the other one came after this one to the same cluster, and past its reset: its node joins or has joined with the driver of both. */
export const isWantedBy = (other: StoredReplacement, { id, spec, startedAt, node }: StoredReplacement): boolean =>
  other.id !== id &&
  other.startedAt >= startedAt &&
  other.spec.driver === spec.driver &&
  !canGoBack(other) &&
  (other.spec.via === spec.via || (other.node !== null && other.node.authority === node?.authority))

export const isOpen = ({ state }: Pick<StoredReplacement, 'state'>) => state === 'running' || state === 'halted'

/** What a person calls it, before its name in the cluster is known too. */
export const nodeOf = ({ node, spec }: StoredReplacement) => node?.name ?? spec.target.replace(/^(?:container|ssh):/, '')

/** Name of the node of a target that is being replaced, or whose replacement has halted; null: none. */
export async function replacedNode(store: Pick<RecordStore<StoredReplacement>, 'list'>, target: TargetId): Promise<string | null> {
  const open = (await store.list()).find((one) => isOpen(one) && one.spec.target === target)
  return open === undefined ? null : nodeOf(open)
}

/** As a person sees it. What no job works on any more has halted. */
export function shownReplacement(stored: StoredReplacement, isRunning: boolean): Replacement {
  const { id, spec, startedAt, jobId, state, node, step } = stored
  return {
    id,
    spec,
    startedAt,
    jobId,
    state: state === 'running' && !isRunning ? 'halted' : state,
    node: node?.name ?? null,
    step,
    canGoBack: canGoBack(stored),
  }
}
