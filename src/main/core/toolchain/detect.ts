import { readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError, errorShape } from '../error.ts'
import { programName } from './catalog.ts'
import type { ToolCopy } from './choice.ts'
import { identify } from './file-identity.ts'
import type { OwnCopies } from './own-copies.ts'
import type { Prober } from './probe.ts'
import { unusable } from './problem.ts'
import type { SearchFolder } from './search-list.ts'

export type DetectDeps = { readonly prober: Prober; readonly own: OwnCopies; readonly os: string }

type Candidate = { readonly path: string; readonly origin: ToolCopy['origin'] }

/**
 * All copies of a tool on this machine, in the order in which they win, each asked for its version (at the same time). Reads folders and starts programs, changes nothing.
 * `chosen`: path set by hand, listed also where nothing is there.
 */
export async function detect(
  tool: ToolName,
  chosen: string | null,
  folders: readonly SearchFolder[],
  { prober, own, os }: DetectDeps,
): Promise<ToolCopy[]> {
  const candidates: Candidate[] = chosen === null ? [] : [{ path: chosen, origin: 'chosen' }]
  for (const { folder, origin } of folders) candidates.push({ path: join(folder, programName(tool, os)), origin })
  for (const { path } of await own.list(tool)) candidates.push({ path, origin: 'cove' })

  const copies: Promise<ToolCopy>[] = []
  const seen = new Set<string>()
  for (const { path, origin } of candidates) {
    const found = await identify(path)
    // As a shell does: what is no file, or cannot be seen, is passed over.
    if (!found?.stats.isFile() && origin !== 'chosen') continue
    // One file under two folders (/bin is /usr/bin) is one copy.
    const key = found ? `${found.stats.dev}:${found.stats.ino}` : path
    if (seen.has(key)) continue
    seen.add(key)
    // A link of Cove's in PATH is the copy that it leads to: it wins as what the terminal runs, and is checked as Cove's own.
    const target = await readlink(path).then(
      (to) => resolve(dirname(path), to),
      () => path,
    )
    const at = own.isOwn(target) ? target : path
    copies.push(look(tool, at, origin !== 'chosen' && own.isOwn(at) ? 'cove' : origin, prober, own))
  }
  return Promise.all(copies)
}

async function look(tool: ToolName, path: string, origin: ToolCopy['origin'], prober: Prober, own: OwnCopies): Promise<ToolCopy> {
  let sha256: string | null = null
  try {
    // Checked before it is started: a file that was swapped is not run even to ask who it is.
    if (own.isOwn(path)) sha256 = (await own.verify(tool, path)).sha256
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { path, version: null, origin, problem: errorShape(error), sha256 }
  }
  const { version, problem } = await prober.ask(tool, path)
  return { path, version, origin, problem: problem && errorShape(problem), sha256 }
}

/** What one file answers, wherever it lies. Throws `tool-unusable` or `tool-changed`. */
export async function askOne(tool: ToolName, path: string, { prober, own }: DetectDeps): Promise<void> {
  const found = await identify(path)
  if (!found) throw unusable(tool, path, 'missing')
  if (own.isOwn(path)) await own.verify(tool, path)
  const { problem } = await prober.ask(tool, path)
  if (problem) throw problem
}
