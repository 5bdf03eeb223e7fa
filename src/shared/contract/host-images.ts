import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'
import { heldImageSchema } from './clusters.ts'
import { targetIdSchema } from './targets.ts'

/** A node that only the API of its cluster knows, and the machine that it is. */
export const nodeMachineSchema = z.object({
  node: z.string(),
  /** Null with `error`: no machine that Cove knows is this node. */
  target: targetIdSchema.nullable(),
  error: appErrorSchema.nullable(),
})
export type NodeMachine = z.infer<typeof nodeMachineSchema>

export const hostImagesLookSchema = z.object({
  runtime: z.enum(['containerd', 'cri-o', 'docker']),
  /** `/run/containerd/containerd.sock` */
  socket: z.string(),
  images: z.array(heldImageSchema),
  asOf: epochMs,
})
export type HostImagesLook = z.infer<typeof hostImagesLookSchema>

const byId = z.object({ id: z.string() })
const started = z.object({ jobId: z.string() })

/** Images in the runtimes of machines: nodes of kubeadm clusters, and hosts that are to be. */
export const hostImages = {
  /** Nodes of a cluster that only a context knows, with the machines that they are. Refused: `not-found` (cluster), `api-*`, `tool-*`. */
  nodes: procedure.input(byId).output(z.array(nodeMachineSchema)),
  /** What the runtime of a machine holds. Refused: `host-root-needed`, `host-runtime-*`, `host-unsupported`, `ssh-*`, `engine-*`. */
  look: procedure.input(z.object({ target: targetIdSchema })).output(hostImagesLookSchema),
  /**
   * A job that loads images of the engine, or what a tar file on the machine of Cove holds, into machines: one of the two is given. `cluster`: its id, by whose name
   * the job goes; without targets all of its nodes, each of which has to be a machine Cove knows. In the job: `image-not-for-node`,
   * `host-disk-full`, `image-archive-invalid` before anything is sent. Refused: `image-invalid`, `bad-input`,
   * `node-no-machine`, `busy`.
   */
  load: procedure
    .input(
      z.object({
        targets: z.array(targetIdSchema).max(50).default([]),
        cluster: z.string().nullable().default(null),
        images: z.array(z.string()).max(50).default([]),
        archive: z.string().nullable().default(null),
      }),
    )
    .output(started),
  /** A job that takes a name, as `look` has it, away from machines. */
  remove: procedure.input(z.object({ targets: z.array(targetIdSchema).min(1).max(50), image: z.string() })).output(started),
}
