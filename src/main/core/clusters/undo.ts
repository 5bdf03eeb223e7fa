import { rm, stat } from 'node:fs/promises'
import type { ContextRef } from '#shared/contract/base.ts'
import type { ProviderRun } from '../providers/provider.ts'
import type { ClustersDeps } from './types.ts'

/** An engine that is told to make a container does so also when who asked is gone, within about a second on a busy machine. */
const settleMs = 1_000

/** How far a create came. */
export type Made = {
  readonly name: string
  readonly folder: string
  /** The provider was started, so containers may be there. */
  readonly nodes: boolean
  /** The context was (or may have been) written. */
  readonly context: boolean
  /** current-context before that. */
  readonly previous: ContextRef | null
}

/** Takes back a create, then looks: what is still there, for people. Throws where the engine cannot be asked; folder and context are gone then all the same. */
export async function undoCreate(
  { kind, kubeconfig }: Pick<ClustersDeps, 'kind' | 'kubeconfig'>,
  made: Made,
  run: ProviderRun,
): Promise<string[]> {
  const left: string[] = []
  try {
    if (made.context) left.push(...(await removeContexts({ kind, kubeconfig }, made.name, made.previous)))
    if (made.nodes) {
      await kind.remove(made.name, made.folder, settleMs, run)
      left.push(...(await kind.left(made.name)))
    }
  } finally {
    await rm(made.folder, { recursive: true, force: true })
  }
  if (await stat(made.folder).catch(() => null)) left.push(`file ${made.folder}`)
  return left
}

/** Removes the contexts of a cluster of this machine and makes `previous` current again. Returns those that are still there. */
export async function removeContexts(
  { kind, kubeconfig }: Pick<ClustersDeps, 'kind' | 'kubeconfig'>,
  name: string,
  previous: ContextRef | null,
): Promise<string[]> {
  const entry = kind.contextName(name)
  const mine = async () => (await kubeconfig.snapshot()).contexts.filter((context) => context.cluster === entry && context.local !== false)
  for (const context of await mine()) await kubeconfig.remove({ file: context.file, name: context.name }, `delete ${name}`)
  if (previous !== null) {
    const { current, contexts } = await kubeconfig.snapshot()
    const there = contexts.find((context) => context.file === previous.file && context.name === previous.name)
    if (current === null && there !== undefined) await kubeconfig.use({ file: there.file, name: there.name })
  }
  return (await mine()).map((context) => `context ${context.name}`)
}
