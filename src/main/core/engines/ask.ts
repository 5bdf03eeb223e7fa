import type { Engine } from '#shared/contract/toolchain.ts'
import { AppError, errorShape } from '../error.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import type { Toolchain } from '../toolchain/types.ts'
import { adviceFor } from './advice.ts'
import { explain } from './explain.ts'
import { type InfoAnswer, parseEndpoint, parseInfo, parseVersion, type VersionAnswer } from './parse.ts'
import { productOf } from './product.ts'
import { readSurroundings } from './surroundings.ts'

export type AskDeps = {
  readonly exec: Exec
  readonly toolchain: Pick<Toolchain, 'resolve'>
  readonly env: Readonly<Record<string, string | undefined>>
  /** For each answer of docker, ms. */
  readonly limitMs: number
}

export type Answer = { readonly engine: Engine; readonly docker: string | null; readonly error: AppError | null }

export type Ask = {
  /** Asks docker which engine answers, or why none does. Never throws. `first`: nothing was asked before. */
  ask(first: boolean): Promise<Answer>
  /** Path of docker, or why there is none. */
  findDocker(): Promise<string | AppError>
  /** Runs docker as a poll: it must not fill the journal. */
  quiet(docker: string, args: readonly string[]): Promise<CommandResult>
  /** The cause behind a docker command that failed. */
  why(result: CommandResult): AppError
}

/** Before the first answer. */
export const unasked: Engine = {
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

/** The way from docker's answers to one state of the engine, with what is wrong and what to do about it on this machine. */
export function createAsk({ exec, toolchain, env, limitMs }: AskDeps): Ask {
  /** Info of the engine that answered last, until it goes away. */
  let info: { readonly of: string; readonly answer: InfoAnswer } | null = null
  const endpoints = new Map<string, string | null>()

  const quiet = (docker: string, args: readonly string[]) => exec.run({ file: docker, args, quiet: true, timeoutMs: limitMs })

  async function ask(first: boolean): Promise<Answer> {
    const docker = await findDocker()
    if (docker instanceof AppError) return failed(docker, null, null)
    let version: CommandResult
    // Both at once the first time only: while an engine is down the second would be wasted.
    const early = first ? askInfo(docker) : null
    try {
      version = await quiet(docker, ['version', '--format={{json .}}'])
    } catch (error) {
      return failed(error instanceof AppError ? error : unknown(String(error)), docker, null)
    }
    const answer = parseVersion(version.stdout)
    const context = answer?.context ?? null
    const endpoint = await endpointOf(docker, context, version)
    if (answer?.server == null) return failed(why(version), docker, { context, endpoint })
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

  /** The cause behind a docker command that failed. */
  function why(result: CommandResult): AppError {
    if (result.timedOut) return unknown(`no answer in ${limitMs / 1000} s`, result.id)
    const known = explain(result.stderr)
    if (known !== null) return new AppError(known.code, known.facts, { commandId: result.id })
    const lines = result.stderr.trim().split('\n')
    return unknown(lines.at(-1)?.slice(0, 400) || `exit code ${result.exitCode ?? result.signal}`, result.id)
  }

  return { ask, findDocker, quiet, why }
}

const unknown = (reason: string, commandId: string | null = null) => new AppError('engine-unknown', { reason }, { commandId })

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
