import { rm } from 'node:fs/promises'
import type { ClusterTarget, ProviderRun } from '../providers/provider.ts'
import { folderOf, makeFolder } from './create.ts'
import type { ProviderDeps } from './types.ts'

type Deps = Pick<ProviderDeps, 'provider' | 'dataDir'>
type Target = Omit<ClusterTarget, 'folder'>
type Asking = { readonly id: string; readonly signal: AbortSignal }

/** Names of the nodes that a cluster has now. */
export async function nodesNow({ provider }: Pick<Deps, 'provider'>, name: string): Promise<string[]> {
  return ((await provider.list()).find((one) => one.name === name)?.nodes ?? []).map((node) => node.name)
}

/** After a new node that was not wanted in the end: every one is taken away that is not in `before`. Then looks: which are still there, for people. */
export async function endGrowth(deps: Deps, { name, nodes }: Target, before: readonly string[], job: Asking): Promise<string[]> {
  const { life, list } = deps.provider
  const extra = async () => ((await list()).find((one) => one.name === name)?.nodes ?? []).filter((node) => !before.includes(node.name))
  await withFolder(deps, job, async (folder, run) => {
    for (const node of await extra()) await life.nodes?.remove({ name, nodes: [...nodes, node], folder }, node.name, run, silent)
  })
  return (await extra()).map((node) => `container ${node.name}`)
}

/** After a removal that did not come to its end: the node takes part again where it is whole, and goes where it is not. Then looks: what is otherwise than before, for people. */
export async function endShrinking(deps: Deps, target: Target, node: string, job: Asking): Promise<string[]> {
  const left = await withFolder(deps, job, (folder, run) => deps.provider.life.nodes?.keep({ ...target, folder }, node, run))
  return [...(left ?? [])]
}

async function withFolder<T>(deps: Deps, job: Asking, work: (folder: string, run: ProviderRun) => Promise<T> | T): Promise<T> {
  const folder = folderOf(deps.dataDir, job.id)
  await makeFolder(folder)
  try {
    return await work(folder, { jobId: job.id, signal: job.signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const silent = { enter: () => {}, progress: () => {} }
