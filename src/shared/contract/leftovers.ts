import { z } from 'zod'
import { epochMs, procedure, sourceState } from './base.ts'

/** Where leftovers are looked for; each is asked alone. The first three are kinds of things of the engine. */
export const leftoverSourceSchema = z.enum(['containers', 'volumes', 'networks', 'contexts', 'minikube', 'minikube-cache', 'cove'])
export type LeftoverSource = z.infer<typeof leftoverSourceSchema>

export const leftoverKindSchema = z.enum([
  'container',
  'volume',
  'network',
  'context',
  /** A cluster or user of a kubeconfig that no context names. */
  'entry',
  /** Of minikube: a profile's folder, one that holds nothing but certificates, a machine's folder, a file of the cache. */
  'profile',
  'certificates',
  'machine',
  'cache',
  /** Cove's own: what a job's tools wrote, a download that did not end, a spilled log, gathered logs that are not whole, a version of a tool. */
  'job-folder',
  'partial-download',
  'spill',
  'export',
  'tool',
])

export const leftoverSchema = z.object({
  /** Kind + name + creation identity: what is made again under the same name is another one. */
  id: z.string(),
  source: leftoverSourceSchema,
  kind: leftoverKindSchema,
  /** As its own tool names it: a container, a context, the last part of a path. */
  name: z.string(),
  /** The file it is, or is in; null where it is in the engine. */
  path: z.string().nullable(),
  provider: z.enum(['kind', 'minikube']).nullable(),
  /** The cluster it was of; null where it was of none, or that is not known. */
  cluster: z.string().nullable(),
  /** Null: not known, or more than was worth counting. */
  sizeBytes: z.number().nonnegative().nullable(),
  createdAt: epochMs.nullable(),
  /** What makes it a leftover; the words are in locales. */
  why: z.object({
    code: z.enum([
      'control-plane-gone',
      'profile-gone',
      'volume-of-deleted',
      'volume-unused',
      'network-unused',
      'cluster-gone',
      'entry-unused',
      'profile-damaged',
      'cache',
      'job-ended',
      'owner-gone',
      'download-unfinished',
      'export-unfinished',
      'version-unused',
    ]),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  /** Why Cove does not remove it; null: it can. */
  blocked: z.enum(['machine-driver', 'file-read-only', 'not-owner']).nullable(),
  /** False: of use to somebody perhaps, so only removed when chosen by hand. */
  preselected: z.boolean(),
})
export type Leftover = z.infer<typeof leftoverSchema>

export const leftoversSnapshotSchema = z.object({
  items: z.array(leftoverSchema),
  /** One for each source; `value` is how many of its items are listed. A source that failed has none: unknown is never gone. */
  sources: z.array(sourceState(z.number()).extend({ source: leftoverSourceSchema })),
  /** The job that removes some now. */
  jobId: z.string().nullable(),
})
export type LeftoversSnapshot = z.infer<typeof leftoversSnapshotSchema>

export const leftovers = {
  /** What is known now, without waiting; looks again in the background where nothing is known or clusters have changed since. */
  list: procedure.output(leftoversSnapshotSchema),
  /** Looks everywhere again and waits. */
  refresh: procedure.output(leftoversSnapshotSchema),
  /** Starts a job. What is in use by then, or is another thing of the same name, stays. */
  remove: procedure.input(z.object({ ids: z.array(z.string()).min(1).max(5000) })).output(z.object({ jobId: z.string() })),
}
