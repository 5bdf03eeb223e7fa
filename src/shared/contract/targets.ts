import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { procedure } from './base.ts'

/**
 * What the checks, runtimes and kubeadm work on, as one text that also stands in addresses of pages and keys of jobs:
 * `local`, `container:NAME` (a node of a cluster, or another container with an init, through the engine), `ssh:DESTINATION` as `ssh` takes it.
 */
export const targetIdSchema = z
  .string()
  .max(300)
  .regex(/^(?:local|container:[A-Za-z0-9][A-Za-z0-9_.-]*|ssh:[A-Za-z0-9_][^\s\p{Cc}]*)$/u)
export type TargetId = z.infer<typeof targetIdSchema>

export const targetSchema = z.object({
  id: targetIdSchema,
  kind: z.enum(['local', 'container', 'ssh']),
  /** Host name, container, ssh destination. */
  name: z.string(),
  /** The cluster that it is known to be a node of. */
  clusterId: z.string().nullable(),
  state: z.enum(['up', 'down', 'unknown']),
  error: appErrorSchema.nullable(),
})
export type Target = z.infer<typeof targetSchema>

/** How commands become root there: it is root already, sudo asks for nothing, a window of the system asks, nothing works. */
export const rootWaySchema = z.enum(['direct', 'sudo', 'pkexec', 'none'])
export type RootWay = z.infer<typeof rootWaySchema>

export const targetLookSchema = z.object({
  /** GOOS and GOARCH names. */
  os: z.string(),
  arch: z.string(),
  /** `PRETTY_NAME` of /etc/os-release, or what the system calls itself. */
  system: z.string(),
  /** `ID` and `ID_LIKE` of /etc/os-release: `debian`, `ubuntu debian`; empty where there is none. */
  distribution: z.array(z.string()),
  user: z.string(),
  root: rootWaySchema,
})
export type TargetLook = z.infer<typeof targetLookSchema>

export const targets = {
  /** `local` first, then nodes and hosts in containers, then ssh hosts. Asks no ssh host anything. */
  list: procedure.output(z.array(targetSchema)),
  /** Reaches it and says what it is. Refused: `ssh-*`, `engine-*`, `not-found` (target). */
  look: procedure.input(z.object({ target: targetIdSchema })).output(targetLookSchema),
  /** Keeps an ssh destination: `host`, `user@host`, `ssh://user@host:2222`, or a Host of the ssh configuration. Refused: `ssh-destination-invalid`. */
  addSsh: procedure.input(z.object({ destination: z.string().max(250) })).output(targetSchema),
  removeSsh: procedure.input(z.object({ target: targetIdSchema })).output(z.null()),
}
