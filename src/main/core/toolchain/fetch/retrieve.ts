import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../error.ts'
import { hashFile } from '../file-identity.ts'
import type { DownloadProgress } from '../types.ts'
import { answerProblem } from './answer.ts'
import type { HttpClient, HttpResponse } from './http.ts'
import { shownUrl } from './address.ts'
import { type Kept, type Partial, partialOf, validatorOf } from './partial.ts'

export type RetrieveOptions = {
  readonly http: HttpClient
  readonly url: URL
  /** Where the file is to be; it is written beside it. */
  readonly file: string
  /** Digest it must have, in hex. */
  readonly sha256: string
  readonly signal: AbortSignal
  readonly progress: (progress: DownloadProgress) => void
}

/**
 * Fetches bytes into `<file>.part` (0600, so that nothing half-done can be run) and returns its path once they have the digest and are on the disk. Takes up an earlier
 * part where the server agrees (Range with If-Range), else starts over. What is wrong is removed; what was cut short stays for the next time; cancel leaves nothing.
 * Throws the `download-*` errors, `disk-full`, `cancelled`.
 */
export async function retrieve(options: RetrieveOptions): Promise<string> {
  const { url, file, sha256 } = options
  const partial = partialOf(file)
  try {
    const kept = await partial.resumable(shownUrl(url), sha256)
    if (kept?.whole && (await hashFile(partial.path)) === sha256) return partial.path
    try {
      await transfer(partial, kept, options)
    } catch (error) {
      // The part on the disk may have been what was wrong: once more from the first byte.
      if (!kept || !(error instanceof AppError) || error.code !== 'download-digest-mismatch') throw error
      await partial.remove()
      await transfer(partial, null, options)
    }
    return partial.path
  } catch (error) {
    const problem = isDiskFull(error) ? new AppError('disk-full', { path: file }, { cause: error }) : error
    if (problem instanceof AppError && spoiled.has(problem.code)) await partial.remove()
    throw problem
  }
}

/** After these, what was fetched is of no use. */
const spoiled: ReadonlySet<string> = new Set(['download-digest-mismatch', 'download-not-a-program', 'disk-full', 'cancelled'])

async function transfer(partial: Partial, kept: Kept | null, { http, url, sha256, signal, progress }: RetrieveOptions): Promise<void> {
  const headers: Record<string, string> = kept ? { Range: `bytes=${kept.bytes}-`, 'If-Range': kept.validator } : {}
  let response = await http.get(url, headers, signal)
  let from = kept && startsAt(response) === kept.bytes ? kept.bytes : 0
  if (kept && (response.status === 416 || (response.status === 206 && from === 0))) {
    response.close()
    response = await http.get(url, {}, signal)
    from = 0
  }
  const problem =
    answerProblem(response, Date.now()) ??
    (response.status === 206 && from === 0 ? new AppError('download-status', { url: shownUrl(url), status: 206 }) : null)
  if (problem) {
    response.close()
    throw problem
  }

  const length = response.headers['content-length']
  const totalBytes = length === undefined ? null : from + Number(length)
  const handle = await open(partial.path, from > 0 ? 'r+' : 'w', 0o600)
  try {
    await handle.chmod(0o600)
    const hash = createHash('sha256')
    if (from > 0) await hashFirst(partial.path, from, hash)
    await partial.note({ url: shownUrl(url), sha256, validator: validatorOf(response.headers), totalBytes })
    const head = await copy(response, handle, from, hash, (receivedBytes) => progress({ receivedBytes, totalBytes }))
    await handle.sync()
    verify(response, hash.digest('hex'), sha256, from === 0 ? head : Buffer.alloc(0))
  } finally {
    response.close()
    await handle.close()
  }
}

/** Writes and hashes chunk by chunk; returns the first bytes. */
async function copy(
  response: HttpResponse,
  handle: FileHandle,
  from: number,
  hash: Hash,
  report: (bytes: number) => void,
): Promise<Buffer> {
  let at = from
  let head = Buffer.alloc(0)
  let reported = 0
  report(at)
  for await (const chunk of response.body) {
    if (head.length < 64) head = Buffer.concat([head, chunk.subarray(0, 64)])
    hash.update(chunk)
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, at)
      done += bytesWritten
      at += bytesWritten
    }
    if (performance.now() - reported > 100) {
      reported = performance.now()
      report(at)
    }
  }
  report(at)
  return head
}

function verify({ url, headers }: HttpResponse, actual: string, expected: string, head: Buffer): void {
  if (actual === expected) return
  // A page served under another type is named for what it is.
  if (/^\s*<(!doctype|html)/i.test(head.toString('latin1'))) {
    throw new AppError('download-not-a-program', { url: shownUrl(url), contentType: headers['content-type'] ?? 'text/html' })
  }
  throw new AppError('download-digest-mismatch', { url: shownUrl(url), expected, actual })
}

function startsAt({ status, headers }: HttpResponse): number | null {
  const match = status === 206 ? /^bytes (\d+)-/.exec(headers['content-range'] ?? '') : null
  return match ? Number(match[1]) : null
}

async function hashFirst(path: string, bytes: number, hash: Hash): Promise<void> {
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
}

/** Also a quota. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
