import { z } from 'zod'
import { procedure } from './base.ts'
import { toolNameSchema } from './toolchain.ts'

const httpsUrl = z.url({ protocol: /^https?$/ }).or(z.literal(''))
/** Host, port and folders without a scheme, as image names begin; empty: none. */
const registryPrefix = z
  .string()
  .max(300)
  .regex(/^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)?$/)

/** A log view under a name: what its address says. */
export const savedLogViewSchema = z.object({
  name: z.string().trim().min(1).max(100),
  search: z.record(z.string().max(100), z.string().max(100_000)),
})
export type SavedLogView = z.infer<typeof savedLogViewSchema>
export const mostLogViews = 100

export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'zh-CN']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  mirrors: z
    .object({
      /** Stands in for `https://dl.k8s.io`; empty: the publisher. Changes the address, never the digest. */
      kubernetes: httpsUrl.default(''),
      /** Stands in for `https://github.com` in release downloads. */
      github: httpsUrl.default(''),
      /** Stands in for `registry.k8s.io` in pulls by Cove. The digest is asked from registry.k8s.io all the same. */
      registry: registryPrefix.default(''),
      /** Stands in for `https://pkgs.k8s.io/core:/stable:`, below which are `v1.34/deb/` and `v1.34/rpm/`. The key that packages are signed with is the publisher's all the same. */
      packages: httpsUrl.default(''),
    })
    .default({ kubernetes: '', github: '', registry: '', packages: '' }),
  /** `http://host:port`; empty: HTTPS_PROXY and NO_PROXY of the environment. */
  proxy: httpsUrl.default(''),
  /** Publishers may be asked once a day, without being told to, whether there are newer tools. */
  askNewest: z.boolean().default(false),
  /** Paths chosen by hand. */
  tools: z.partialRecord(toolNameSchema, z.string()).default({}),
  /** The last saved first; no two of one name. */
  logViews: z.array(savedLogViewSchema).max(mostLogViews).default([]),
})
export type Settings = z.infer<typeof settingsSchema>
export const settingsPatchSchema = z.object({
  language: settingsSchema.shape.language.unwrap().optional(),
  theme: settingsSchema.shape.theme.unwrap().optional(),
  mirrors: z.object({ kubernetes: httpsUrl, github: httpsUrl, registry: registryPrefix, packages: httpsUrl }).partial().optional(),
  proxy: httpsUrl.optional(),
  askNewest: z.boolean().optional(),
  /** Each takes the place of the one of its name; `search: null` forgets that. Others stay, so that two windows may save at once. */
  logViews: z
    .array(savedLogViewSchema.extend({ search: savedLogViewSchema.shape.search.nullable() }))
    .max(mostLogViews)
    .optional(),
})
export type SettingsPatch = z.infer<typeof settingsPatchSchema>

export const settingsStateSchema = z.object({
  settings: settingsSchema,
  file: z.string(),
  dataDir: z.string(),
  /** What happened at load: fine, damaged and restored from the backup, damaged without a backup, or written by a newer Cove (then read-only). */
  health: z.enum(['ok', 'restored', 'reset', 'from-the-future']),
  /** Where the damaged file was put aside. */
  asideFile: z.string().nullable(),
})
export type SettingsState = z.infer<typeof settingsStateSchema>

export const settings = {
  get: procedure.output(settingsStateSchema),
  set: procedure.input(settingsPatchSchema).output(settingsStateSchema),
}
