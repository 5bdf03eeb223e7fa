import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Newest, type ToolName, toolNameSchema } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import { AppError, errorShape } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'
import { parseVersionWish } from './catalog.ts'
import { shownUrl } from './fetch/address.ts'
import { answerProblem } from './fetch/answer.ts'
import type { HttpClient } from './fetch/http.ts'
import { fetchText } from './fetch/text.ts'
import { publisherUrl } from './sources.ts'

/** What publishers said is newest, kept with its age; asks them only when told to. */
export type NewestVersions = {
  of(tool: ToolName): Newest
  /** Asks for all tools, each alone; `held`: the versions that are here, whose minor versions are asked for too. Never throws. */
  ask(held: (tool: ToolName) => readonly string[]): Promise<void>
  /** When anything was last asked for, ms since 1970; null: never. */
  askedAt(): number | null
}

export type NewestDeps = {
  readonly http: () => HttpClient
  readonly env: Readonly<Record<string, string | undefined>>
  readonly changes: Changes
  readonly dataDir: string
}

const entrySchema = z.object({ version: z.string().nullable(), patches: z.record(z.string(), z.string()), asOf: z.number().nullable() })
const keptSchema = z.object({ askedAt: z.number().nullable(), tools: z.partialRecord(toolNameSchema, entrySchema) })
type Entry = z.infer<typeof entrySchema> & { readonly error: Newest['error'] }

const limitMs = 15_000
/** `releases/latest` of GitHub leads to the page of the newest release that is not a pre-release: https://docs.github.com/repositories/releasing-projects-on-github/linking-to-releases */
const releases: Partial<Record<ToolName, string>> = {
  kind: 'kubernetes-sigs/kind',
  minikube: 'kubernetes/minikube',
  helm: 'helm/helm',
  // Tags are `docker-v29.1.3`; the command line has the version of the engine.
  docker: 'moby/moby',
}

export function createNewest({ http, env, changes, dataDir }: NewestDeps): NewestVersions {
  const file = join(dataDir, 'cache', 'newest-versions.json')
  const kept = load(file)
  const entries = new Map<ToolName, Entry>(
    Object.entries(kept.tools).flatMap(([name, entry]) => (entry ? [[name as ToolName, { ...entry, error: null }]] : [])),
  )
  let askedAt = kept.askedAt
  let running: Promise<void> | null = null

  async function text(path: string, signal: AbortSignal): Promise<string> {
    const url = publisherUrl('kubernetes', path, env)
    const version = parseVersionWish((await fetchText(http(), url, signal)).trim())
    if (version === null) throw new AppError('download-not-a-program', { url: shownUrl(url), contentType: 'text/plain' })
    return version
  }

  /** https://dl.k8s.io/release/stable-1.33.txt and its like; a minor version that has none yet, or none any more, has no patch to name. */
  async function kubernetes(held: readonly string[], signal: AbortSignal): Promise<Pick<Entry, 'version' | 'patches'>> {
    const minors = [...new Set(held.flatMap((version) => /^v(\d+\.\d+)\./.exec(version)?.[1] ?? []))].slice(0, 10)
    const patches = minors.map(async (minor) => {
      const version = await text(`release/stable-${minor}.txt`, signal).catch(() => null)
      return version === null ? [] : [[minor, version] as const]
    })
    const [version, ...found] = await Promise.all([text('release/stable.txt', signal), ...patches])
    return { version, patches: Object.fromEntries(found.flat()) }
  }

  async function release(repository: string, signal: AbortSignal): Promise<Pick<Entry, 'version' | 'patches'>> {
    const url = publisherUrl('github', `${repository}/releases/latest`, env)
    const response = await http().get(url, {}, signal)
    response.close()
    const tag = /\/releases\/tag\/([^/]+)$/.exec(response.url.pathname)?.[1]
    const version = parseVersionWish(decodeURIComponent(tag ?? '').replace(/^docker-/, ''))
    // The page itself is HTML, which is right here; any other answer is what it would be for a download.
    if (version === null) throw answerProblem(response, Date.now()) ?? new AppError('download-not-found', { url: shownUrl(url) })
    return { version, patches: {} }
  }

  async function askOne(tool: ToolName, held: readonly string[]): Promise<void> {
    const signal = AbortSignal.timeout(limitMs)
    const repository = releases[tool]
    try {
      const said = repository === undefined ? await kubernetes(held, signal) : await release(repository, signal)
      entries.set(tool, { ...said, asOf: Date.now(), error: null })
    } catch (error) {
      const url = repository === undefined ? publisherUrl('kubernetes', 'release/stable.txt', env) : publisherUrl('github', repository, env)
      const shown = signal.aborted ? new AppError('download-stalled', { url: shownUrl(url), seconds: limitMs / 1000 }) : error
      const before = entries.get(tool) ?? { version: null, patches: {}, asOf: null }
      entries.set(tool, { ...before, error: errorShape(shown) })
    }
  }

  async function askAll(held: (tool: ToolName) => readonly string[]): Promise<void> {
    await Promise.all(toolNameSchema.options.map((tool) => askOne(tool, held(tool))))
    askedAt = Date.now()
    const tools = Object.fromEntries([...entries].map(([name, { version, patches, asOf }]) => [name, { version, patches, asOf }]))
    await save(file, { askedAt, tools })
  }

  return {
    of: (tool) => ({ ...(entries.get(tool) ?? { version: null, patches: {}, asOf: null, error: null }), asking: running !== null }),
    askedAt: () => askedAt,
    ask: (held) => {
      running ??= askAll(held).finally(() => {
        running = null
        changes.emit('toolchain')
      })
      changes.emit('toolchain')
      return running
    },
  }
}

function load(file: string): z.infer<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { askedAt: null, tools: {} }
  }
}

/** A memory that could not be written is asked for again. */
async function save(file: string, kept: z.infer<typeof keptSchema>): Promise<void> {
  try {
    await writeAtomic(file, JSON.stringify(kept), false)
  } catch {}
}
