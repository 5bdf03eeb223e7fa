import { access, chmod, mkdir, rename } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../error.ts'
import { makeFolder, syncFolder } from '../toolchain/own-copies.ts'
import { hashFile, identify } from '../toolchain/file-identity.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { partialOf } from '../toolchain/fetch/partial.ts'
import { isDiskFull, retrieve } from '../toolchain/fetch/retrieve.ts'
import { withLock } from '../toolchain/lock.ts'
import { fetchDigest } from '../toolchain/sources.ts'
import type { DownloadProgress } from '../toolchain/types.ts'
import type { Addresses } from './addresses.ts'
import type { ReleaseFile } from './components.ts'

export type FetchFileOptions = {
  readonly http: HttpClient
  readonly addresses: Addresses
  readonly file: ReleaseFile
  /** Where it is to be. */
  readonly path: string
  /** In Cove's own folder, or put there by Cove before: a file that is there may be replaced. */
  readonly replace: boolean
  readonly signal: AbortSignal
  readonly progress: (progress: DownloadProgress) => void
  /** Called with the bytes, once they have the digest and before they have their name. What it throws leaves nothing. */
  readonly beforeNamed: (path: string) => Promise<void>
}

export type FetchedFile = { readonly sha256: string; readonly bytes: number; readonly identity: string }

/**
 * Puts a published file at a path: digest first, then the bytes (retrieve.ts), then its mode and its name. A file of other content that is there is not touched.
 * Throws the `download-*` errors, `file-exists`, `folder-unwritable`, `disk-full`, `cancelled`.
 */
export async function fetchFile(options: FetchFileOptions): Promise<FetchedFile> {
  const { addresses, file, http, path, signal, progress, beforeNamed } = options
  const partial = partialOf(path)
  await prepareFolder(dirname(path), options.replace)
  const waiting = async () => {
    const state = await partial.state()
    if (state) progress(state)
  }
  try {
    return await withLock(`${path}.lock`, { signal, waiting }, async () => {
      const sha256 = await fetchDigest({ digestUrl: addresses.digestUrl, pin: null, fileName: file.fileName }, http, signal)
      const there = (await identify(path)) === null ? null : await hashFile(path)
      if (there === sha256) await beforeNamed(path)
      else {
        if (there !== null && !options.replace) throw new AppError('file-exists', { path })
        const part = await retrieve({ http, url: addresses.url, file: path, sha256, signal, progress })
        try {
          await beforeNamed(part)
        } catch (error) {
          await partial.remove()
          throw error
        }
        await chmod(part, file.kind === 'program' ? 0o755 : 0o644)
        await rename(part, path)
        await partial.remove()
        await syncFolder(dirname(path))
      }
      const now = await identify(path)
      return { sha256, bytes: Number(now?.stats.size ?? 0), identity: now?.identity ?? '' }
    })
  } catch (error) {
    if (isDiskFull(error)) throw new AppError('disk-full', { path }, { cause: error })
    throw error
  }
}

async function prepareFolder(folder: string, own: boolean): Promise<void> {
  try {
    if (own) await makeFolder(folder)
    else await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    if (isDiskFull(cause)) throw cause
    throw new AppError('folder-unwritable', { path: folder, reason: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  }
}
