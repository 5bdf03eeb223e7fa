import { join } from 'node:path'
import { z } from 'zod'
import { epochMs } from '#shared/contract/base.ts'
import { cgroupDriverSchema, type Migration, migrationSchema, migrationSpecSchema } from '#shared/contract/runtimes.ts'
import { targetIdSchema } from '#shared/contract/targets.ts'
import { createRecordStore, type RecordStore } from '../record-store.ts'
import type { Target } from '../targets/types.ts'
import type { Kube } from './kube.ts'

/** A file that a change of drivers writes; `before` null: it was not there. */
export const changedFileSchema = z.object({ path: z.string(), before: z.string().nullable(), after: z.string() })

const nodeSchema = z.object({
  target: targetIdSchema,
  node: z.string().nullable(),
  state: z.enum(['waiting', 'started', 'done', 'rolled-back']),
  step: z.string().nullable(),
  /** It took no pods before, and is to stay so. */
  cordoned: z.boolean(),
  /** Driver of its runtime before. */
  was: cgroupDriverSchema.nullable(),
  /** Stopped in this order, started in the other. */
  units: z.array(z.string()),
  files: z.array(changedFileSchema),
})
export type StoredNode = z.infer<typeof nodeSchema>

const storedSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  spec: migrationSpecSchema,
  startedAt: epochMs,
  jobId: z.string(),
  state: migrationSchema.shape.state,
  /** `kubelet` of the ConfigMap kubelet-config; null: not touched yet. */
  configMap: z.object({ before: z.string(), after: z.string() }).nullable(),
  nodes: z.array(nodeSchema),
})
/** A migration as it lies on disk; written before each thing that is done, so that a killed Cove finds what it did. */
export type StoredMigration = z.infer<typeof storedSchema>

/** What the jobs of a migration work with. */
export type MigrationDeps = {
  readonly migration: StoredMigration
  readonly kube: Kube
  target(node: StoredNode): Promise<Target>
  save(): Promise<void>
  /** ms that a node may take to be ready, and its pods to move. */
  readonly limitMs: number
  /** ms between two looks. */
  readonly pauseMs: number
}

/** `<dataDir>/migrations/<id>.json` */
export const createMigrationStore = (dataDir: string): RecordStore<StoredMigration> =>
  createRecordStore(join(dataDir, 'migrations'), storedSchema)

/** As a person sees it. What no job works on any more has halted. */
export function shownMigration({ id, spec, startedAt, jobId, state, nodes }: StoredMigration, isRunning: boolean): Migration {
  return {
    id,
    spec,
    startedAt,
    jobId,
    state: state === 'running' && !isRunning ? 'halted' : state,
    nodes: nodes.map(({ target, node, state: of, step }) => ({ target, node, state: of, step })),
  }
}

/** What a person calls a node, before its name in the cluster is known too. */
export const nameOf = ({ node, target }: Pick<StoredNode, 'node' | 'target'>) => node ?? target.replace(/^(?:container|ssh):/, '')

export function subjectOf({ nodes }: Pick<StoredMigration, 'nodes'>): string {
  const [first] = nodes
  return `${first === undefined ? '' : nameOf(first)}${nodes.length > 1 ? ` + ${nodes.length - 1}` : ''}`
}
