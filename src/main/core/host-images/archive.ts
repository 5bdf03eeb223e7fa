import { open } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
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

const block = 512
/** What a manifest, an index or a configuration may weigh; layers are passed over. */
const mostBytes = 1_048_576
const mostKept = 16 * mostBytes

export type Archive = {
  readonly images: readonly ImageFacts[]
  /** Unpacked. */
  readonly sizeBytes: number
  readonly packed: boolean
}

type Reader = {
  readonly packed: boolean
  read(length: number): Promise<Buffer>
  skip(length: number): Promise<void>
  /** Bytes from the beginning to the end, once all were read or passed over. */
  whole(): number
  close(): Promise<void>
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
 * or an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), packed with gzip or not. Layers of one that is not packed are not read.
 * Throws `file-unreadable`, `image-archive-invalid`, `cancelled`.
 */
export async function imagesInArchive(file: string, signal?: AbortSignal): Promise<Archive> {
  const unreadable = (cause: unknown) =>
    new AppError('file-unreadable', { file, reason: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  const invalid = (reason: string) => new AppError('image-archive-invalid', { file, reason })
  let reader: Reader
  try {
    reader = await readerOf(file)
  } catch (cause) {
    throw unreadable(cause)
  }
  let kept: ReadonlyMap<string, Buffer>
  try {
    kept = await smallFiles(reader, signal)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof NotTar) throw invalid(cause.message)
    const { code = '' } = cause as NodeJS.ErrnoException
    throw code === 'Z_BUF_ERROR' ? invalid(cutOff) : code.startsWith('Z_') ? invalid('not gzip') : unreadable(cause)
  } finally {
    await reader.close()
  }
  const images = imagesOf(kept)
  if (images === null || images.length === 0) throw invalid('no manifest')
  return { images, sizeBytes: reader.whole(), packed: reader.packed }
}

class NotTar extends Error {}
const cutOff = 'cut off'

/** Files of a tar that are small enough to be manifests, by their names: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
async function smallFiles(reader: Reader, signal: AbortSignal | undefined): Promise<Map<string, Buffer>> {
  const kept = new Map<string, Buffer>()
  let bytes = 0
  let first = true
  /** What a header of its own says of the next. */
  let next: { readonly name?: string; readonly size?: number } = {}
  for (;;) {
    if (signal?.aborted === true) throw new AppError('cancelled', {})
    const header = await reader.read(block)
    // Some writers leave the empty blocks of the end out.
    const ended = header.length === 0 || (header.length === block && header.every((byte) => byte === 0))
    if (ended && !first) return kept
    if (ended || header.length < block || !isHeader(header)) throw new NotTar(first ? 'no tar' : cutOff)
    first = false
    const type = String.fromCharCode(header[156] ?? 0)
    const size = next.size ?? sizeIn(header)
    const whole = padded(size)
    if (type === 'x' || type === 'L') {
      const body = await bodyOf(reader, size)
      next = type === 'L' ? { ...next, name: textIn(body, 0, size) } : { ...next, ...paxFacts(body) }
      continue
    }
    const name = (next.name ?? nameIn(header)).replace(/^\.\//, '')
    next = {}
    const isFile = type === '0' || type === '\0'
    if (isFile && size <= mostBytes && bytes + size <= mostKept) {
      kept.set(name, await bodyOf(reader, size))
      bytes += size
    } else if (isFile || type === 'g') await reader.skip(whole)
  }
}

async function bodyOf(reader: Reader, size: number): Promise<Buffer> {
  if (size > mostBytes) throw new NotTar('no tar')
  const body = await reader.read(padded(size))
  if (body.length < size) throw new NotTar(cutOff)
  return body.subarray(0, size)
}

function nameIn(header: Buffer): string {
  const prefix = textIn(header, 345, 155)
  const name = textIn(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

const padded = (size: number) => Math.ceil(size / block) * block

function textIn(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return bytes.toString('utf8', at, end < 0 || end > at + length ? at + length : end)
}

/** Octal, or base 256 where the first bit is set, as GNU tar writes what is larger than 8 GiB. */
function sizeIn(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) === 0) return Number.parseInt(textIn(header, 124, 12).trim() || '0', 8)
  return header.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, 0)
}

/** Its sum is that of its bytes, with blanks in place of the sum. */
function isHeader(header: Buffer): boolean {
  const said = Number.parseInt(textIn(header, 148, 8).trim(), 8)
  let sum = 8 * 0x20
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte
  return said === sum
}

function paxFacts(body: Buffer): { name?: string; size?: number } {
  const value = (key: string) => new RegExp(`^\\d+ ${key}=(.*)$`, 'm').exec(body.toString('utf8'))?.[1]
  const [name, size] = [value('path'), value('size')]
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size: Number(size) }) }
}

async function readerOf(file: string): Promise<Reader> {
  const handle = await open(file, 'r')
  const magic = Buffer.alloc(2)
  let whole: number
  try {
    await handle.read(magic, 0, 2, 0)
    whole = (await handle.stat()).size
  } catch (cause) {
    await handle.close()
    throw cause
  }
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
    let at = 0
    return {
      packed: false,
      whole: () => whole,
      read: async (length) => {
        const buffer = Buffer.alloc(length)
        const { bytesRead } = await handle.read(buffer, 0, length, at)
        at += bytesRead
        return buffer.subarray(0, bytesRead)
      },
      skip: async (length) => {
        at += length
        if (at > whole) throw new NotTar(cutOff)
      },
      close: () => handle.close(),
    }
  }
  await handle.close()
  return packedReader(file)
}

function packedReader(file: string): Reader {
  const packed = createReadStream(file)
  const unpacked = createGunzip()
  packed.once('error', (cause) => unpacked.destroy(cause))
  packed.pipe(unpacked)
  const chunks = unpacked[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)
  let taken = 0
  /** Takes so many bytes away, or as many as there are. */
  const take = async (length: number, keep: boolean): Promise<Buffer> => {
    const parts: Buffer[] = []
    let left = length
    while (left > 0) {
      if (rest.length === 0) {
        const { value, done } = await chunks.next()
        if (done === true) break
        rest = value
      }
      const part = rest.subarray(0, left)
      if (keep) parts.push(part)
      left -= part.length
      taken += part.length
      rest = rest.subarray(part.length)
    }
    return Buffer.concat(parts)
  }
  return {
    packed: true,
    whole: () => taken,
    read: (length) => take(length, true),
    skip: async (length) => void (await take(length, false)),
    close: async () => {
      packed.destroy()
      unpacked.destroy()
    },
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
