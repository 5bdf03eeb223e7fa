import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { epochMs, procedure } from './base.ts'

/** What the Kubernetes project publishes for a version: programs by their own names, archives of them, and those of source and scripts. */
export const componentSchema = z.enum([
  'kubectl',
  'kubectl-convert',
  'kubeadm',
  'kubelet',
  'kube-proxy',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-aggregator',
  'apiextensions-apiserver',
  'kube-log-runner',
  'mounter',
  'client-archive',
  'node-archive',
  'server-archive',
  'source-archive',
  'scripts-archive',
])
export type Component = z.infer<typeof componentSchema>

/** `v1.34.4`, `v1.38.0-rc.1`. */
export const releaseSchema = z.string().regex(/^v1\.\d{1,3}\.\d{1,3}(?:-(?:alpha|beta|rc)\.\d{1,3})?$/)
export const minorSchema = z.string().regex(/^1\.\d{1,3}$/)
export const systemSchema = z.enum(['linux', 'darwin', 'windows'])
export const architectureSchema = z.enum(['amd64', 'arm64', '386', 'arm', 'ppc64le', 's390x'])
const buildSchema = z.object({ version: releaseSchema, os: systemSchema, arch: architectureSchema })
export type ReleaseBuild = z.infer<typeof buildSchema>

const day = z.iso.date()

export const releaseMinorSchema = z.object({
  /** `1.34` */
  minor: minorSchema,
  releasedOn: day,
  /** From here on only what is critical is mended. */
  maintenanceOn: day,
  endsOn: day,
  /** `page`: as published; `rule`: counted, 14 months after a release that Cove does not know yet. */
  datesFrom: z.enum(['page', 'rule']),
  state: z.enum(['upcoming', 'supported', 'maintenance', 'ended']),
  /** Null: none is known. */
  newest: releaseSchema.nullable(),
  /** When that was so: the publisher was asked then, or Cove's own list was made then. */
  newestAsOf: epochMs,
  newestFrom: z.enum(['asked', 'list']),
})
export type ReleaseMinor = z.infer<typeof releaseMinorSchema>

/** Why the machine is what it is said to be, where that is not what this program was built for. */
export const machineReasonSchema = z.enum(['same', 'rosetta', 'windows-emulation', 'kernel'])

export const releasesSchema = z.object({
  /** Newest first. */
  minors: z.array(releaseMinorSchema),
  source: z.string(),
  asOf: day,
  machine: z.object({ os: z.string(), arch: z.string(), because: machineReasonSchema }),
  /** Where downloads go that name no folder. */
  folder: z.string(),
})
export type Releases = z.infer<typeof releasesSchema>

export const downloadedSchema = z.object({
  id: z.string(),
  component: componentSchema,
  version: releaseSchema,
  os: systemSchema,
  arch: architectureSchema,
  path: z.string(),
  url: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  digestFrom: z.string(),
  at: epochMs,
  /** `not-checked`: one is published and there was no cosign to check it, or it was not wished for; `none`: none is published. */
  signature: z.enum(['verified', 'not-checked', 'none']),
  /** `unknown`: the file was touched since it was checked last. */
  state: z.enum(['ok', 'unknown', 'changed', 'gone']),
  checkedAt: epochMs,
})
export type Downloaded = z.infer<typeof downloadedSchema>

export const publishedFileSchema = z.object({
  component: componentSchema,
  kind: z.enum(['program', 'archive']),
  fileName: z.string(),
  /** The mirror's address where one is set. */
  url: z.string(),
  /** The publisher's own, always: SHA-256, which Cove checks, and SHA-512, which the CHANGELOG lists for archives. */
  digestUrl: z.string(),
  sha512Url: z.string(),
  signature: z.object({ signatureUrl: z.string(), certificateUrl: z.string() }).nullable(),
  /** Lines that do the same in a shell of this machine. */
  commands: z.array(z.string()),
  signatureCommands: z.array(z.string()),
})
export type PublishedFile = z.infer<typeof publishedFileSchema>

export const filesOfReleaseSchema = z.object({
  files: z.array(publishedFileSchema),
  /** What is not published for this system and architecture. */
  missing: z.array(componentSchema),
  /** Null: no cosign was found, so signatures are not checked. */
  cosign: z.string().nullable(),
})
export type FilesOfRelease = z.infer<typeof filesOfReleaseSchema>

export const releaseImageSchema = z.object({
  /** `kube-apiserver`, `coredns`. */
  name: z.string(),
  /** `registry.k8s.io/pause:3.10.1`: the name that Kubernetes asks for. */
  ref: z.string(),
  /** Where it is pulled from; the same where no mirror is set. */
  from: z.string(),
})
export const releaseImagesSchema = z.object({
  images: z.array(releaseImageSchema),
  /** `kubeadm`: a kubeadm of this very version was asked; `table`: none is here. */
  from: z.enum(['kubeadm', 'table']),
  kubeadm: z.string().nullable(),
  /** Of a table: false where the tags of coredns, pause and etcd were not compared with a kubeadm of this version. */
  sure: z.boolean(),
  /** Images whose tags nothing here knows. */
  unknown: z.array(z.string()),
  commands: z.array(z.string()),
})
export type ReleaseImages = z.infer<typeof releaseImagesSchema>

export const imageDetailsSchema = z.object({
  ref: z.string(),
  /** Of the index, as `@sha256:…` names it. Null with `error`. */
  digest: z.string().nullable(),
  platforms: z.array(z.object({ os: z.string(), arch: z.string(), digest: z.string() })),
  error: appErrorSchema.nullable(),
})
export type ImageDetails = z.infer<typeof imageDetailsSchema>

const imagesInput = z.object({ version: releaseSchema, names: z.array(z.string().max(100)).min(1).max(20) })

export const downloads = {
  /** Versions with their support dates as last known. Asks nobody. */
  releases: procedure.output(releasesSchema),
  /** Asks the publisher for the newest patch of a minor (`stable-1.34.txt`). Refused: `download-*`. */
  askNewest: procedure.input(z.object({ minor: minorSchema })).output(releaseMinorSchema),
  /** What is published for a version, system and architecture, and where. Asks nobody. Refused: `download-release-unknown`, `settings-invalid`. */
  files: procedure.input(buildSchema).output(filesOfReleaseSchema),
  /** Asks for digest and size of each; one that fails says why. */
  ask: procedure.input(buildSchema).output(
    z.array(
      z.object({
        component: componentSchema,
        sha256: z.string().nullable(),
        bytes: z.number().nullable(),
        error: appErrorSchema.nullable(),
      }),
    ),
  ),
  /** A job. `folder` null: Cove's own. Refused: `bad-input` (folder), `download-no-build`, `busy`. Two calls for one file are one job. */
  start: procedure
    .input(
      buildSchema.extend({ component: componentSchema, folder: z.string().max(4096).nullable(), signature: z.boolean().default(true) }),
    )
    .output(z.object({ jobId: z.string() })),
  /** What was downloaded here, newest first. */
  list: procedure.output(z.array(downloadedSchema)),
  /** Reads the whole file again. Refused: `not-found` (download). */
  verify: procedure.input(z.object({ id: z.string() })).output(downloadedSchema),
  /** Removes the file where it is what was downloaded; one that changed stays and is only forgotten. */
  remove: procedure.input(z.object({ id: z.string() })).output(z.object({ fileRemoved: z.boolean() })),
  /** The images that `kubeadm config images list` names for a version. Asks no network. */
  images: procedure.input(z.object({ version: releaseSchema })).output(releaseImagesSchema),
  /** Asks the registry for digests and architectures; one that fails says why. */
  askImages: procedure.input(z.object({ version: releaseSchema })).output(z.array(imageDetailsSchema)),
  /** A job that pulls images to the engine under the names that Kubernetes asks for. Refused: `engine-*`, `not-found` (image), `busy`. */
  pullImages: procedure.input(imagesInput).output(z.object({ jobId: z.string() })),
  /** A job that pulls what is missing and saves all in one tar. `file` null: in Cove's own folder. Refused: as before, `bad-input` (file). */
  saveImages: procedure.input(imagesInput.extend({ file: z.string().max(4096).nullable() })).output(z.object({ jobId: z.string() })),
}
