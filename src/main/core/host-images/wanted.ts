import { basename } from 'node:path'
import { z } from 'zod'
import { type ImageSource, type SaveDeps, saveSource } from '../engines/image-stream.ts'
import { fullName } from '../engines/images.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { type ImageFacts, imagesInArchive, sourceOf } from './archive.ts'

/** Images of the engine, by names or ids; or what a tar file of this machine holds. */
export type ImagesFrom = { readonly images: readonly string[] } | { readonly archive: string }

/** One of the two, as both or neither is no wish. Throws `bad-input`. Pure. */
export function imagesFrom({
  images = [],
  archive = null,
}: {
  readonly images?: readonly string[]
  readonly archive?: string | null
}): ImagesFrom {
  if (archive !== null && images.length === 0) return { archive }
  if (archive === null && images.length > 0) return { images }
  throw new AppError('bad-input', { field: 'images' })
}

export type WantedDeps = SaveDeps & { readonly exec: Pick<Exec, 'run'>; readonly engines: Pick<Engines, 'require'> }

/** What is to be loaded, known before a byte of it is sent. */
export type Wanted = {
  /** The file, or the names. */
  readonly label: string
  readonly images: readonly ImageFacts[]
  /** About how many bytes are sent. */
  readonly totalBytes: number
  /** Begins to read; who does so reads to the end, or leaves the loop over its bytes. */
  open(): Promise<ImageSource>
}

/** What people call it: the image, the file, or the first image and how many more. */
export const wantedFacts = (from: ImagesFrom): { image: string; more: number; archive: string | null } =>
  'archive' in from
    ? { image: basename(from.archive), more: 0, archive: from.archive }
    : { image: from.images[0] ?? '', more: from.images.length - 1, archive: null }

/** Looks at what is to be loaded. Throws `engine-*`, `image-not-found`, `file-unreadable`, `image-archive-invalid`, `cancelled`. */
export async function wantedOf(
  deps: WantedDeps,
  from: ImagesFrom,
  run: { readonly jobId: string; readonly signal: AbortSignal },
): Promise<Wanted> {
  if ('archive' in from) {
    const archive = await imagesInArchive(from.archive, run.signal)
    return { label: from.archive, images: archive.images, totalBytes: archive.sizeBytes, open: () => sourceOf(from.archive, archive) }
  }
  const { docker } = await deps.engines.require()
  const images: ImageFacts[] = []
  let totalBytes = 0
  for (const name of from.images) {
    const args = ['image', 'inspect', '--format={{json .}}', '--', name]
    const command = { file: docker, args, ...run, timeoutMs: 30_000 }
    const { stdout, id } = await runDocker(deps, command, () => new AppError('image-not-found', { image: name }))
    const seen = read(stdout)
    if (seen === null)
      throw new AppError('command-output-unreadable', { command: `docker image inspect ${name}`, reason: 'not JSON' }, { commandId: id })
    const named = (seen.RepoTags ?? []).map(fullName).includes(fullName(name))
    images.push({ ref: named ? fullName(name) : null, ids: [seen.Id], idsOf: idOf(seen), architecture: seen.Architecture || null })
    totalBytes += seen.Size
  }
  return { label: from.images.join(', '), images, totalBytes, open: async () => saveSource(deps, docker, from.images, totalBytes, run) }
}

/** https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Image/operation/ImageInspect */
const inspectSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  /** Only of an engine that keeps its images in containerd, since 28. */
  Descriptor: z.object({ digest: z.string() }).nullish(),
  Architecture: z.string().default(''),
  Size: z.number().default(0),
})

/** An engine that keeps its images in containerd names them by their target: https://github.com/moby/moby/blob/master/daemon/containerd/image_inspect.go. Pure. */
const idOf = ({ Id, Descriptor, RepoDigests }: z.infer<typeof inspectSchema>): ImageFacts['idsOf'] =>
  Descriptor?.digest === Id || (RepoDigests ?? []).some((one) => one.endsWith(`@${Id}`)) ? 'target' : 'configuration'

function read(text: string): z.infer<typeof inspectSchema> | null {
  try {
    return inspectSchema.parse(JSON.parse(text.trim().split('\n')[0] ?? ''))
  } catch {
    return null
  }
}
