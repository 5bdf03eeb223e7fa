import { rm, stat } from 'node:fs/promises'
import type { ContextRef } from '#shared/contract/base.ts'
import type { ProviderRun } from '../providers/provider.ts'
import type { ProviderDeps } from './types.ts'

/** An engine that is told to make a container does so also when who asked is gone, within about a second on a busy machine. */
const settleMs = 1_000

/** How far a create came. */
export type Made = {
  readonly name: string
  readonly folder: string
  /** Whether the provider was started, and whether it had ended. */
  readonly nodes: 'none' | 'being-made' | 'made'
  /** The context was (or may have been) written. */
  readonly context: boolean
  /** current-context before that. */
  readonly previous: ContextRef | null
}

/** Takes back a create, then looks: what is still there, for people. Throws where the engine cannot be asked; folder and context are gone then all the same. */
export async function undoCreate(
  { provider, kubeconfig }: Pick<ProviderDeps, 'provider' | 'kubeconfig'>,
  made: Made,
  run: ProviderRun,
): Promise<string[]> {
  const { name, folder } = made
  // One that fails must not keep the other from being done.
  const contexts = made.context
    ? removeContexts({ provider, kubeconfig }, name, made.previous).catch(() => [`context ${provider.contextName(name)}`])
    : []
  try {
    const nodes = made.nodes === 'none' ? [] : await provider.remove(name, folder, made.nodes === 'being-made' ? settleMs : 0, run)
    await rm(folder, { recursive: true, force: true })
    const file = await stat(folder).catch(() => null)
    return [...nodes, ...(await contexts), ...(file === null ? [] : [`file ${folder}`])]
  } finally {
    await contexts
    await rm(folder, { recursive: true, force: true })
  }
}

/** Removes the contexts of a cluster of this machine and makes `previous` current again. Returns those that are still there. */
export async function removeContexts(
  { provider, kubeconfig }: Pick<ProviderDeps, 'provider' | 'kubeconfig'>,
  name: string,
  previous: ContextRef | null,
): Promise<string[]> {
  const mine = async () => (await kubeconfig.snapshot()).contexts.filter((context) => provider.ownsContext(context, name))
  for (const context of await mine()) await kubeconfig.remove({ file: context.file, name: context.name }, `delete ${name}`)
  if (previous !== null) {
    const { current, contexts } = await kubeconfig.snapshot()
    const there = contexts.find((context) => context.file === previous.file && context.name === previous.name)
    if (current === null && there !== undefined) await kubeconfig.use({ file: there.file, name: there.name })
  }
  return (await mine()).map((context) => `context ${context.name}`)
}
