import { setTimeout as sleep } from 'node:timers/promises'
import type { Exec } from '../exec/types.ts'
import type { ProviderName } from '../providers/provider.ts'
import { readEngine } from './collect-engine.ts'
import { readHost } from './collect-host.ts'
import { readNodes } from './collect-nodes.ts'
import type { Evidence, EvidenceText } from './evidence.ts'
import { lastBytes } from './text.ts'

/** Ms for each source, and for all of them together: a failure is told no later than that. */
const usualLimits = { sourceMs: 10_000, totalMs: 20_000 }
const commandBytes = 200_000
const endingMs = 1_500

export type CollectOptions = {
  readonly exec: Exec
  readonly provider: ProviderName
  readonly cluster: string
  readonly image: string | null
  readonly subnets?: readonly string[]
  /** Path of docker; null: no engine to ask. */
  readonly docker: string | null
  /** False: the engine runs on another machine, so this one's memory and routes say nothing of it. */
  readonly local: boolean
  /** Names of the containers that are nodes, control planes first. */
  readonly nodes: readonly string[]
  /** What the tool that failed said. */
  readonly command?: {
    readonly argv: readonly string[]
    readonly exitCode: number | null
    readonly signal: string | null
    readonly text: string
  } | null
  /** When the work began, ms since 1970: what happened before is of no interest. Default: ten minutes ago. */
  readonly since?: number
  readonly signal?: AbortSignal
  readonly limits?: { readonly sourceMs: number; readonly totalMs: number }
}

/** Runs docker for a source of evidence. */
export type Ask = (
  args: readonly string[],
  maxOutputBytes?: number,
) => Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | null }>

/**
 * Looks at everything that may say why a cluster does not come up: tool, nodes, engine, machine. Changes nothing. Every source is bounded in time and size
 * and fails alone (`silent`). Never throws.
 */
export async function collectEvidence(options: CollectOptions): Promise<Evidence> {
  const { exec, docker, signal, limits = usualLimits } = options
  const silent: { source: string; reason: string }[] = []
  const stop = AbortSignal.any([AbortSignal.timeout(limits.totalMs), ...(signal === undefined ? [] : [signal])])
  const ask: Ask = async (args, maxOutputBytes = 300_000) => {
    if (docker === null) throw new Error('no engine')
    // Not the job's own commands: those are what it did, and the last that failed is what people are shown.
    const result = await exec.run({
      file: docker,
      args,
      quiet: true,
      timeoutMs: limits.sourceMs,
      signal: stop,
      killGraceMs: 500,
      maxOutputBytes,
    })
    if (result.timedOut) throw new Error('no answer in time')
    if (result.cancelled) throw new Error('stopped')
    return result
  }
  const note = async <T>(source: string, work: () => Promise<T>, fallback: T): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      silent.push({ source, reason: error instanceof Error ? error.message.slice(0, 300) : String(error) })
      return fallback
    }
  }
  const { command = null } = options
  const look = async () => {
    const texts: EvidenceText[] = []
    if (command !== null)
      texts.push({ source: 'command', name: command.argv[0]?.split('/').pop() ?? '', text: lastBytes(command.text, commandBytes) })
    const [nodes, engine, host] = await Promise.all([
      docker === null || options.nodes.length === 0 ? [] : note('nodes', () => readNodes(options.nodes, ask, note, texts), []),
      docker === null
        ? null
        : note('engine', () => readEngine(options.nodes, options.since ?? Date.now() - 600_000, ask, note, texts), null),
      options.local ? note('host', () => readHost(), null) : null,
    ])
    return { nodes, engine, host, texts }
  }
  let seen = await look()
  // A tool in a node that is killed fails before the engine has seen the node end.
  if (ending(seen) && !stop.aborted) {
    await sleep(endingMs, undefined, { signal: stop }).catch(() => {})
    seen = await look()
  }
  return {
    provider: options.provider,
    cluster: options.cluster,
    image: options.image,
    subnets: options.subnets ?? [],
    command: command === null ? null : { argv: command.argv, exitCode: command.exitCode, signal: command.signal },
    ...seen,
    silent,
  }
}

/** A node was told to end and the engine still shows it running. */
function ending({ nodes, engine }: Pick<Evidence, 'nodes' | 'engine'>): boolean {
  const told = new Set((engine?.events ?? []).filter(({ action }) => action === 'kill' || action === 'die').map(({ node }) => node))
  return nodes.some((node) => node.status === 'running' && told.has(node.name))
}

/** Runs one source; what it throws is noted and the fallback stands for it. */
export type Note = <T>(source: string, work: () => Promise<T>, fallback: T) => Promise<T>
