import { isAbsolute, join, normalize } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Component, ReleaseBuild } from '#shared/contract/downloads.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { shownUrl } from '../toolchain/fetch/address.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { partialOf } from '../toolchain/fetch/partial.ts'
import { identify } from '../toolchain/file-identity.ts'
import type { Addresses } from './addresses.ts'
import type { ReleaseFile } from './components.ts'
import { fetchFile } from './fetch-file.ts'
import type { DownloadRecord, DownloadRecords } from './records.ts'
import { checkSignature, findCosign } from './signature.ts'

export type DownloadJobDeps = {
  readonly exec: Exec
  readonly records: DownloadRecords
  readonly dataDir: string
  http(): HttpClient
  addresses(file: ReleaseFile): Addresses
  changed(): void
}

export type DownloadWish = ReleaseBuild & {
  readonly component: Component
  readonly file: ReleaseFile
  /** Null: Cove's own. */
  readonly folder: string | null
  readonly signature: boolean
}

/** Where Cove keeps what nobody named a folder for. */
export function ownFolder(dataDir: string): string {
  return join(dataDir, 'downloads')
}

/** Where a wish ends. Throws `bad-input` for a folder that is not absolute. */
function pathOf({ version, os, arch, file, folder }: DownloadWish, dataDir: string): string {
  if (folder === null)
    return join(ownFolder(dataDir), version, isForEveryPlatform(file.component) ? 'source' : `${os}-${arch}`, file.fileName)
  if (!isAbsolute(folder)) throw new AppError('bad-input', { field: 'folder' })
  return join(normalize(folder), file.fileName)
}

/** The job that fetches, checks and records a file: `result.path`, `result.sha256`, `result.signature`. */
export function downloadJob(wish: DownloadWish, deps: DownloadJobDeps): JobDefinition {
  const { component, version, os, arch, file } = wish
  const path = pathOf(wish, deps.dataDir)
  const addresses = deps.addresses(file)
  const facts = { tool: component, version, os, arch, path }

  const run = async (job: JobContext) => {
    job.undo([partialOf(path).path])
    let signature: DownloadRecord['signature'] = file.signature === null ? 'none' : 'not-checked'
    const before = (await deps.records.list()).find((record) => record.path === path)
    job.enter('download', { receivedBytes: 0, totalBytes: null })
    const fetched = await fetchFile({
      http: deps.http(),
      addresses,
      file,
      path,
      // What Cove put there, and nobody changed since, is Cove's to replace.
      replace: wish.folder === null || (before !== undefined && before.identity === (await identify(path))?.identity),
      signal: job.signal,
      progress: ({ receivedBytes, totalBytes }) => {
        job.progress('download', totalBytes ? Math.min(1, receivedBytes / totalBytes) : null, { receivedBytes, totalBytes })
      },
      beforeNamed: async (part) => {
        job.leave('download')
        if (await signatureHolds(part, job)) signature = 'verified'
      },
    })
    const at = Date.now()
    const from = { url: shownUrl(addresses.url), digestFrom: shownUrl(addresses.digestUrl) }
    const record = { id: randomUUID(), component, version, os, arch, path, ...from, ...fetched, at, signature, checkedAt: at }
    await deps.records.put({ ...record, verdict: 'ok' })
    deps.changed()
    return { path, version, sha256: fetched.sha256, signature }
  }

  /** False: not checked, because it was not wished for, none is published, or there is no cosign. */
  async function signatureHolds(part: string, job: JobContext): Promise<boolean> {
    const { signatureUrl, certificateUrl } = addresses
    const cosign = wish.signature && signatureUrl && certificateUrl ? await findCosign(deps.exec) : null
    if (!cosign || !signatureUrl || !certificateUrl) {
      job.skip('check-signature')
      return false
    }
    const { exec, dataDir } = deps
    const at = { signatureUrl, certificateUrl }
    await job.step('check-signature', () =>
      checkSignature(cosign, part, at, { exec, http: deps.http(), dataDir, jobId: job.id, signal: job.signal }),
    )
    return true
  }

  return {
    kind: 'component.download',
    subject: component,
    facts,
    // Two downloads to one path are one job.
    key: `download:${path}`,
    join: true,
    steps: [
      { id: 'download', facts: { ...facts, receivedBytes: 0, totalBytes: null }, usualMs: 15_000 },
      { id: 'check-signature', usualMs: 3_000 },
    ],
    run,
    // After a failure the part stays, to be gone on with.
    cleanUp: async (_, why) => {
      const part = partialOf(path)
      return why === 'cancelled' && (await identify(`${path}.lock`)) === null && (await identify(part.path)) ? [part.path] : []
    },
  }
}
