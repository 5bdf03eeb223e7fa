import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type ToolCheck, toolCheckSchema, type ToolName } from '#shared/contract/toolchain.ts'
import { AppError, errorShape } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'
import type { ToolCopy } from './choice.ts'
import type { HttpClient } from './fetch/http.ts'
import { hashFile, identify } from './file-identity.ts'
import type { OwnCopies } from './own-copies.ts'
import { fetchDigest, type Source } from './sources.ts'

export type ToolChecks = {
  /** The last check of a copy; null: none was asked for. */
  last(path: string): ToolCheck | null
  /**
   * Hashes the whole file, whatever is known of it, and compares it with the publisher's digest of its version, or, where that cannot be had, with what Cove wrote down.
   * Throws `tool-unusable` where it cannot be read.
   */
  check(tool: ToolName, copy: ToolCopy): Promise<ToolCheck>
  forget(path: string): Promise<void>
}

export type ToolChecksDeps = {
  readonly own: OwnCopies
  readonly http: () => HttpClient
  /** Null: the publisher has no build of that version for this machine. */
  readonly source: (tool: ToolName, version: string) => Source | null
  readonly dataDir: string
}

const limitMs = 10_000
type Word =
  | { readonly said: { readonly expected: string; readonly against: 'pin' | 'published' }; readonly error: null }
  | { readonly said: null; readonly error: ToolCheck['error'] }
const keptSchema = z.record(z.string(), toolCheckSchema)

export function createToolChecks({ own, http, source, dataDir }: ToolChecksDeps): ToolChecks {
  const file = join(dataDir, 'cache', 'tool-checks.json')
  const checks = new Map(Object.entries(load(file)))
  let writing: Promise<void> = Promise.resolve()

  function keep(): Promise<void> {
    writing = writing.then(() => writeAtomic(file, JSON.stringify(Object.fromEntries(checks)), false)).catch(() => {})
    return writing
  }

  /** The publisher's word on a version, as of now; null: it has none. */
  async function published(tool: ToolName, version: string | null): Promise<Word | null> {
    const from = version === null ? null : source(tool, version)
    if (from === null) return null
    const signal = AbortSignal.timeout(limitMs)
    try {
      const expected = await fetchDigest(from, http(), signal)
      return { said: { expected, against: from.pin === null ? 'published' : 'pin' }, error: null }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const stalled = new AppError('download-stalled', { url: from.digestUrl?.host ?? '', seconds: limitMs / 1000 })
      return { said: null, error: errorShape(signal.aborted ? stalled : error) }
    }
  }

  async function check(tool: ToolName, copy: ToolCopy): Promise<ToolCheck> {
    const { path } = copy
    const manifest = own.isOwn(path) ? await own.manifestOf(path) : null
    const [sha256, word] = await Promise.all([
      hashFile(path).catch((cause: unknown) =>
        Promise.reject(new AppError('tool-unusable', { tool, path, reason: 'no-permission' }, { cause })),
      ),
      published(tool, manifest?.version ?? copy.version),
    ])
    const before = checks.get(path) ?? null
    const remembered = manifest?.sha256 ?? before?.sha256 ?? null
    const common = { sha256, at: Date.now(), since: sinceOf(sha256, manifest, before), error: word?.error ?? null }
    // What Cove verified once must stay what it was, whatever a publisher says by now.
    if (manifest && sha256 !== manifest.sha256) return { ...common, state: 'changed', against: 'recorded', expected: manifest.sha256 }
    if (word?.said) return { ...common, ...word.said, state: sha256 === word.said.expected ? 'same' : 'differs' }
    if (remembered === null) return { ...common, state: 'first', against: 'seen', expected: null }
    return {
      ...common,
      state: sha256 === remembered ? 'same' : 'changed',
      against: manifest ? 'recorded' : 'seen',
      expected: remembered,
    }
  }

  return {
    last: (path) => checks.get(path) ?? null,
    check: async (tool, copy) => {
      if ((await identify(copy.path)) === null) throw new AppError('tool-unusable', { tool, path: copy.path, reason: 'missing' })
      const done = await check(tool, copy)
      checks.set(copy.path, done)
      await keep()
      return done
    },
    forget: async (path) => {
      if (checks.delete(path)) await keep()
    },
  }
}

/** Since when these bytes are known here; null: since now. */
function sinceOf(
  sha256: string,
  manifest: { readonly sha256: string; readonly at: number } | null,
  before: ToolCheck | null,
): number | null {
  if (manifest?.sha256 === sha256) return manifest.at
  return before?.sha256 === sha256 ? (before.since ?? before.at) : null
}

function load(file: string): Record<string, ToolCheck> {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}
