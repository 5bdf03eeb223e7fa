import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import semver from 'semver'
import { z } from 'zod'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import { parseVersionWish, programName } from './catalog.ts'
import { type FileIdentity, hashFile, identify } from './file-identity.ts'

const manifestSchema = z.object({
  tool: z.string(),
  version: z.string(),
  /** Where the bytes came from. */
  url: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where the digest came from: address of the publisher's checksum file, or `pin`. */
  digestFrom: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
type Manifest = z.infer<typeof manifestSchema>

export type OwnCopy = { readonly path: string; readonly manifest: Manifest }

const rolledBackSchema = z.object({
  /** The version that is not taken although it is newer. */
  from: z.string(),
  to: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
export type RolledBack = z.infer<typeof rolledBackSchema>

/**
 * Cove's own copies: `bin/kubectl/v1.34.4/kubectl` with a `manifest.json` beside it. Each has its own folder under its plain name, because programs look at the name
 * they are started under, and because `kubectl-v1.34.4` on a PATH would be a kubectl plugin. The manifest is written last: without it nothing is installed.
 */
export type OwnCopies = {
  /** Newest version first, after the one that was rolled back to. Nothing where the folder cannot be read. */
  list(tool: ToolName): Promise<OwnCopy[]>
  /** Null: the newest is taken. */
  rolledBack(tool: ToolName): Promise<RolledBack | null>
  rollBack(tool: ToolName, mark: RolledBack | null): Promise<void>
  /** Removes a copy with its folder; the manifest first, so that half a removal is no copy. */
  remove(path: string): Promise<void>
  /** Path that `version` of a tool has or would have. */
  pathOf(tool: ToolName, version: string): string
  isOwn(path: string): boolean
  /** Throws `tool-changed` where the file is no longer what was downloaded, or has no manifest. Hashes only what changed since the last time. */
  verify(tool: ToolName, path: string): Promise<Manifest>
  /** Null: none, so nothing is installed there. */
  manifestOf(path: string): Promise<Manifest | null>
  /** Makes the copy count. The file must have been verified and have answered. */
  record(path: string, manifest: Manifest): Promise<void>
}

export function createOwnCopies({ binDir, os }: { readonly binDir: string; readonly os: string }): OwnCopies {
  const verified = new Map<string, { identity: FileIdentity; sha256: string }>()

  async function verify(tool: ToolName, path: string): Promise<Manifest> {
    const manifest = await readManifest(path)
    const found = await identify(path)
    if (!manifest || !found) throw new AppError('tool-changed', { tool, path })
    const before = verified.get(path)
    if (before?.identity === found.identity && before.sha256 === manifest.sha256) return manifest
    const actual = await hashFile(path).catch(() => null)
    const after = await identify(path)
    if (actual !== manifest.sha256 || after?.identity !== found.identity) throw new AppError('tool-changed', { tool, path })
    verified.set(path, { identity: found.identity, sha256: actual })
    return manifest
  }

  const markOf = (tool: ToolName) => join(binDir, tool, 'rolled-back.json')

  async function rolledBack(tool: ToolName): Promise<RolledBack | null> {
    try {
      return rolledBackSchema.parse(JSON.parse(await readFile(markOf(tool), 'utf8')))
    } catch {
      return null
    }
  }

  return {
    rolledBack,
    rollBack: async (tool, mark) => {
      if (mark === null) await rm(markOf(tool), { force: true })
      else await writeWhole(markOf(tool), `${JSON.stringify(mark)}\n`)
    },
    remove: async (path) => {
      verified.delete(path)
      await rm(manifestPath(path), { force: true })
      await rm(dirname(path), { recursive: true, force: true })
    },
    list: async (tool) => {
      const mark = await rolledBack(tool)
      const rank = (version: string) => (version === mark?.to ? 0 : 1)
      const names = await readdir(join(binDir, tool)).catch(() => [])
      const versions = names.filter((name) => parseVersionWish(name) === name).sort((a, b) => rank(a) - rank(b) || semver.rcompare(a, b))
      const copies = await Promise.all(
        versions.map(async (version) => {
          const path = join(binDir, tool, version, programName(tool, os))
          const manifest = await readManifest(path)
          return manifest ? [{ path, manifest }] : []
        }),
      )
      return copies.flat()
    },
    pathOf: (tool, version) => join(binDir, tool, version, programName(tool, os)),
    manifestOf: readManifest,
    isOwn: (path) => path.startsWith(join(binDir, '/')),
    verify,
    record: async (path, manifest) => {
      await writeWhole(manifestPath(path), `${JSON.stringify(manifest, null, 2)}\n`)
    },
  }
}

/** Flushes a folder, so that a rename in it survives a power cut. Windows has no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder of Cove's own, for this user only. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

function manifestPath(path: string): string {
  return join(dirname(path), 'manifest.json')
}

async function readManifest(path: string): Promise<Manifest | null> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), 'utf8')))
  } catch {
    return null
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}
