import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'
import { targetIdSchema } from './targets.ts'

const text = z.string().max(200_000)

/** What a file is for: the kubeadm command that reads it. */
export const kubeadmPurposeSchema = z.enum(['init', 'join', 'upgrade', 'reset'])
export type KubeadmPurpose = z.infer<typeof kubeadmPurposeSchema>

/** What of a machine a document has to fit. */
export const kubeadmFactsSchema = z.object({
  /** Of the kubeadm there, `v1.34.4`; null: there is none that answers. */
  version: z.string().nullable(),
  /** Sockets of runtimes that somebody answers on, as `criSocket` names them. */
  sockets: z.array(z.string()),
  hostname: z.string().nullable(),
  /** Addresses of the machine that others reach it at, IPv4 first. */
  addresses: z.array(z.string()),
  /** Of the only runtime there; null: it cannot be told, or the kubelet asks the runtime itself. */
  cgroupDriver: z.enum(['systemd', 'cgroupfs']).nullable(),
})
export type KubeadmFacts = z.infer<typeof kubeadmFactsSchema>

/** What kubeadm said of a document. */
export const kubeadmVerdictSchema = z.object({
  /** `v1.34.4` */
  version: z.string(),
  /** kubeadm takes it. */
  ok: z.boolean(),
  said: z.array(
    z.object({
      severity: z.enum(['error', 'warning']),
      /** kubeadm's own words. */
      message: z.string(),
      /** Of which document, where it says so. */
      kind: z.string().nullable(),
      field: z.string().nullable(),
      /** 1-based; null: it cannot be told. */
      line: z.number().int().nullable(),
    }),
  ),
  commandId: z.string(),
})
export type KubeadmVerdict = z.infer<typeof kubeadmVerdictSchema>

export const kubeadmMigrationSchema = z.object({
  version: z.string(),
  text: z.string(),
  /** What kubeadm leaves out and Cove has put back, word for word: documents of kubelet and kube-proxy. */
  kept: z.array(z.string()),
  /** What kubeadm added of the machine it ran on and Cove has taken out again, as nobody had asked for it. */
  dropped: z.array(z.string()),
  commandId: z.string(),
})
export type KubeadmMigration = z.infer<typeof kubeadmMigrationSchema>

export const kubeadmFileSchema = z.object({
  /** Name of its file without `.yaml`; stays when it gets another name. */
  id: z.string(),
  name: z.string(),
  file: z.string(),
  modifiedAt: epochMs,
  kinds: z.array(z.string()),
  /** `v1beta4`; null: none of kubeadm's own documents is in it. */
  apiVersion: z.string().nullable(),
})
export type KubeadmFile = z.infer<typeof kubeadmFileSchema>
const name = z.string().trim().min(1).max(80)

export const kubeadmConfig = {
  /** Of the machine as it is now. Refused: what `targets.look` is refused with. */
  facts: procedure.input(z.object({ target: targetIdSchema })).output(kubeadmFactsSchema),
  /**
   * What one begins with. `source` kubeadm: its own defaults there, without the example values in them (token, address, name), which would not work or
   * would be known to everybody. `whole`: with every default written out.
   */
  defaults: procedure
    .input(
      z.object({
        target: targetIdSchema,
        purpose: kubeadmPurposeSchema,
        version: z.enum(['v1beta3', 'v1beta4']).nullable(),
        whole: z.boolean(),
      }),
    )
    .output(z.object({ text: z.string(), source: z.enum(['kubeadm', 'cove']), version: z.string().nullable() })),
  /** By the kubeadm there. Refused: `kubeadm-absent`, `kubeadm-too-old`. */
  validate: procedure.input(z.object({ target: targetIdSchema, text })).output(kubeadmVerdictSchema),
  /** By the kubeadm there, to the version it writes. Refused: `kubeadm-absent`, `kubeadm-refused`. */
  migrate: procedure.input(z.object({ target: targetIdSchema, text })).output(kubeadmMigrationSchema),
  files: procedure.output(
    z.object({
      files: z.array(kubeadmFileSchema),
      /** Files of the folder that are no such documents as they stand. They are left as they are. */
      damaged: z.array(z.object({ id: z.string(), file: z.string(), problem: appErrorSchema })),
      folder: z.string(),
    }),
  ),
  file: procedure.input(z.object({ id: z.string() })).output(kubeadmFileSchema.extend({ document: z.string() })),
  /** A new one where `id` is null. Refused: `document-invalid`, `document-name-taken`, `disk-full`. */
  save: procedure.input(z.object({ id: z.string().nullable(), name, document: text })).output(kubeadmFileSchema),
  remove: procedure.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
}
