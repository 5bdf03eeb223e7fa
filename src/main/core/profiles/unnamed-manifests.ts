import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** So long the drafts of pages, of which core knows nothing, may name one that nothing else does. */
const keptMs = 30 * 24 * 3_600_000
/** As `keepManifest` names their folders. */
const digestForm = /^[0-9a-f]{16}$/

/**
 * Removes manifests that `keepManifest` wrote, the last time 30 days ago or more, and that no profile, record of a cluster or job names. Throws where one of these cannot
 * be read: then each may be named, and none is removed.
 */
export async function removeUnnamedManifests(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'manifests')
  const unnamed = new Set<string>()
  for (const name of await namesIn(folder))
    if (digestForm.test(name) && Date.now() - (await stat(join(folder, name))).mtimeMs >= keptMs) unnamed.add(name)
  if (unnamed.size === 0) return
  const below = async (name: string) => (await namesIn(join(dataDir, name))).map((file) => join(dataDir, name, file))
  for (const file of [join(dataDir, 'clusters.json'), ...(await below('profiles')), ...(await below('jobs'))]) {
    // A digest is told from all else in any of these texts, however paths are written there.
    const text = await readFile(file, 'utf8').catch(absentAs(''))
    for (const digest of unnamed) if (text.includes(digest)) unnamed.delete(digest)
  }
  for (const digest of unnamed) await rm(join(folder, digest), { recursive: true, force: true })
}

const namesIn = (folder: string) => readdir(folder).catch(absentAs<string[]>([]))

/** A folder is none of these texts. */
const absentAs =
  <T>(nothing: T) =>
  (error: unknown): T => {
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return nothing
    throw error
  }
