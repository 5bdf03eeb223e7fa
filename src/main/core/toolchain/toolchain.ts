import { join } from 'node:path'
import { isAbsolute } from 'node:path'
import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import { toolNameSchema } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { Jobs } from '../jobs/types.ts'
import type { SettingsStore } from '../settings/types.ts'
import { buildFor, catalog, parseVersionWish } from './catalog.ts'
import { choose as chooseCopy, type ToolCopy } from './choice.ts'
import { askOne, detect } from './detect.ts'
import { download } from './download.ts'
import { createHttpClient, type HttpClient } from './fetch/http.ts'
import { shownUrl } from './fetch/loopback.ts'
import { proxyFor } from './fetch/proxy.ts'
import { fetchText } from './fetch/text.ts'
import { identify } from './file-identity.ts'
import { type Machine, machineOf, machineSigns } from './machine.ts'
import { createOwnCopies } from './own-copies.ts'
import { type Pins, pins as shippedPins } from './pins.ts'
import { createProber } from './probe.ts'
import { searchList } from './search-list.ts'
import { createSharedWork } from './shared-work.ts'
import { digestFrom, sourceOf, stableUrl } from './sources.ts'
import type { DownloadProgress, EnsureOptions, ResolvedTool, Toolchain } from './types.ts'

export type ToolchainDeps = {
  readonly exec: Exec
  readonly jobs: Jobs
  readonly settings: SettingsStore
  readonly changes: Changes
  readonly dataDir: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: this machine. */
  readonly machine?: Machine
  /** Default 30,000: quality.md §3. */
  readonly stallMs?: number
  /** How long a tool may take to say its version, default 10,000. */
  readonly versionLimitMs?: number
  /** PEM of authorities to trust in downloads beside the usual ones. */
  readonly ca?: string
  readonly pins?: Pins
}

const names = toolNameSchema.options

/** Finds the tools of this machine, says which copy is used and why, and downloads kubectl and kind. */
export function createToolchain(deps: ToolchainDeps): Toolchain {
  const { exec, jobs, settings, changes, dataDir, homeDir, env } = deps
  const { os, arch } = deps.machine ?? machineOf(machineSigns(env))
  const binDir = join(dataDir, 'bin')
  const own = createOwnCopies({ binDir, os })
  const prober = createProber({ exec, os, arch, dataDir, limitMs: deps.versionLimitMs ?? 10_000 })
  const detectDeps = { prober, own, os }
  const looks = new Map<ToolName, Look>()
  const fetches = createSharedWork<string, DownloadProgress>()

  // ---- looking

  function look(name: ToolName): Promise<Look> {
    const running = looks.get(name)
    if (running?.pending) return running.pending
    const pending = (async () => {
      try {
        const toolPath = (await exec.environment()).PATH
        const folders = searchList({ os, homeDir, env, toolPath: toolPath ?? '' })
        const copies = await detect(name, settings.get().tools[name] ?? null, folders, detectDeps)
        const used = chooseCopy(copies).used
        const found: Look = {
          copies,
          asOf: Date.now(),
          usedIdentity: used ? ((await identify(used.path))?.identity ?? null) : null,
          pending: null,
        }
        looks.set(name, found)
        return found
      } catch (error) {
        looks.set(name, { ...(running ?? nothing), pending: null })
        throw error
      } finally {
        changes.emit('toolchain')
      }
    })()
    looks.set(name, { ...(running ?? nothing), pending })
    return pending
  }

  function describe(name: ToolName): Tool {
    const { copies, asOf } = looks.get(name) ?? nothing
    const choice = asOf === null ? ({ state: 'loading', used: null, reason: 'none', error: null } as const) : chooseCopy(copies)
    const wanted = wantedFor(name)
    return {
      name,
      ...choice,
      copies: [...copies],
      asOf,
      downloadable: wanted !== null,
      wanted,
      jobId: jobs.running(jobKey(name))?.id ?? null,
    }
  }

  const wantedFor = (name: ToolName) => {
    const wanted = catalog[name].download?.wanted
    return wanted !== undefined && buildFor(name, wanted, os, arch) ? wanted : null
  }

  /** The last look where the copy it chose is still that file, else a new one (which starts only programs that changed). */
  async function fresh(name: ToolName): Promise<Look> {
    const last = looks.get(name)
    if (!last || last.asOf === null || last.pending) return look(name)
    const { used } = chooseCopy(last.copies)
    if (used && last.usedIdentity !== null && (await identify(used.path))?.identity === last.usedIdentity) return last
    return look(name)
  }

  async function resolve(name: ToolName): Promise<ResolvedTool> {
    const { copies } = await fresh(name)
    const { used } = chooseCopy(copies)
    if (!used) throw refusal(name, copies)
    if (own.isOwn(used.path)) await own.verify(name, used.path)
    return { name, path: used.path, version: used.version, origin: used.origin }
  }

  // ---- downloading

  const httpClient = (): HttpClient => {
    const { proxy } = settings.get()
    return createHttpClient({ proxyFor: (url) => proxyFor(url, proxy, env), stallMs: deps.stallMs ?? 30_000, ca: deps.ca })
  }

  const source = (name: ToolName, version: string) =>
    sourceOf(name, version, { os, arch }, { mirrors: settings.get().mirrors, env, pins: deps.pins ?? shippedPins })

  async function versionFor(name: ToolName, wish: string | null, signal: AbortSignal): Promise<string> {
    const version = checkedWish(name, wish)
    if (version !== null) return version
    const url = stableUrl(name, env)
    if (!url) return checkedWish(name, null) as string
    const stable = parseVersionWish((await fetchText(httpClient(), url, signal)).trim())
    if (stable === null) throw new AppError('download-not-a-program', { url: shownUrl(url), contentType: 'text/plain' })
    return stable
  }

  /** Null: ask the publisher what is stable. Throws `download-no-build`, `bad-input`. */
  function checkedWish(name: ToolName, wish: string | null): string | null {
    const wanted = wantedFor(name)
    if (wanted === null) throw new AppError('download-no-build', { tool: name, os, arch })
    if (wish === 'stable') return null
    const version = wish === null ? wanted : parseVersionWish(wish)
    if (version === null) throw new AppError('bad-input', { field: 'version' })
    return version
  }

  async function fetchTool(name: ToolName, version: string, options: Pick<EnsureOptions, 'signal' | 'progress'>): Promise<void> {
    const build = source(name, version)
    await fetches.join(
      `${name} ${version}`,
      (signal, progress) => download(build, { http: httpClient(), own, prober }, { signal, progress }),
      options,
    )
    // A look that began before the file was there does not count.
    await looks.get(name)?.pending?.catch(() => {})
    await look(name)
  }

  async function ensure(name: ToolName, options: EnsureOptions = {}): Promise<ResolvedTool> {
    try {
      return await resolve(name)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'tool-changed' || wantedFor(name) === null) throw error
    }
    const signal = options.signal ?? new AbortController().signal
    await fetchTool(name, await versionFor(name, options.version ?? null, signal), options)
    return resolve(name)
  }

  const toolchain: Toolchain = {
    os,
    arch,
    binDir,
    snapshot: () => {
      for (const name of names) if (!looks.has(name)) void look(name).catch(() => {})
      return names.map(describe)
    },
    refresh: async () => {
      prober.forgetFailures()
      await Promise.all(names.map(look))
      return names.map(describe)
    },
    resolve,
    ensure,
    plan: async (name, version) => {
      const { copies } = await fresh(name)
      if (wantedFor(name) === null || chooseCopy(copies).used || copies.some(({ problem }) => problem?.code === 'tool-changed')) return null
      const build = source(name, checkedWish(name, version ?? null) ?? (wantedFor(name) as string))
      return { tool: name, version: build.version, url: shownUrl(build.url), digestFrom: digestFrom(build), bytes: null }
    },
    startDownload: async (name, wish) => {
      const version = checkedWish(name, wish)
      const job = jobs.start({
        kind: 'tool.download',
        subject: name,
        facts: { tool: name, version: version ?? 'stable' },
        key: jobKey(name),
        join: true,
        steps: [{ id: 'download', facts: { tool: name, version: version ?? 'stable' }, usualMs: 15_000 }],
        cancellable: true,
        run: (context) =>
          context.step('download', async () => {
            const taken = await versionFor(name, wish, context.signal)
            const report = ({ receivedBytes, totalBytes }: DownloadProgress) =>
              context.progress('download', totalBytes ? Math.min(1, receivedBytes / totalBytes) : null, {
                tool: name,
                version: taken,
                receivedBytes,
                totalBytes,
              })
            await fetchTool(name, taken, { signal: context.signal, progress: report })
            return { tool: name, version: taken, path: own.pathOf(name, taken) }
          }),
      })
      changes.emit('toolchain')
      void jobs.done(job.id).then(
        () => changes.emit('toolchain'),
        () => {},
      )
      return { jobId: job.id }
    },
    choose: async (name, path) => {
      if (path !== null) {
        if (!isAbsolute(path)) throw new AppError('bad-input', { field: 'path' })
        await askOne(name, path, detectDeps)
      }
      settings.setTool(name, path)
      await looks.get(name)?.pending?.catch(() => {})
      await look(name)
      return names.map(describe)
    },
  }
  return toolchain
}

type Look = {
  readonly copies: readonly ToolCopy[]
  readonly asOf: number | null
  readonly usedIdentity: string | null
  readonly pending: Promise<Look> | null
}
const nothing: Look = { copies: [], asOf: null, usedIdentity: null, pending: null }

const jobKey = (name: ToolName) => `tool:${name}`

/** Why there is nothing to run: nothing there, a copy of Cove's own that was tampered with (which a person must see), or the first one that cannot be used. */
function refusal(name: ToolName, copies: readonly ToolCopy[]): AppError {
  const first = copies[0]?.problem
  if (!first) return new AppError('tool-absent', { tool: name })
  const changed = copies.find(({ problem }) => problem?.code === 'tool-changed')
  if (changed) return new AppError('tool-changed', { tool: name, path: changed.path })
  return new AppError(
    'tool-unusable',
    { tool: name, path: String(first.facts.path), reason: first.facts.reason ?? null },
    { commandId: first.commandId },
  )
}
