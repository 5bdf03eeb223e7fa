import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../error.ts'
import type { Engines } from '../../engines/types.ts'
import type { Toolchain } from '../../toolchain/types.ts'
import type { ProviderCluster } from '../provider.ts'
import { statusArgs } from './args.ts'
import { profilesFolder } from './home.ts'
import { clusterLabel, clustersOf, isStarting, needsStatus, transientMs } from './inspect.ts'
import { type NodeStatus, parseStatus } from './parse.ts'
import { machinesOf, type Profile, readProfiles } from './profiles.ts'
import type { Runner } from './runner.ts'
import { watchProfiles } from './watch.ts'

/** A status of a machine of the host takes about a second. */
const usualPatienceMs = 2_000

export type Listing = {
  /** `patient`: waits for every machine, however slow, for who decides by their states. */
  list(how?: { readonly patient: boolean }): Promise<ProviderCluster[]>
  watch(listener: () => void): () => void
}

/**
 * The clusters of minikube out of its own files and the engine's containers: no process of minikube, but where these leave open how a cluster is, and then once
 * for each change. Nothing is asked on a machine that has neither.
 */
export function createListing({
  runner,
  engines,
  toolchain,
  patienceMs = usualPatienceMs,
}: {
  readonly runner: Runner
  readonly engines: Engines
  readonly toolchain: Toolchain
  readonly patienceMs?: number | undefined
}): Listing {
  const answers = new Map<string, { readonly key: string; readonly status: Promise<readonly NodeStatus[] | null> }>()
  const listeners = new Set<() => void>()
  /** What a question said that nobody waited for; its listeners ask for the list at once. */
  const late = new Map<string, readonly NodeStatus[]>()
  const last = new Map<string, readonly NodeStatus[] | null>()
  let again: NodeJS.Timeout | null = null
  /** There were profiles when the list was asked for last. */
  let had = false

  async function list({ patient } = { patient: false }): Promise<ProviderCluster[]> {
    // Beside its files, so that providers that ask the engine at once share one answer. Not where there was nothing of minikube's.
    const early = had ? engines.containers(clusterLabel) : null
    // Where the files fail first, nobody hears of the engine.
    early?.catch(() => {})
    const home = await runner.home()
    const profiles = await readProfiles(home)
    had = profiles.length > 0
    // Without minikube and without its folder a container of its own could only be a leftover, which are looked for elsewhere.
    if (profiles.length === 0) await mustBeThere(home)
    const containers = await (early ?? engines.containers(clusterLabel)).catch((error: unknown) => {
      // Without the engine nothing true can be said of its machines; where there are none it is not missed.
      if (profiles.some((profile) => profile.config?.Driver === 'docker') || !(error instanceof AppError)) throw error
      return []
    })
    const now = Date.now()
    const open = profiles.filter((profile) => needsStatus(profile, containers, now))
    const statuses = new Map(
      await Promise.all(open.map(async (profile) => [profile.name, await statusOf(profile, containersKey(profile), patient)] as const)),
    )
    lookAgain(profiles, now)
    return clustersOf({ profiles, containers, statuses, now })

    function containersKey(profile: Profile): string {
      const machines = new Set(machinesOf(profile))
      return containers
        .filter((one) => machines.has(one.name))
        .map((one) => `${one.id} ${one.state}`)
        .join()
    }
  }

  /** No minikube and nothing of minikube's: there is nobody to ask. */
  async function mustBeThere(home: string): Promise<void> {
    const absent = toolchain.snapshot().find((one) => one.name === 'minikube')?.state === 'absent'
    if (absent && (await stat(profilesFolder(home)).catch(() => null)) === null) throw new AppError('tool-absent', { tool: 'minikube' })
  }

  /** Of the engine's machines the same answer holds until a container or a file changes; others are asked each time. */
  async function statusOf(profile: Profile, containers: string, patient: boolean): Promise<readonly NodeStatus[] | null> {
    const ask = () =>
      runner.ask(statusArgs(profile.name)).then(
        ({ stdout }) => parseStatus(stdout),
        () => null,
      )
    if (profile.config?.Driver !== 'docker') {
      const said = late.get(profile.name)
      late.delete(profile.name)
      return said ?? (patient ? ask() : inTime(profile.name, ask()))
    }
    const key = `${containers} ${JSON.stringify(profile.last)}`
    const before = answers.get(profile.name)
    if (before?.key === key) return before.status
    const status = ask()
    answers.set(profile.name, { key, status })
    // No answer is none to keep.
    if ((await status) === null && answers.get(profile.name)?.status === status) answers.delete(profile.name)
    return status
  }

  /** One machine that does not answer keeps nobody else's row back: what it said last, if anything, stands until it does. */
  async function inTime(name: string, status: Promise<readonly NodeStatus[] | null>): Promise<readonly NodeStatus[] | null> {
    const enough = new AbortController()
    const slow = sleep(patienceMs, 'slow' as const, { signal: enough.signal, ref: false }).catch(() => 'slow' as const)
    const said = await Promise.race([status, slow])
    enough.abort()
    if (said !== 'slow') {
      last.set(name, said)
      return said
    }
    void status.then((answer) => {
      last.set(name, answer)
      // Nobody follows, or there is nothing new to tell.
      if (listeners.size === 0 || answer === null) return
      late.set(name, answer)
      for (const listener of listeners) listener()
    })
    return last.get(name) ?? null
  }

  /** A start that was killed from outside leaves no event: it is over when its last one has grown old. */
  function lookAgain(profiles: readonly Profile[], now: number): void {
    const until = profiles
      .filter((profile) => isStarting(profile.last, now))
      .map((profile) => (profile.last?.changedAt ?? now) + transientMs)
    if (again !== null) clearTimeout(again)
    again = null
    if (until.length === 0 || listeners.size === 0) return
    again = setTimeout(
      () => {
        for (const listener of listeners) listener()
      },
      Math.min(...until) - now + 1_000,
    )
    again.unref()
  }

  return {
    list,
    watch: (listener) => {
      const own = () => listener()
      listeners.add(own)
      let stop = () => {}
      let stopped = false
      runner
        .home()
        .then((home) => {
          if (!stopped) stop = watchProfiles(home, own)
        })
        .catch((error: unknown) => console.error('the profiles of minikube cannot be watched:', error))
      return () => {
        stopped = true
        stop()
        listeners.delete(own)
        if (listeners.size === 0 && again !== null) clearTimeout(again)
      }
    },
  }
}
