import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { toolNames } from '../messages/tool-names.ts'
import { epochMs, procedure } from './base.ts'

export const toolNameSchema = z.enum(toolNames)
export type ToolName = z.infer<typeof toolNameSchema>

export const toolCopySchema = z.object({
  path: z.string(),
  /** `v1.34.4`; null when it did not say. */
  version: z.string().nullable(),
  /** Where it comes from: Cove's folder, PATH of this process, PATH of the login shell, a well-known folder, chosen in settings. */
  origin: z.enum(['cove', 'path', 'login-shell', 'well-known', 'chosen']),
  /** Why it cannot be used; null when it can. */
  problem: appErrorSchema.nullable(),
  /** Digest it was checked against when Cove downloaded it. */
  sha256: z.string().nullable(),
})
export const toolSchema = z.object({
  name: toolNameSchema,
  /** `unknown` is not `absent`: something was there and did not answer. */
  state: z.enum(['found', 'absent', 'unknown', 'loading']),
  used: toolCopySchema.nullable(),
  /** Why this copy: set by the user, the first on the search list, Cove's own, the only one that answers. */
  reason: z.enum(['chosen', 'first-found', 'cove', 'only-usable', 'none']),
  copies: z.array(toolCopySchema),
  asOf: epochMs.nullable(),
  error: appErrorSchema.nullable(),
  /** True where Cove can download it for this machine. */
  downloadable: z.boolean(),
  /** Version that a download without a wish would take; null when unknown or not downloadable. */
  wanted: z.string().nullable(),
  jobId: z.string().nullable(),
})
export type Tool = z.infer<typeof toolSchema>

export const engineSchema = z.object({
  state: z.enum(['running', 'stopped', 'absent', 'no-permission', 'wrong-context', 'unknown', 'loading']),
  /** `Docker Engine`, `Docker Desktop`, `OrbStack`, `colima`, `Rancher Desktop`, `Podman`. */
  product: z.string().nullable(),
  version: z.string().nullable(),
  /** `unix:///var/run/docker.sock` */
  endpoint: z.string().nullable(),
  context: z.string().nullable(),
  os: z.string().nullable(),
  arch: z.string().nullable(),
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  cgroupVersion: z.enum(['1', '2']).nullable(),
  rootless: z.boolean().nullable(),
  asOf: epochMs.nullable(),
  error: appErrorSchema.nullable(),
  /** What to do on this OS: key of a text in locales, and commands to copy. Cove does not run them. */
  advice: z.array(z.object({ id: z.string(), commands: z.array(z.string()) })),
})
export type Engine = z.infer<typeof engineSchema>

export const toolchainSnapshotSchema = z.object({
  tools: z.array(toolSchema),
  engine: engineSchema,
  /** GOOS and GOARCH of the machine. */
  os: z.string(),
  arch: z.string(),
  binDir: z.string(),
})
export type ToolchainSnapshot = z.infer<typeof toolchainSnapshotSchema>

export const toolchain = {
  list: procedure.output(toolchainSnapshotSchema),
  /** Look at everything again. */
  refresh: procedure.output(toolchainSnapshotSchema),
  /** `version`: `v1.34.4`, `stable`, or null for the wanted one. Two calls for one tool are one job. */
  download: procedure
    .input(z.object({ tool: toolNameSchema, version: z.string().nullable().default(null) }))
    .output(z.object({ jobId: z.string() })),
  /** Use this copy from now on; null: choose by itself again. */
  choose: procedure.input(z.object({ tool: toolNameSchema, path: z.string().nullable() })).output(toolchainSnapshotSchema),
}
