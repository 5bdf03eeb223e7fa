import { z } from 'zod'
import { errorCodeSchema } from '../messages/error.ts'

/** What a rule read. `name` says where: a node, a file, a command. */
export const evidenceLineSchema = z.object({
  source: z.enum(['command', 'node-journal', 'kubelet', 'engine', 'host', 'pod']),
  name: z.string(),
  /** One line, at most 500 characters, secrets masked. */
  text: z.string(),
})
export type EvidenceLine = z.infer<typeof evidenceLineSchema>

/** What a person can do about a finding with one press. Its values are in the facts of the finding. */
export const findingActionSchema = z.enum([
  /** Engine absent, stopped, or not for this user; clock, DNS or a security module of the machine: This machine says how, with commands to copy. */
  'open-machine',
  /** The create again on another port: fact `free`. */
  'use-free-port',
  /** The create again under another name: fact `suggestion`. */
  'use-free-name',
  /** What takes space and is of no use any more. */
  'free-disk',
  'raise-inotify',
  /** Proxy and mirrors. */
  'open-settings',
  /** The create again with another node image or Kubernetes version. */
  'choose-version',
  /** The create again with something changed. */
  'change-specification',
  'delete-cluster',
  'try-again',
])
export type FindingAction = z.infer<typeof findingActionSchema>

/** A cause that the evidence shows (`sure`), or one that it makes likely. */
export const findingSchema = z.object({
  /** `problem`: the work failed for it. `warning`: it slows or endangers the work. `unknown`: could not be looked at. */
  level: z.enum(['ok', 'warning', 'problem', 'unknown']),
  /** Stable; its words are those of the error codes. */
  cause: errorCodeSchema,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  sure: z.enum(['sure', 'likely']),
  evidence: z.array(evidenceLineSchema),
  action: findingActionSchema.nullable(),
})
export type Finding = z.infer<typeof findingSchema>
