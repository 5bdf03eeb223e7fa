import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser } from 'tar'
import { z } from 'zod'
import { archiveSource, type ImageSource } from '../engines/image-stream.ts'
import { fullName } from '../engines/images.ts'
import { AppError } from '../error.ts'

/** One image of an archive, or of the engine. */
export type ImageFacts = {
  /** `docker.io/library/web:1`; null: it has no name. */
  readonly ref: string | null
  /** Digests under which a runtime may know it: of its configuration, of its manifest. */
  readonly ids: readonly string[]
  /** GOARCH; null: it does not say, or it is of several. */
  readonly architecture: string | null
}

/** What a manifest, an index or a configuration may weigh; layers are not kept. */
const mostBytes = 1_048_576
const mostKept = 16 * mostBytes

export type Archive = {
  readonly images: readonly ImageFacts[]
  /** Unpacked. */
  readonly sizeBytes: number
  readonly packed: boolean
}

/** Bytes of an archive that was looked at, unpacked: containerd reads no other. */
export async function sourceOf(file: string, { packed, sizeBytes }: Archive): Promise<ImageSource> {
  const source = await archiveSource(file)
  if (!packed) return source
  let failed: AppError | null = null
  async function* bytes() {
    const unpacked = Readable.from(source.bytes, { objectMode: false }).pipe(createGunzip())
    try {
      yield* unpacked as AsyncIterable<Uint8Array>
    } catch (cause) {
      failed = new AppError('image-archive-invalid', { file, reason: cutOff }, { cause })
    } finally {
      unpacked.destroy()
    }
  }
  return { bytes: bytes(), total: sizeBytes, failure: async () => (await source.failure()) ?? failed }
}

/**
 * What images an archive holds, by its manifests alone: of `docker save` (https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format)
 * or an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), packed with gzip or not. All of it is read once, so that one that is
 * cut off is known before a machine is asked to take it. Throws `file-unreadable`, `image-archive-invalid`, `cancelled`.
 */
export async function imagesInArchive(file: string, signal?: AbortSignal): Promise<Archive> {
  const invalid = (reason: string, cause?: unknown) => new AppError('image-archive-invalid', { file, reason }, { cause })
  const kept = new Map<string, Buffer>()
  let looked: { readonly packed: boolean; readonly sizeBytes: number }
  try {
    looked = await readTar(file, kept, signal)
  } catch (cause) {
    if (signal?.aborted === true) throw new AppError('cancelled', {}, { cause })
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (code.startsWith('TAR_')) throw invalid(/truncated/i.test(message) ? cutOff : 'no tar', cause)
    if (code.startsWith('Z_')) throw invalid(code === 'Z_BUF_ERROR' ? cutOff : 'not gzip', cause)
    throw new AppError('file-unreadable', { file, reason: code || String(cause) }, { cause })
  }
  const images = imagesOf(kept)
  if (images === null || images.length === 0) throw invalid('no manifest')
  return { images, ...looked }
}

const cutOff = 'cut off'

/** Files that are small enough to be manifests go into `kept`, by their names. */
async function readTar(file: string, kept: Map<string, Buffer>, signal: AbortSignal | undefined) {
  const bodies: Promise<unknown>[] = []
  let keptBytes = 0
  const parser = new Parser({
    strict: true,
    brotli: false,
    zstd: false,
    onReadEntry: (entry) => {
      if (entry.type !== 'File' || entry.size > mostBytes || keptBytes + entry.size > mostKept) return entry.resume()
      keptBytes += entry.size
      const body = entry.concat().then((bytes) => kept.set(entry.path.replace(/^\.\//, ''), bytes))
      // Of a file that is cut off in the middle of it, told by the parser.
      body.catch(() => {})
      bodies.push(body)
    },
  })
  const ended = once(parser, 'end')
  ended.catch(() => {})
  let sizeBytes = 0
  const parse = async (source: AsyncIterable<Buffer>) => {
    for await (const part of source) {
      sizeBytes += part.length
      if (!parser.write(part)) await Promise.race([once(parser, 'drain'), ended])
    }
    parser.end()
    await ended
    await Promise.all(bodies)
  }
  const options = signal === undefined ? {} : { signal }
  const packed = await isPacked(file)
  const from = createReadStream(file)
  await (packed ? pipeline(from, createGunzip(), parse, options) : pipeline(from, parse, options))
  return { packed, sizeBytes }
}

async function isPacked(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const magic = Buffer.alloc(2)
    await handle.read(magic, 0, 2, 0)
    return magic[0] === 0x1f && magic[1] === 0x8b
  } finally {
    await handle.close()
  }
}

const dockerSchema = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish() }))
const descriptor = z.object({
  digest: z.string(),
  mediaType: z.string().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.object({ architecture: z.string() }).nullish(),
})
const indexSchema = z.object({ manifests: z.array(descriptor) })
const manifestSchema = z.object({ config: descriptor })
const configSchema = z.object({ architecture: z.string().nullish() })

/** Null: these are files of no image. Pure. */
function imagesOf(files: ReadonlyMap<string, Buffer>): ImageFacts[] | null {
  const read = <T extends z.ZodType>(name: string, schema: T): z.output<T> | null => {
    try {
      return schema.parse(JSON.parse(files.get(name)?.toString('utf8') ?? ''))
    } catch {
      return null
    }
  }
  const blob = (digest: string) => `blobs/${digest.replace(':', '/')}`
  const index = read('index.json', indexSchema)
  const docker = read('manifest.json', dockerSchema)
  if (docker !== null)
    return docker.flatMap(({ Config, RepoTags }) => {
      const hex = /([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1]
      const config = hex === undefined ? [] : [`sha256:${hex}`]
      // Whose engine keeps its images in containerd has the manifest in it too, by which containerd knows the image.
      const manifests = (index?.manifests ?? []).map(({ digest }) => digest)
      const own = manifests.filter((digest) => read(blob(digest), manifestSchema)?.config.digest === config[0])
      const architecture = read(Config, configSchema)?.architecture ?? null
      const facts = { ids: [...config, ...own], architecture }
      const names = RepoTags ?? []
      return (names.length === 0 ? [null] : names).map((name) => ({ ref: name === null ? null : fullName(name), ...facts }))
    })
  return (
    index?.manifests.map(({ digest, annotations, platform }) => {
      const config = read(blob(digest), manifestSchema)?.config.digest
      const name = annotations?.['io.containerd.image.name'] ?? null
      const architecture = (config === undefined ? null : read(blob(config), configSchema)?.architecture) ?? platform?.architecture ?? null
      return { ref: name === null ? null : fullName(name), ids: [digest, ...(config === undefined ? [] : [config])], architecture }
    }) ?? null
  )
}
