import { z } from 'zod'
import { epochMs, procedure } from './base.ts'
import { ignoredChecksSchema, kubeadmLeftoverSchema } from './kubeadm.ts'
import { cgroupDriverSchema, migrationSpecSchema } from './runtimes.ts'
import { targetIdSchema } from './targets.ts'

const choiceSchema = z.object({
  /** The machine whose node is replaced: it leaves the cluster, is reset and joins anew. */
  target: targetIdSchema,
  /** The control plane that is asked and told, with its own admin.conf; never `target` itself. */
  via: targetIdSchema,
  driver: cgroupDriverSchema,
  drain: migrationSpecSchema.shape.drain,
})

export const replacementSpecSchema = choiceSchema.extend({
  /** Ids of what `kubeadm reset` would leave, to be removed too. */
  leftovers: z.array(z.string().max(500)).max(500),
  /** Preflight checks of kubeadm that the join passes over: a machine that was joined so once does not come back without. */
  ignore: ignoredChecksSchema.default([]),
})
export type ReplacementSpec = z.infer<typeof replacementSpecSchema>

const changeSchema = z.object({ path: z.string(), before: z.string().nullable(), after: z.string() })

/** What would be done; nothing is yet. */
export const replacementPlanSchema = z.object({
  node: z.string(),
  controlPlane: z.boolean(),
  /** What the drain would stop at, in the words of kubectl; null: nothing. */
  refusal: z.string().nullable(),
  /** `kubelet` of the ConfigMap kubelet-config. */
  configMap: z.object({ before: z.string(), after: z.string() }),
  /** Files of the machine, those of its runtime first. */
  files: z.array(changeSchema),
  /** Nodes of the cluster that keep what they have, until they are replaced too. */
  others: z.array(z.string()),
  /** What the node that joins gets back: `key=value`, `key=value:Effect`. */
  labels: z.array(z.string()),
  taints: z.array(z.string()),
  /** It takes no pods now, and will take none after. */
  cordoned: z.boolean(),
  /** What `kubeadm reset` takes and what it would leave; copies of the administrator's file are not among them, as the cluster stays. */
  leftovers: z.array(kubeadmLeftoverSchema),
})
export type ReplacementPlan = z.infer<typeof replacementPlanSchema>

export const replacementSchema = z.object({
  id: z.string(),
  spec: replacementSpecSchema,
  startedAt: epochMs,
  jobId: z.string(),
  /** `halted`: it failed, was cancelled or Cove ended. `given-up`: a person left it there. */
  state: z.enum(['running', 'halted', 'done', 'taken-back', 'given-up']),
  /** Its name in the cluster; null: not looked yet. */
  node: z.string().nullable(),
  /** The last thing that was begun. */
  step: z.enum(['look', 'config-map', 'drain', 'reset', 'runtime', 'join', 'restore', 'check']),
  /** The reset has not begun: all of it can be taken back. */
  canGoBack: z.boolean(),
})
export type Replacement = z.infer<typeof replacementSchema>

const byId = z.object({ id: z.string() })
const started = z.object({ jobId: z.string() })
const configMapOf = z.object({ via: targetIdSchema, driver: cgroupDriverSchema })

export const replacements = {
  /** Refused: `migration-node-unfit`, `replacement-refused` (why this node cannot be replaced), `runtime-config-refused`, `kubeadm-no-control-plane`, `tool-absent`. */
  plan: procedure.input(choiceSchema).output(replacementPlanSchema),
  /** Refused: `migration-open`, `replacement-open`, `busy`. The rest of what `plan` refuses is how the job fails, before anything is changed. */
  start: procedure.input(replacementSpecSchema).output(started),
  /** Those of a target that run or have halted, newest first. */
  list: procedure.input(z.object({ target: targetIdSchema })).output(z.array(replacementSchema)),
  /** Goes on where it halted. Before the reset all is looked at again that `plan` looks at, and how it fails is `replacement-stopped`. `ignore`: instead of those that were named before. Refused: `not-found` (replacement), `busy`. */
  resume: procedure.input(byId.extend({ ignore: ignoredChecksSchema.optional() })).output(started),
  /** Lets pods in again, and puts kubelet-config back. Refused: `replacement-no-way-back` once the reset has begun. */
  takeBack: procedure.input(byId).output(started),
  /** Leaves the machine as it is, out of its cluster, before the reset perhaps without pods; it is not spoken of any more. Refused: as `resume`. */
  giveUp: procedure.input(byId).output(z.object({})),
  /** kubelet-config as it is and with the driver, for nodes that will join. Refused: `migration-node-unfit`, `runtime-config-refused`. */
  configMap: procedure.input(configMapOf).output(replacementPlanSchema.shape.configMap),
  /** Sets the driver there and nowhere else. `before`: as it was shown. Refused: `host-file-changed` where it is another one by now. */
  setConfigMap: procedure.input(configMapOf.extend({ before: z.string() })).output(z.object({})),
}
