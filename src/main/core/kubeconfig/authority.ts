import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import { textOf } from './entries.ts'
import { type FileEntries, ownersOf } from './view.ts'

/** PEM of the authority that a context trusts; null: it names none, or its file cannot be read. Data wins over a file, as in kubectl. */
export async function authorityOf(files: readonly FileEntries[], ref: ContextRef): Promise<string | null> {
  const context = files.find((file) => file.path === ref.file)?.entries?.contexts.get(ref.name)
  const cluster = context === undefined ? '' : textOf(context.body, 'cluster')
  const owner = ownersOf(files)('clusters', cluster)
  const body = owner?.entries?.clusters.get(cluster)?.body
  if (owner === undefined || body === undefined) return null
  const data = textOf(body, 'certificate-authority-data')
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8')
  const file = textOf(body, 'certificate-authority')
  return file === '' ? null : readFile(resolve(dirname(owner.path), file), 'utf8').catch(() => null)
}
