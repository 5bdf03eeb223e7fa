import type { Engine } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import type { CommandResult } from '../exec/types.ts'
import { type Answer, type AskDeps, createAsk, unasked } from './ask.ts'
import { explain } from './explain.ts'
import { parseContainers, parseImageDetails, parseImages } from './parse.ts'
import { isReachable } from './reachable.ts'
import type { EngineContainer, Engines } from './types.ts'
import { createWatch } from './watch.ts'

const youngMs = 2000
/** The docker CLI takes longer than this to reach its engine, so what it answers is no older than who joins it. */
const sharedMs = 3
/** Not `{{json .}}`: that holds `Size`, for which the engine walks every container's files (https://github.com/docker/cli/blob/master/cli/command/container/list.go). */
const containerFormat = `{${['ID', 'Names', 'Image', 'Labels', 'State', 'Status', 'CreatedAt', 'Ports'].map((field) => `"${field}":{{json .${field}}}`).join(',')}}`

type EnginesDeps = Omit<AskDeps, 'limitMs'> & {
  readonly limitMs?: number
  /** Called when `known` says something else than before, whoever asked. */
  readonly changed?: () => void
}

/** docker and its relatives, all through the docker CLI. `docker info` (160 ms) is asked once for each engine that appears, `docker version` (14 ms) for the rest. */
export function createEngines({ limitMs = 10_000, changed = () => {}, ...deps }: EnginesDeps): Engines {
  const { exec } = deps
  const { ask, findDocker, quiet, why } = createAsk({ ...deps, limitMs })
  let known = unasked
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<Answer> | null = null
  let last: Answer | null = null

  async function answer(fresh: boolean): Promise<Answer> {
    if (asking !== null) return asking
    if (!fresh && last !== null && performance.now() - askedAt < youngMs) return last
    asking = ask(known.state === 'loading')
      .then((now) => {
        const before = known
        known = now.engine
        last = now
        askedAt = performance.now()
        if (factsOf(before) !== factsOf(known)) changed()
        // Another engine, or it is back: streams that hang on the old one, or wait, are taken up at once.
        const came = now.engine.state === 'running' && before.state !== 'running' && before.state !== 'loading'
        const moved = before.state === 'running' && (before.context !== known.context || before.endpoint !== known.endpoint)
        if (moved) watch.restart()
        else if (came) watch.hurry()
        return now
      })
      .finally(() => (asking = null))
    return asking
  }

  /** Runs a read without asking first whether the engine answers: its own failure says so. */
  async function read(args: readonly string[]): Promise<{ readonly docker: string; readonly result: CommandResult }> {
    const docker = await findDocker()
    if (docker instanceof AppError) throw docker
    const result = await quiet(docker, args)
    if (result.exitCode !== 0) {
      askedAt = Number.NEGATIVE_INFINITY
      throw why(result)
    }
    return { docker, result }
  }

  /** Without a filter by label: several labels would have to be on one container, and a process for each provider costs more than events of others. */
  async function open(signal: AbortSignal) {
    const now = await answer(true)
    if (now.engine.state !== 'running' || now.docker === null || signal.aborted) return null
    // What happens between now and the connection is sent as well.
    const since = (Date.now() / 1000).toFixed(3)
    const events = ['create', 'start', 'die', 'destroy', 'pause', 'unpause'].map((event) => `--filter=event=${event}`)
    return exec.lines({
      file: now.docker,
      args: ['events', `--since=${since}`, '--filter=type=container', ...events, '--format={{json .}}'],
      quiet: true,
      signal,
      killGraceMs: 1000,
    })
  }

  const watch = createWatch({
    open,
    worthTrying: async () => (known.endpoint === null ? true : (await isReachable(known.endpoint)) !== false),
    lost: () => (askedAt = Number.NEGATIVE_INFINITY),
  })

  const labels = new Set<string>()
  let shared: { readonly startedAt: number; readonly all: Promise<EngineContainer[]> } | null = null
  const list = async (...filter: string[]) => {
    const { result } = await read(['ps', '--all', '--no-trunc', ...filter, `--format=${containerFormat}`])
    return parsed(result, parseContainers(result.stdout))
  }

  /** Providers that ask side by side share one process: two at once cost each other a fifth of their time on two cores. */
  async function containers(label: string): Promise<EngineContainer[]> {
    labels.add(label)
    // Who alone asks has the engine filter; two filters by label would both have to hold.
    if (labels.size === 1) return list(`--filter=label=${label}`)
    if (shared === null || performance.now() - shared.startedAt > sharedMs) shared = { startedAt: performance.now(), all: list() }
    return (await shared.all).filter((one) => label in one.labels)
  }

  return {
    status: async ({ fresh = false } = {}) => (await answer(fresh)).engine,
    known: () => known,
    require: async () => {
      const { engine, docker, error } = await answer(false)
      if (error !== null) throw error
      if (docker === null) throw new AppError('engine-absent', {})
      return { docker, engine }
    },
    containers,
    images: async (reference) => {
      const { docker, result } = await read(['image', 'ls', '--no-trunc', `--filter=reference=${reference}`, '--format={{json .}}'])
      const images = parsed(result, parseImages(result.stdout))
      if (images.length === 0) return images
      // One that was removed meanwhile makes exit code 1; the others are told all the same.
      const inspected = await quiet(docker, [
        'image',
        'inspect',
        '--format={{json .}}',
        '--',
        ...new Set(images.map(({ id }) => id)),
      ]).catch(() => null)
      const details = parseImageDetails(inspected?.stdout ?? '')
      return images.map((image) => ({ ...image, ...details.get(image.id) }))
    },
    watch: watch.add,
    explain,
  }
}

function parsed<T>(result: CommandResult, value: T | null): T {
  if (value === null)
    throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason: 'not JSON' }, { commandId: result.id })
  return value
}

/** Without when and by which command it was found out. */
const factsOf = (engine: Engine): string =>
  JSON.stringify(engine, (key, value: unknown) => (key === 'asOf' || key === 'commandId' ? undefined : value))
