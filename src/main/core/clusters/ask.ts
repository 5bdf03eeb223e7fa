import { dirname, join } from 'node:path'
import { AppError } from '../error.ts'
import type { CommandResult, CommandStream } from '../exec/types.ts'
import type { ClustersDeps } from './types.ts'

export type Ask = {
  /** Throws AppError where kubectl cannot ask. */
  text(kubeconfig: string, context: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult>
  /** The same with `--output=json`, read. */
  json(kubeconfig: string, context: string, args: readonly string[], signal?: AbortSignal): Promise<unknown>
  /** Line by line, for as long as it likes. */
  lines(kubeconfig: string, context: string, args: readonly string[], signal: AbortSignal): Promise<CommandStream>
}

/** Asks a cluster through kubectl and a kubeconfig of Cove's own; these are polls, so they are not kept in the journal. */
export function createAsk({ exec, toolchain, versions }: Pick<ClustersDeps, 'exec' | 'toolchain' | 'versions'>): Ask {
  const call = async (kubeconfig: string, context: string, args: readonly string[]) => {
    const kubernetes = (await versions?.of({ file: kubeconfig, name: context }))?.version ?? null
    const { path } = await toolchain.resolve('kubectl', { kubernetes })
    // What kubectl remembers of an API server that may be gone in a minute stays beside the temporary file, and goes with it.
    const target = [`--cache-dir=${join(dirname(kubeconfig), 'cache')}`, `--kubeconfig=${kubeconfig}`, `--context=${context}`]
    return { file: path, args: [...target, ...args], quiet: true }
  }
  const text: Ask['text'] = async (kubeconfig, context, args, signal) => {
    const spec = await call(kubeconfig, context, ['--request-timeout=5s', ...args])
    return exec.check({ ...spec, timeoutMs: 10_000, ...(signal ? { signal } : {}) })
  }
  return {
    text,
    lines: async (kubeconfig, context, args, signal) => exec.lines({ ...(await call(kubeconfig, context, args)), signal }),
    json: async (kubeconfig, context, args, signal) => {
      const result = await text(kubeconfig, context, [...args, '--output=json'], signal)
      try {
        return JSON.parse(result.stdout)
      } catch (cause) {
        throw new AppError(
          'command-output-unreadable',
          { command: result.argv.join(' '), reason: String(cause) },
          { commandId: result.id, cause },
        )
      }
    },
  }
}
