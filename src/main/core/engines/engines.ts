import type { Engine } from '#shared/contract/toolchain.ts'
import { AppError, errorShape } from '../error.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import type { Toolchain } from '../toolchain/types.ts'
import { adviceFor } from './advice.ts'
import { explain } from './explain.ts'
import {
  type InfoAnswer,
  parseContainers,
  parseEndpoint,
  parseImageDetails,
  parseImages,
  parseInfo,
  parseVersion,
  type VersionAnswer,
} from './parse.ts'
import { productOf } from './product.ts'
import { isReachable } from './reachable.ts'
import { readSurroundings } from './surroundings.ts'
import type { Engines } from './types.ts'
import { createWatch } from './watch.ts'

const youngMs = 2000
/** Not `{{json .}}`: that holds `Size`, for which the engine walks every container's files (https://github.com/docker/cli/blob/master/cli/command/container/list.go). */
const containerFormat = `{${['ID', 'Names', 'Image', 'Labels', 'State', 'Status', 'CreatedAt', 'Ports'].map((field) => `"${field}":{{json .${field}}}`).join(',')}}`

const unasked: Engine = {
  state: 'loading',
  product: null,
  version: null,
  endpoint: null,
  context: null,
  os: null,
  arch: null,
  cpus: null,
  memoryBytes: null,
  cgroupVersion: null,
  rootless: null,
  asOf: null,
  error: null,
  advice: [],
}

/** docker and its relatives, all through the docker CLI. `docker info` (160 ms) is asked once for each engine that appears, `docker version` (14 ms) for the rest. */
export function createEngines({
  exec,
  toolchain,
  env,
  limitMs = 10_000,
}: {
  exec: Exec
  toolchain: Pick<Toolchain, 'resolve'>
  env: Readonly<Record<string, string | undefined>>
  /** For each answer of docker. */
  limitMs?: number
}): Engines {
  let known = unasked
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<Answer> | null = null
  let last: Answer | null = null
  /** Info of the engine that answered last, until it goes away. */
  let info: { readonly of: string; readonly answer: InfoAnswer } | null = null
  const endpoints = new Map<string, string | null>()
  const watches = new Map<string, ReturnType<typeof createWatch>>()

  /** A poll: it must not fill the journal. */
  const quiet = (docker: string, args: readonly string[]) => exec.run({ file: docker, args, quiet: true, timeoutMs: limitMs })

  async function ask(): Promise<Answer> {
    const docker = await findDocker()
    if (docker instanceof AppError) return failed(docker, null, null)
    let version: CommandResult
    // Both at once the first time only: while an engine is down the second would be wasted.
    const early = known.state === 'loading' ? askInfo(docker) : null
    try {
      version = await quiet(docker, ['version', '--format={{json .}}'])
    } catch (error) {
      return failed(error instanceof AppError ? error : unknown(String(error)), docker, null)
    }
    const answer = parseVersion(version.stdout)
    const context = answer?.context ?? null
    const endpoint = await endpointOf(docker, context, version)
    if (answer?.server == null) return failed(why(version, limitMs), docker, { context, endpoint })
    return running(docker, answer, context, endpoint, early)
  }

  async function running(
    docker: string,
    answer: VersionAnswer,
    context: string | null,
    endpoint: string | null,
    early: Promise<InfoAnswer | null> | null,
  ): Promise<Answer> {
    const { server } = answer
    if (server === null) return failed(unknown('no server'), docker, { context, endpoint })
    const identity = [docker, context, endpoint, server.build].join('\n')
    if (info?.of !== identity) {
      const got = await (early ?? askInfo(docker))
      info = got === null ? null : { of: identity, answer: got }
    }
    const facts = info?.answer
    const product = productOf({
      context,
      endpoint,
      version: server.version,
      platform: server.platform,
      components: server.components,
      operatingSystem: facts?.operatingSystem ?? '',
      name: facts?.name ?? '',
    })
    const engine: Engine = {
      ...unasked,
      state: 'running',
      product,
      version: server.version,
      endpoint,
      context,
      os: facts?.operatingSystem || server.os,
      arch: server.arch,
      cpus: facts?.cpus ?? null,
      memoryBytes: facts?.memoryBytes ?? null,
      cgroupVersion: facts?.cgroupVersion ?? null,
      rootless: facts?.rootless ?? null,
      asOf: Date.now(),
    }
    return { engine, docker, error: null }
  }

  async function failed(
    error: AppError,
    docker: string | null,
    at: { context: string | null; endpoint: string | null } | null,
  ): Promise<Answer> {
    info = null
    const context = at?.context ?? (error.code === 'engine-wrong-context' ? (error.facts as { context: string | null }).context : null)
    const endpoint = at?.endpoint ?? null
    const state = stateOf(error)
    const product = state === 'absent' ? null : productOf({ context, endpoint })
    const engine: Engine = { ...unasked, state, product, endpoint, context, asOf: Date.now(), error: errorShape(error) }
    const surroundings = readSurroundings(await exec.environment().catch(() => env))
    return { engine: { ...engine, advice: adviceFor(engine, surroundings) }, docker, error }
  }

  async function findDocker(): Promise<string | AppError> {
    try {
      return (await toolchain.resolve('docker')).path
    } catch (error) {
      if (!(error instanceof AppError)) return unknown(String(error))
      return error.code === 'tool-absent' ? new AppError('engine-absent', {}, { cause: error }) : error
    }
  }

  const askInfo = (docker: string) =>
    quiet(docker, ['info', '--format={{json .}}']).then(
      (result) => parseInfo(result.stdout),
      () => null,
    )

  /** `docker version` names the context only; where it leads is asked once for each, and again while it does not answer. */
  async function endpointOf(docker: string, context: string | null, version: CommandResult): Promise<string | null> {
    const facts: Readonly<Record<string, unknown>> | undefined = explain(version.stderr)?.facts
    if (typeof facts?.['endpoint'] === 'string') return facts['endpoint']
    if (context === null) return null
    if (!endpoints.has(context) || version.exitCode !== 0) {
      const result = await quiet(docker, ['context', 'inspect', '--format={{json .}}']).catch(() => null)
      endpoints.set(context, result === null ? null : parseEndpoint(result.stdout))
    }
    return endpoints.get(context) ?? null
  }

  async function answer(fresh: boolean): Promise<Answer> {
    if (asking !== null) return asking
    if (!fresh && last !== null && performance.now() - askedAt < youngMs) return last
    asking = ask()
      .then((now) => {
        const before = known
        known = now.engine
        last = now
        askedAt = performance.now()
        // Another engine, or it is back: streams that hang on the old one, or wait, are taken up at once.
        const came = now.engine.state === 'running' && before.state !== 'running' && before.state !== 'loading'
        const moved = before.state === 'running' && (before.context !== known.context || before.endpoint !== known.endpoint)
        for (const watch of watches.values())
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
      throw why(result, limitMs)
    }
    return { docker, result }
  }

  async function open(label: string, signal: AbortSignal) {
    const now = await answer(true)
    if (now.engine.state !== 'running' || now.docker === null || signal.aborted) return null
    // What happens between now and the connection is sent as well.
    const since = (Date.now() / 1000).toFixed(3)
    const events = ['create', 'start', 'die', 'destroy', 'pause', 'unpause'].map((event) => `--filter=event=${event}`)
    return exec.lines({
      file: now.docker,
      args: ['events', `--since=${since}`, '--filter=type=container', `--filter=label=${label}`, ...events, '--format={{json .}}'],
      quiet: true,
      signal,
      killGraceMs: 1000,
    })
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
    containers: async (label) => {
      const { result } = await read(['ps', '--all', '--no-trunc', `--filter=label=${label}`, `--format=${containerFormat}`])
      return parsed(result, parseContainers(result.stdout))
    },
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
    watch: (label, listener) => {
      let watch = watches.get(label)
      if (watch === undefined) {
        watch = createWatch({
          open: (signal) => open(label, signal),
          worthTrying: async () => (known.endpoint === null ? true : (await isReachable(known.endpoint)) !== false),
          lost: () => (askedAt = Number.NEGATIVE_INFINITY),
        })
        watches.set(label, watch)
      }
      return watch.add(listener)
    },
    explain,
  }
}

type Answer = { readonly engine: Engine; readonly docker: string | null; readonly error: AppError | null }

const unknown = (reason: string, commandId: string | null = null) => new AppError('engine-unknown', { reason }, { commandId })

/** The cause behind a docker command that failed. */
function why(result: CommandResult, limitMs: number): AppError {
  if (result.timedOut) return unknown(`no answer in ${limitMs / 1000} s`, result.id)
  const known = explain(result.stderr)
  if (known !== null) return new AppError(known.code, known.facts, { commandId: result.id })
  const lines = result.stderr.trim().split('\n')
  return unknown(lines.at(-1)?.slice(0, 400) || `exit code ${result.exitCode ?? result.signal}`, result.id)
}

function parsed<T>(result: CommandResult, value: T | null): T {
  if (value === null)
    throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason: 'not JSON' }, { commandId: result.id })
  return value
}

function stateOf(error: AppError): Engine['state'] {
  switch (error.code) {
    case 'engine-absent':
      return 'absent'
    case 'engine-stopped':
      return 'stopped'
    case 'engine-no-permission':
      return 'no-permission'
    case 'engine-wrong-context':
      return 'wrong-context'
    default:
      return 'unknown'
  }
}
