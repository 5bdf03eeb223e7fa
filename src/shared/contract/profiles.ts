import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, longText, procedure } from './base.ts'

export const profileSchema = z.object({
  /** Name of its file without `.yaml`; stays when the profile gets another name. */
  id: z.string(),
  name: z.string(),
  provider: z.enum(['kind', 'minikube']),
  file: z.string(),
  modifiedAt: epochMs,
  /** What the document says, for lists. */
  controlPlanes: z.number(),
  workers: z.number(),
  /** `v1.34.4`, or the image where its name does not say; null: whatever is best at the time. */
  version: z.string().nullable(),
})
export type Profile = z.infer<typeof profileSchema>

export const profilesSchema = z.object({
  profiles: z.array(profileSchema),
  /** Files of the folder that are no profile as they stand. They are left as they are. */
  damaged: z.array(z.object({ id: z.string(), file: z.string(), problem: appErrorSchema })),
  folder: z.string(),
})
export type Profiles = z.infer<typeof profilesSchema>

const document = z.string().max(200_000)
const name = z.string().trim().min(1).max(80)
const withDocument = profileSchema.extend({ document: z.string() })

export const profiles = {
  list: procedure.output(profilesSchema),
  get: procedure.input(z.object({ id: z.string() })).output(withDocument),
  /** A new one where `id` is null. Throws `document-invalid`, `profile-name-taken`, `disk-full`. */
  save: procedure.input(z.object({ id: z.string().nullable(), name, document })).output(profileSchema),
  rename: procedure.input(z.object({ id: z.string(), name })).output(profileSchema),
  remove: procedure.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
  /**
   * Keeps a manifest for documents to name, since neither a browser nor a share of a profile tells where a file lies: the same text under the same name is
   * kept once. `path`: absolute. Throws `disk-full`, `file-unreadable`.
   */
  keepManifest: procedure.input(z.object({ name: z.string().max(300), text: longText })).output(z.object({ path: z.string() })),
  /** A file from elsewhere: refused whole where it is no document of a cluster. `name`: what it is called where the file does not say; a free one near it. */
  import: procedure.input(z.object({ name, document })).output(profileSchema),
}
