import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { archiveSource, type ImageSource } from '../engines/image-stream.ts'
import { fullName } from '../engines/images.ts'
import { AppError } from '../error.ts'

/** One image of an archive, or of the engine. */
export type ImageFacts = {
  /** `docker.io/library/web:1`; null: it has no name. */
  readonly ref: string | null
  /** Digests under which a runtime may know it: of its configuration, of its manifest, of the index that names this one. Of one for several processors those of each. */
  readonly ids: readonly string[]
  /** Whose digests are among them. Runtimes name one image by different ones, so that not every two can be compared. Target: the manifest or the index. */
  readonly idsOf: 'configuration' | 'target' | 'both'
  /** GOARCH; null: it does not say, or it is of several. */
  readonly architecture: string | null
}

/** Its name, or what it is known by without one. Pure. */
export const nameOf = ({ ref, ids }: ImageFacts): string => ref ?? ids[0] ?? ''

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
    const read = Readable.from(source.bytes, { objectMode: false })
    const unpacked = read.pipe(createGunzip())
    try {
      yield* unpacked as AsyncIterable<Uint8Array>
    } catch (cause) {
      failed = new AppError('image-archive-invalid', { file, reason: cutOff }, { cause })
    } finally {
      unpacked.destroy()
      // It is not ended with what it is piped to, and holds the file.
      read.destroy()
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

/** Files that may be manifests go into `kept`, by their names: JSON, and not too much of it, but that with which reading begins whatever there is besides. */
async function readTar(file: string, kept: Map<string, Buffer>, signal: AbortSignal | undefined) {
  // Only here: core does not wait for it when it starts.
  const { Parser } = await import('tar')
  let keptBytes = 0
  const parser = new Parser({
    strict: true,
    brotli: false,
    zstd: false,
    onReadEntry: (entry) => {
      if (entry.type !== 'File' || entry.size > mostBytes) return entry.resume()
      const name = entry.path.replace(/^\.\//, '')
      const parts: Buffer[] = []
      let wanted: boolean | null = null
      entry.on('data', (part) => {
        if (wanted === null) {
          wanted = mayBeJson(part) && (roots.includes(name) || keptBytes + entry.size <= mostKept)
          if (wanted) keptBytes += entry.size
        }
        if (wanted) parts.push(part)
      })
      entry.on('end', () => parts.length > 0 && kept.set(name, Buffer.concat(parts)))
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
  }
  const options = signal === undefined ? {} : { signal }
  const packed = await isPacked(file)
  const from = createReadStream(file)
  await (packed ? pipeline(from, createGunzip(), parse, options) : pipeline(from, parse, options))
  return { packed, sizeBytes }
}

/** Those at which reading begins; they stand at the end of what docker saves. */
const roots: readonly string[] = ['manifest.json', 'index.json']

/** An object or an array. Pure. */
const mayBeJson = (bytes: Uint8Array) => /^\s*[{[]/.test(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))

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
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.object({ architecture: z.string() }).nullish(),
})
const indexSchema = z.object({ manifests: z.array(descriptor) })
const manifestSchema = z.object({ config: descriptor })
const configSchema = z.object({ architecture: z.string().nullish() })
type Descriptor = z.infer<typeof descriptor>

/** What a descriptor leads to. */
type Under = { readonly targets: readonly string[]; readonly configs: readonly string[]; readonly architectures: readonly string[] }

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
  // `above`: an archive may say of an index that it stands in itself.
  const under = ({ digest, platform }: Descriptor, above = new Set<string>()): Under => {
    const index = above.has(digest) ? null : read(blob(digest), indexSchema)
    if (index !== null) {
      above.add(digest)
      // Of an image that was pulled for one processor the index names the manifests of the others too, which are not in the archive.
      const inside = index.manifests.filter((one) => isOfImage(one) && files.has(blob(one.digest))).map((one) => under(one, above))
      return {
        targets: [digest, ...inside.flatMap(({ targets }) => targets)],
        configs: inside.flatMap(({ configs }) => configs),
        architectures: inside.flatMap(({ architectures }) => architectures),
      }
    }
    const config = read(blob(digest), manifestSchema)?.config.digest
    const architecture = (config === undefined ? null : read(blob(config), configSchema)?.architecture) ?? platform?.architecture
    return { targets: [digest], configs: config === undefined ? [] : [config], architectures: architecture ? [architecture] : [] }
  }
  const tops = read('index.json', indexSchema)
    ?.manifests.filter(isOfImage)
    .map((one) => ({ name: one.annotations?.['io.containerd.image.name'] ?? null, below: under(one) }))
  const docker = read('manifest.json', dockerSchema)
  if (docker !== null)
    return docker.flatMap(({ Config, RepoTags }) => {
      const hex = /([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1]
      const config = hex === undefined ? [] : [`sha256:${hex}`]
      // Whose engine keeps its images in containerd has the manifest or the index in it too, by which containerd knows the image; this file names one processor of several.
      const own = (tops ?? []).map(({ below }) => below).filter(({ configs }) => configs.some((id) => config.includes(id)))
      const architecture = read(Config, configSchema)?.architecture
      const facts = factsOf([{ targets: [], configs: config, architectures: architecture ? [architecture] : [] }, ...own])
      const names = RepoTags ?? []
      return (names.length === 0 ? [null] : names).map((name) => ({ ref: name === null ? null : fullName(name), ...facts }))
    })
  return tops?.map(({ name, below }) => ({ ref: name === null ? null : fullName(name), ...factsOf([below]) })) ?? null
}

/** Not what a build says of an image: https://docs.docker.com/build/metadata/attestations/attestation-storage/. Pure. */
const isOfImage = ({ platform }: Descriptor) => platform?.architecture !== 'unknown'

function factsOf(all: readonly Under[]): Omit<ImageFacts, 'ref'> {
  const configs = all.flatMap((one) => one.configs)
  const targets = all.flatMap((one) => one.targets)
  const [architecture = null, another] = new Set(all.flatMap((one) => one.architectures))
  return {
    ids: [...new Set([...configs, ...targets])],
    idsOf: targets.length === 0 ? 'configuration' : configs.length === 0 ? 'target' : 'both',
    architecture: another === undefined ? architecture : null,
  }
}
