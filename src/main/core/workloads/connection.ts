import { delimiter } from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '#core/error.ts'
import type { Kubeconfig } from '#core/kubeconfig/types.ts'

export type ConnectionSource = Pick<Kubeconfig, 'paths' | 'snapshot'>

/** How a kubectl call is led to one context, and nowhere else. */
export type Connection = {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly context: ContextRef
  /** `https://127.0.0.1:43117`; empty when the kubeconfig does not say. */
  readonly server: string
}

/**
 * A context may name a cluster or user that another file of the list defines, so kubectl gets the whole list where it would resolve the name to this file;
 * a context of another file, or one that an earlier file shadows, gets its own file only.
 * Throws `context-not-found`: with an empty or unknown name kubectl would take the current context, another cluster.
 */
export async function connect(source: ConnectionSource | null, ref: ContextRef): Promise<Connection> {
  if (ref.name === '' || ref.file === '') throw new AppError('context-not-found', { file: ref.file, name: ref.name })
  if (source === null) return own(ref, '')
  const paths = source.paths()
  const { contexts } = await source.snapshot()
  const context = contexts.find((one) => one.file === ref.file && one.name === ref.name)
  if (!context && paths.includes(ref.file)) throw new AppError('context-not-found', { file: ref.file, name: ref.name })
  const server = context?.server ?? ''
  if (!context || context.shadowed || paths.length < 2 || !paths.includes(ref.file)) return own(ref, server)
  return { args: [`--context=${ref.name}`], env: { KUBECONFIG: paths.join(delimiter) }, context: ref, server }
}

function own(ref: ContextRef, server: string): Connection {
  return { args: [`--kubeconfig=${ref.file}`, `--context=${ref.name}`], env: { KUBECONFIG: ref.file }, context: ref, server }
}
