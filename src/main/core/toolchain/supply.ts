import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { SettingsStore } from '../settings/types.ts'
import { buildFor, catalog, parseVersionWish } from './catalog.ts'
import { download, lockPath } from './download.ts'
import { createHttpClient, type HttpClient } from './fetch/http.ts'
import { shownUrl } from './fetch/address.ts'
import { partialOf } from './fetch/partial.ts'
import { proxyFor } from './fetch/proxy.ts'
import { fetchText } from './fetch/text.ts'
import { identify } from './file-identity.ts'
import type { Machine } from './machine.ts'
import type { OwnCopies } from './own-copies.ts'
import type { Pins } from './pins.ts'
import type { Prober } from './probe.ts'
import { createSharedWork } from './shared-work.ts'
import { digestFrom, type Source, sourceOf, stableUrl } from './sources.ts'
import type { DownloadPlan, DownloadProgress } from './types.ts'

export type SupplyDeps = {
  readonly settings: SettingsStore
  readonly env: Readonly<Record<string, string | undefined>>
  readonly machine: Machine
  readonly own: OwnCopies
  readonly prober: Prober
  readonly pins: Pins
  readonly stallMs: number
  readonly ca: string | undefined
}

type FetchOptions = { readonly signal: AbortSignal; readonly progress?: ((progress: DownloadProgress) => void) | undefined }

/** Downloads, by the settings of the moment. A wish is `v1.34.4`, `stable`, or null for the wanted version. */
export type Supply = {
  /** A client with the proxy of the settings. */
  http(): HttpClient
  /** Null: no build of that version is published for this machine. Throws `settings-invalid`. */
  source(name: ToolName, version: string): Source | null
  /** Version that a download without a wish takes; null where none is published for this machine. */
  wanted(name: ToolName): string | null
  /** Throws `download-no-build` and `bad-input` for what can never be fetched. Asks nobody. */
  plan(name: ToolName, wish: string | null): Omit<DownloadPlan, 'instead'>
  /** Fetches, or joins the fetch under way, and returns the version. */
  fetch(name: ToolName, wish: string | null, options: FetchOptions): Promise<string>
  /** The same as a job. `done` is called before the job says so. */
  job(name: ToolName, wish: string | null, done: (version: string) => Promise<void>): JobDefinition
}

export function createSupply({ settings, env, machine, own, prober, pins, stallMs, ca }: SupplyDeps): Supply {
  const fetches = createSharedWork<string, DownloadProgress>()

  const http = (): HttpClient => {
    const { proxy } = settings.get()
    return createHttpClient({ proxyFor: (url) => proxyFor(url, proxy, env), stallMs, ca })
  }
  const source = (name: ToolName, version: string) => sourceOf(name, version, machine, { mirrors: settings.get().mirrors, env, pins })

  function wanted(name: ToolName): string | null {
    const version = catalog[name].download?.wanted ?? null
    return version !== null && buildFor(name, version, machine.os, machine.arch) ? version : null
  }

  /** The version that is asked for, `stable` where the publisher must be asked. */
  function checked(name: ToolName, wish: string | null): string {
    const usual = wanted(name)
    if (usual === null) throw new AppError('download-no-build', { tool: name, ...machine })
    if (wish === null) return usual
    if (wish === 'stable') return catalog[name].download?.stablePath ? wish : usual
    const version = parseVersionWish(wish)
    if (version === null) throw new AppError('bad-input', { field: 'version' })
    return version
  }

  async function decided(name: ToolName, wish: string | null, signal: AbortSignal): Promise<string> {
    const version = checked(name, wish)
    const url = version === 'stable' ? stableUrl(name, env) : null
    if (!url) return version
    const stable = parseVersionWish((await fetchText(http(), url, signal)).trim())
    if (stable === null) throw new AppError('download-not-a-program', { url: shownUrl(url), contentType: 'text/plain' })
    return stable
  }

  const key = (name: ToolName, version: string) => `${name} ${version}`

  async function fetch(name: ToolName, wish: string | null, options: FetchOptions): Promise<string> {
    const version = await decided(name, wish, options.signal)
    const build = source(name, version)
    await fetches.join(
      key(name, version),
      (signal, progress) => download(build, { http: http(), own, prober }, { signal, progress }),
      options,
    )
    return version
  }

  function job(name: ToolName, wish: string | null, done: (version: string) => Promise<void>): JobDefinition {
    const asked = checked(name, wish)
    let version = asked

    const run = async (context: JobContext) => {
      version = await decided(name, wish, context.signal)
      context.undo([partialOf(own.pathOf(name, version)).path])
      const progress = ({ receivedBytes, totalBytes }: DownloadProgress) => {
        const fraction = totalBytes ? Math.min(1, receivedBytes / totalBytes) : null
        context.progress('download', fraction, { tool: name, version, receivedBytes, totalBytes })
      }
      await fetch(name, version, { signal: context.signal, progress })
      await done(version)
      return { tool: name, version, path: own.pathOf(name, version) }
    }

    return {
      kind: 'tool.download',
      subject: name,
      facts: { tool: name, version: asked },
      key: `tool:${name}`,
      join: true,
      steps: [{ id: 'download', facts: { tool: name, version: asked, receivedBytes: 0, totalBytes: null }, usualMs: 15_000 }],
      cancellable: true,
      run: (context) => context.step('download', () => run(context)),
      // After a failure the part stays, to be gone on with.
      cleanUp: async (_, why) => {
        const path = own.pathOf(name, version)
        if (why === 'failed' || fetches.isRunning(key(name, version)) || (await identify(lockPath(path)))) return []
        const part = partialOf(path)
        return (await identify(part.path)) ? [part.path] : []
      },
    }
  }

  return {
    http,
    source: (name, version) => {
      const known = parseVersionWish(version)
      return known !== null && buildFor(name, known, machine.os, machine.arch) ? source(name, known) : null
    },
    wanted,
    plan: (name, wish) => {
      const version = checked(name, wish)
      const build = source(name, version === 'stable' ? (wanted(name) as string) : version)
      return { tool: name, version: build.version, url: shownUrl(build.url), digestFrom: digestFrom(build), bytes: null }
    },
    fetch,
    job,
  }
}
