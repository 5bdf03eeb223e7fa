import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'

/** What a tunnel of minikube would do, to be read before it is started. */
export const tunnelPlanSchema = z.object({
  /** argv of the tunnel. */
  command: z.array(z.string()),
  /** What minikube itself runs as root for it, at its start and at its end. */
  asRoot: z.array(z.array(z.string())),
  /** `route`: this machine gets a route to the addresses of services. `ports`: services answer on ports of this machine; as root only those below 1024. */
  way: z.enum(['route', 'ports']),
  /** How sudo, which minikube calls, lets it: `ready` without a password; `password`: it would ask for one; `absent`: there is no sudo; `unused`: not on this system. */
  sudo: z.enum(['ready', 'password', 'absent', 'unused']),
})
export type TunnelPlan = z.infer<typeof tunnelPlanSchema>

export const tunnelSchema = z.object({
  clusterId: z.string(),
  /** `starting`: until minikube says the first time how it is, after about five seconds. */
  state: z.enum(['starting', 'running', 'ending', 'ended']),
  /** Names of services that have their address through it. */
  services: z.array(z.string()),
  /** What keeps it from working while it goes on (`tunnel-*`); after its end, why it ended or what is left of it. Null: nothing. */
  problem: appErrorSchema.nullable(),
  /** Who ended it: `asked`: somebody here; `cluster`: the cluster was stopped or deleted; `itself`: minikube, `problem` says why. Null: it goes on. */
  endedBy: z.enum(['asked', 'cluster', 'itself']).nullable(),
  startedAt: epochMs,
  endedAt: epochMs.nullable(),
  /** What it printed last, at most 20 lines. */
  lines: z.array(z.string()),
  /** Id in the journal of commands. */
  commandId: z.string(),
})
export type Tunnel = z.infer<typeof tunnelSchema>

const byId = z.object({ id: z.string() })

/** Tunnels to the services of minikube clusters: each goes on until it is ended, its cluster is stopped or deleted, or Cove quits. */
export const tunnels = {
  /** Null: a tunnel has no use for this cluster. */
  plan: procedure.input(byId).output(tunnelPlanSchema.nullable()),
  /** The tunnel that runs, or the last one there was; null: none since Cove began. */
  get: procedure.input(byId).output(tunnelSchema.nullable()),
  /** One that runs already is joined. Refused: `tunnel-*`, `busy`, `not-found`. */
  start: procedure.input(byId).output(tunnelSchema),
  /** Answers when nothing of it is left; its end says what is. */
  end: procedure.input(byId).output(z.null()),
}
