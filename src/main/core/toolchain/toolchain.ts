import { isAbsolute, join } from 'node:path'
import { type Tool, type ToolName, toolNameSchema } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { Jobs } from '../jobs/types.ts'
import type { SettingsStore } from '../settings/types.ts'
import { createToolCare } from './care.ts'
import { createToolChecks } from './checks.ts'
import { choose as chooseCopy, type ToolCopy } from './choice.ts'
import { askOne } from './detect.ts'
import { type Machine, machineOf, machineSigns } from './machine.ts'
import { identify } from './file-identity.ts'
import { createNewest } from './newest.ts'
import { createOwnCopies } from './own-copies.ts'
import { createPackageOwners } from './packages/owner.ts'
import { type Pins, pins as shippedPins } from './pins.ts'
import { createProber } from './probe.ts'
import { createUserPath } from './shell/user-path.ts'
import { createSupply } from './supply.ts'
import { createSurvey } from './survey.ts'
import { pickFor, releaseOf } from './skew.ts'
import type { DownloadPlan, ResolvedTool, ResolveOptions, Toolchain } from './types.ts'

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
const askAgainMs = 24 * 3_600_000

/** Finds the tools of this machine, says which copy is used and why, and downloads kubectl and kind. */
export function createToolchain(deps: ToolchainDeps): Toolchain {
  const { exec, jobs, settings, changes, dataDir, homeDir, env } = deps
  const machine = deps.machine ?? machineOf(machineSigns(env))
  const { os, arch } = machine
  const binDir = join(dataDir, 'bin')
  const own = createOwnCopies({ binDir, os })
  const prober = createProber({ exec, os, arch, dataDir, limitMs: deps.versionLimitMs ?? 10_000 })
  const survey = createSurvey({ exec, settings, changes, homeDir, env, prober, own, os })
  const supply = createSupply({
    settings,
    env,
    machine,
    own,
    prober,
    pins: deps.pins ?? shippedPins,
    stallMs: deps.stallMs ?? 30_000,
    ca: deps.ca,
  })

  const toolPath = async () => (await exec.environment())['PATH'] ?? ''
  const owners = createPackageOwners({ exec, os, homeDir })
  const newest = createNewest({ http: supply.http, env, changes, dataDir })
  const care = createToolCare({
    own,
    survey,
    checks: createToolChecks({ own, http: supply.http, source: supply.source, dataDir }),
    owners,
    userPath: createUserPath({ own, os, homeDir, env, toolPath }),
    jobs,
    changes,
  })

  const describe = (name: ToolName): Tool => {
    const wanted = supply.wanted(name)
    return {
      name,
      ...survey.describe(name),
      downloadable: wanted !== null,
      wanted,
      jobId: jobs.running(`tool:${name}`)?.id ?? null,
      newest: newest.of(name),
    }
  }

  const askNewest = () => newest.ask((name) => survey.describe(name).copies.flatMap(({ version }) => (version === null ? [] : [version])))

  async function resolve(name: ToolName, { kubernetes = null }: ResolveOptions = {}): Promise<ResolvedTool> {
    const copies = await survey.current(name)
    const picked = pickFor(copies, kubernetes)
    if (!picked) throw refusal(name, copies)
    const { copy } = picked
    // What is taken for its version is not what the survey looks after.
    if (picked.reason === 'other' && (await identify(copy.path)) === null) {
      await survey.lookAgain(name)
      return resolve(name, { kubernetes })
    }
    if (own.isOwn(copy.path)) await own.verify(name, copy.path)
    return { name, path: copy.path, version: copy.version, origin: copy.origin }
  }

  /** Null: nothing needs to be fetched, or nothing can. A kubectl is fetched also beside others, where none fits. */
  async function needed(name: ToolName, version: string | null): Promise<DownloadPlan | null> {
    const copies = await survey.current(name)
    if (copies.some(({ problem }) => problem?.code === 'tool-changed') && chooseCopy(copies).used === null) return null
    if (supply.wanted(name) === null) return null
    const kubernetes = name === 'kubectl' ? releaseOf(version) : version
    const picked = pickFor(copies, name === 'kubectl' ? kubernetes : null)
    if (picked && picked.reason !== 'none') return null
    return { ...supply.plan(name, kubernetes), instead: picked?.copy.path ?? null }
  }

  return {
    os,
    arch,
    binDir,
    snapshot: () => {
      for (const name of names) if (!survey.wasSeen(name)) survey.look(name).catch(() => {})
      // Only where a person has said that it may be asked without being told to.
      if (settings.get().askNewest && Date.now() - (newest.askedAt() ?? 0) > askAgainMs) void askNewest()
      return names.map(describe)
    },
    refresh: async () => {
      prober.forgetFailures()
      owners.forget()
      await Promise.all(names.map((name) => survey.lookAgain(name)))
      return names.map(describe)
    },
    resolve,
    ensure: async (name, { version, signal, progress } = {}) => {
      const kubernetes = name === 'kubectl' ? (version ?? null) : null
      // A tool that was tampered with is not quietly replaced: a person asks for that.
      const plan = await needed(name, version ?? null)
      if (plan === null) return resolve(name, { kubernetes })
      await supply.fetch(name, plan.version, { signal: signal ?? new AbortController().signal, progress })
      await survey.lookAgain(name)
      return resolve(name, { kubernetes })
    },
    plan: (name, version) => needed(name, version ?? null),
    startDownload: async (name, version) => {
      const definition = supply.job(name, version, async (arrived) => {
        await care.arrived(name, arrived)
        await survey.lookAgain(name)
      })
      const { id } = jobs.start(definition)
      changes.emit('toolchain')
      jobs.done(id).then(
        () => changes.emit('toolchain'),
        () => {},
      )
      return { jobId: id }
    },
    askNewest: async () => {
      await askNewest()
      return names.map(describe)
    },
    care,
    choose: async (name, path) => {
      if (path !== null) {
        if (!isAbsolute(path)) throw new AppError('bad-input', { field: 'path' })
        prober.forgetFailures()
        await askOne(name, path, { prober, own, os })
      }
      settings.setTool(name, path)
      await survey.lookAgain(name)
      return names.map(describe)
    },
  }
}

/** Why there is nothing to run: nothing is there; or a copy of Cove's own is not what was downloaded, which a person must see; or the first one cannot be used. */
function refusal(name: ToolName, copies: readonly ToolCopy[]): AppError {
  const changed = copies.find(({ problem }) => problem?.code === 'tool-changed')
  if (changed) return new AppError('tool-changed', { tool: name, path: changed.path })
  const first = copies[0]?.problem
  if (!first) return new AppError('tool-absent', { tool: name })
  return new AppError(
    'tool-unusable',
    { tool: name, path: String(first.facts['path']), reason: first.facts['reason'] ?? null },
    { commandId: first.commandId },
  )
}
