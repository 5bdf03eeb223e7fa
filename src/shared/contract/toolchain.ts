import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { toolNames } from '../messages/tool-names.ts'
import { contextRef, epochMs, procedure } from './base.ts'
import { hostPlanSchema } from './host-changes.ts'

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

/** What the publisher last said is newest. Asked only when somebody wishes so, or the setting says so. */
export const newestSchema = z.object({
  version: z.string().nullable(),
  /** The newest patch of minor versions, of which a copy was here when it was asked: `{ '1.33': 'v1.33.9' }`. */
  patches: z.record(z.string(), z.string()),
  /** When `version` was said. */
  asOf: epochMs.nullable(),
  /** Why the last question had no answer. */
  error: appErrorSchema.nullable(),
  asking: z.boolean(),
})
export type Newest = z.infer<typeof newestSchema>

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
  newest: newestSchema,
  /** Of Cove's own copies an older one is taken on purpose: `to` instead of `from`. */
  rolledBack: z.object({ from: z.string(), to: z.string(), at: epochMs }).nullable(),
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

/** Who put a copy there, and so who is to update it. `bundle`: part of another program, as kubectl of Docker Desktop. */
export const packageManagerSchema = z.enum([
  'apt',
  'rpm',
  'pacman',
  'apk',
  'brew',
  'snap',
  'nix',
  'asdf',
  'mise',
  'go',
  'winget',
  'choco',
  'scoop',
  'bundle',
])
export type PackageManager = z.infer<typeof packageManagerSchema>

export const toolPackageSchema = z.object({
  manager: packageManagerSchema,
  /** `kubectl`, `Kubernetes.kubectl`; null where only the manager is known. */
  name: z.string().nullable(),
  version: z.string().nullable(),
  /** It is kept from being updated with the rest; null: not known. */
  held: z.boolean().nullable(),
  /** To be copied into a terminal; Cove runs none of them. Empty: there is none, or none that needs saying. */
  update: z.array(z.string()),
})
export type ToolPackage = z.infer<typeof toolPackageSchema>

export const toolCheckSchema = z.object({
  /**
   * `same`: it is what it should be. `differs`: the publisher's build of that version has other bytes, as builds of a distribution have. `changed`: it is no longer what Cove
   * verified or saw before. `first`: seen for the first time, with nothing to compare it with.
   */
  state: z.enum(['same', 'differs', 'changed', 'first']),
  /** What it was compared with: a digest that ships with Cove, the publisher's checksum file, what Cove wrote down at the download, what Cove saw at an earlier check. */
  against: z.enum(['pin', 'published', 'recorded', 'seen']),
  /** Of the file as it is. */
  sha256: z.string(),
  expected: z.string().nullable(),
  at: epochMs,
  /** Since when these bytes are known here: the download, or the first check that saw them. */
  since: epochMs.nullable(),
  /** Why the publisher could not be asked. */
  error: appErrorSchema.nullable(),
})
export type ToolCheck = z.infer<typeof toolCheckSchema>

export const shellSchema = z.enum(['bash', 'zsh', 'fish', 'powershell'])
export type Shell = z.infer<typeof shellSchema>

export const shellLineSchema = z.object({
  shell: shellSchema,
  /** Where the line belongs: `/home/ann/.bashrc`. */
  file: z.string(),
  text: z.string(),
  /** It is there already. */
  present: z.boolean(),
  /** What Cove added and can take away again. */
  recordId: z.string().nullable(),
})
export type ShellLine = z.infer<typeof shellLineSchema>

/** A tool for the terminal: Cove's verified copy under its plain name in a folder of the user's. */
export const userPathSchema = z.object({
  /** `/home/ann/.local/bin` */
  folder: z.string(),
  /** The folder is on the PATH of the login shell. */
  onPath: z.boolean(),
  /** False: on this system Cove only says what to do. */
  supported: z.boolean(),
  /** What is there under the name of the tool. `foreign` is never touched. `broken`: Cove's link to a copy that is gone. */
  state: z.enum(['absent', 'own', 'broken', 'foreign']),
  path: z.string(),
  /** The copy that it leads to, where it is Cove's. */
  leadsTo: z.string().nullable(),
  /** The copy that would be put there; null: Cove has none. */
  would: z.string().nullable(),
  /** What puts the folder on PATH. */
  lines: z.array(shellLineSchema),
  /** What does all of it by hand, where Cove does not. */
  commands: z.array(z.string()),
})
export type UserPath = z.infer<typeof userPathSchema>

export const toolAboutSchema = z.object({
  copies: z.array(
    z.object({
      path: z.string(),
      package: toolPackageSchema.nullable(),
      /** Of the last check that was asked for. */
      check: toolCheckSchema.nullable(),
      /** Where the bytes of Cove's own copy came from, and when. */
      source: z.object({ version: z.string(), url: z.string(), digestFrom: z.string(), at: epochMs }).nullable(),
    }),
  ),
  /** Version that a roll back would go to; null: there is no older copy of Cove's. */
  rollBackTo: z.string().nullable(),
  userPath: userPathSchema,
  /** Empty: the tool has no completion. */
  completion: z.array(shellLineSchema),
  /** The user's login shell, where it is one of these. */
  shell: shellSchema.nullable(),
})
export type ToolAbout = z.infer<typeof toolAboutSchema>

/** Where a download comes from and what it is checked against, said before it begins. */
export const downloadPlanSchema = z.object({
  tool: toolNameSchema,
  version: z.string(),
  url: z.string(),
  /** Address of the publisher's checksum file, or `pin`. */
  digestFrom: z.string(),
})

/** How the copies of kubectl go with one cluster: https://kubernetes.io/releases/version-skew-policy/#kubectl */
export const clusterFitSchema = z.object({
  name: z.string(),
  context: contextRef,
  /** `v1.34.4`; null: nobody has seen it. */
  kubernetes: z.string().nullable(),
  asOf: epochMs.nullable(),
  /**
   * `used`: the copy that is used anyway fits. `other`: it does not, and Cove takes another copy of this machine. `chosen`: the one chosen by hand does not fit, and is used.
   * `none`: none fits, the usual one is used. `unknown`: it is not known which Kubernetes that is. `absent`: there is no kubectl.
   */
  state: z.enum(['used', 'other', 'chosen', 'none', 'unknown', 'absent']),
  /** The copy that Cove takes. */
  path: z.string().nullable(),
  /** Every copy that can be used: how many minor versions it is ahead of the API server (negative: behind); null: not known. */
  copies: z.array(z.object({ path: z.string(), version: z.string().nullable(), ahead: z.number().nullable() })),
  /** What would fit, where no copy does. */
  download: downloadPlanSchema.nullable(),
})
export type ClusterFit = z.infer<typeof clusterFitSchema>

const ofCopy = z.object({ tool: toolNameSchema, path: z.string().max(4096) })
const ofTool = z.object({ tool: toolNameSchema })

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
  /** Asks the publishers what is newest; answers when all have, each alone. */
  askNewest: procedure.output(toolchainSnapshotSchema),
  /** What takes longer to find out than which copies there are. */
  about: procedure.input(ofTool).output(toolAboutSchema),
  /** How every copy of kubectl goes with every known cluster. */
  fits: procedure.output(z.array(clusterFitSchema)),
  /** Hashes a copy again and compares it with the publisher's word, or what Cove remembers. Refused: `not-found` (copy). */
  verify: procedure.input(ofCopy).output(toolCheckSchema),
  /** Of Cove's own copies the one before the present is taken from now on; `forward`: the newest again. Refused: `tool-no-older`. */
  rollBack: procedure.input(ofTool.extend({ forward: z.boolean().default(false) })).output(toolchainSnapshotSchema),
  /** Removes one of Cove's own copies, and what in PATH leads to it alone. Refused: `not-found` (copy), `busy`. */
  remove: procedure.input(ofCopy).output(toolchainSnapshotSchema),
  /** Puts Cove's copy into PATH, as a link in the user's own folder. Refused: `tool-absent`, `path-taken`, `host-unsupported`. */
  link: procedure.input(ofTool).output(toolchainSnapshotSchema),
  /** Takes it out again. A file that is not Cove's stays: `path-taken`. */
  unlink: procedure.input(ofTool).output(toolchainSnapshotSchema),
  /** Plans to add a line to a file of the user's shell: the one of `userPath.lines` or `completion`. */
  planShellLine: procedure.input(ofTool.extend({ shell: shellSchema, what: z.enum(['path', 'completion']) })).output(hostPlanSchema),
}
