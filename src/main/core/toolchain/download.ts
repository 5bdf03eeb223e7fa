import { chmod, rename, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import type { HttpClient } from './fetch/http.ts'
import { shownUrl } from './fetch/address.ts'
import { partialOf } from './fetch/partial.ts'
import { isDiskFull, retrieve } from './fetch/retrieve.ts'
import { hashFile, identify } from './file-identity.ts'
import { withLock } from './lock.ts'
import { makeFolder, type OwnCopies, syncFolder } from './own-copies.ts'
import type { Prober } from './probe.ts'
import { digestFrom, fetchDigest, type Source } from './sources.ts'
import type { DownloadProgress } from './types.ts'

export type DownloadDeps = { readonly http: HttpClient; readonly own: OwnCopies; readonly prober: Prober }

export type DownloadOptions = { readonly signal: AbortSignal; readonly progress: (progress: DownloadProgress) => void }

/**
 * Puts a build into Cove's own folder and returns its path: digest first, then the bytes (retrieve.ts), then the execute bit, then its own word for its version, then
 * the manifest that makes it count. What was there before stays until then. A second process waits and finds it there.
 * Throws the `download-*` errors, `disk-full`, `cancelled`.
 */
export async function download(
  source: Source,
  { http, own, prober }: DownloadDeps,
  { signal, progress }: DownloadOptions,
): Promise<string> {
  const { tool, version, url } = source
  const path = own.pathOf(tool, version)
  const partial = partialOf(path)
  const waiting = async () => {
    const state = await partial.state()
    if (state) progress(state)
  }
  try {
    await makeFolder(dirname(dirname(path)))
    return await withLock(lockPath(path), { signal, waiting }, async () => {
      if (await isInstalled(tool, path, own)) return path
      await makeFolder(dirname(path))
      try {
        const sha256 = await fetchDigest(source, http, signal)
        // Killed between the rename and the manifest: the bytes are there already.
        if (!(await hasDigest(path, sha256))) {
          const part = await retrieve({ http, url, file: path, sha256, signal, progress })
          await chmod(part, 0o755)
          await rename(part, path)
          await partial.remove()
          await syncFolder(dirname(path))
        }
        await mustAnswer(tool, path, prober)
        await own.record(path, { tool, version, url: shownUrl(url), sha256, digestFrom: digestFrom(source), at: Date.now() })
        return path
      } catch (error) {
        // Goes only where nothing is kept for the next time.
        await rmdir(dirname(path)).catch(() => {})
        throw error
      }
    })
  } catch (error) {
    if (isDiskFull(error)) throw new AppError('disk-full', { path }, { cause: error })
    throw error
  }
}

/** `bin/kubectl/v1.34.4.lock` of `bin/kubectl/v1.34.4/kubectl`. */
export function lockPath(path: string): string {
  return `${dirname(path)}.lock`
}

async function isInstalled(tool: ToolName, path: string, own: OwnCopies): Promise<boolean> {
  try {
    await own.verify(tool, path)
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

async function hasDigest(path: string, sha256: string): Promise<boolean> {
  return (await identify(path)) !== null && (await hashFile(path).catch(() => null)) === sha256
}

/** The right bytes that do not run here (noexec folder, wrong machine) are of no use either. */
async function mustAnswer(tool: ToolName, path: string, prober: Prober): Promise<void> {
  await chmod(path, 0o755)
  const { problem } = await prober.ask(tool, path)
  if (!problem) return
  await rm(path, { force: true })
  throw new AppError('download-not-runnable', { tool, reason: problem.facts.reason }, { cause: problem, commandId: problem.commandId })
}
