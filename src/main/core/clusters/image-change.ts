import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../error.ts'
import { fullName } from '../engines/images.ts'
import type { ClusterTarget, ProviderRun } from '../providers/provider.ts'
import { folderOf, makeFolder } from './create.ts'
import type { ProviderDeps } from './types.ts'

const heldSchema = z.record(z.string(), z.record(z.string(), z.string()))
/** What nodes hold: for each node the id by the name of an image. */
export type Held = z.infer<typeof heldSchema>

type Target = Omit<ClusterTarget, 'folder'>

/** What the running nodes hold. `image`: only under this name; null: everything. Throws where a node does not say, or leaves it out where `silent`. */
export async function heldBy(
  { provider }: Pick<ProviderDeps, 'provider'>,
  { name, nodes }: Target,
  image: string | null,
  { silent = false } = {},
): Promise<Held> {
  const up = nodes.filter((node) => node.role !== 'load-balancer' && node.state === 'running')
  const rows = up.map(async (node) => {
    try {
      const held = await provider.heldImages({ name, nodes }, node.name)
      const wanted = held.filter(({ ref }) => image === null || fullName(ref) === fullName(image))
      return [[node.name, Object.fromEntries(wanted.map(({ ref, id }) => [ref, id]))] as const]
    } catch (error) {
      if (!silent || !(error instanceof AppError)) throw error
      return []
    }
  })
  return Object.fromEntries((await Promise.all(rows)).flat())
}

/** As `heldBy` wrote it into a journal; null where that says nothing. Pure. */
export function heldIn(text: string | undefined): Held | null {
  try {
    return heldSchema.parse(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

/** What nodes hold now and did not, or not as the same image; of a node of which only one is known nothing is. Pure. */
export function added(before: Held, now: Held): { readonly node: string; readonly ref: string }[] {
  return Object.entries(now).flatMap(([node, refs]) => {
    const had = before[node]
    return had === undefined ? [] : Object.entries(refs).flatMap(([ref, id]) => (had[ref] === id ? [] : [{ node, ref }]))
  })
}

/**
 * After a load that did not come to its end. `takeBack`: takes `image` from the nodes again where none had it; nobody can give back another one that it replaced, and
 * of an archive nobody has said which names are in it. Then looks: what nodes hold now and did not before, for people.
 */
export async function endLoad(
  deps: Pick<ProviderDeps, 'provider' | 'dataDir'>,
  target: Target,
  { before, image, takeBack }: { readonly before: Held; readonly image: string | null; readonly takeBack: boolean },
  run: ProviderRun,
): Promise<string[]> {
  const look = async () => added(before, await heldBy(deps, target, image))
  let found = await look()
  const [first] = found
  if (takeBack && image !== null && first !== undefined && Object.values(before).every((refs) => Object.keys(refs).length === 0)) {
    const folder = folderOf(deps.dataDir, run.jobId)
    await makeFolder(folder)
    try {
      const nodes = target.nodes.filter((node) => found.some((one) => one.node === node.name))
      // What could not be taken back is what the look finds.
      await deps.provider.removeImage({ ...target, nodes, folder }, first.ref, run).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    found = await look()
  }
  return found.map(({ node, ref }) => `image ${ref} (${node})`)
}

/** After a removal that did not come to its end, which nobody can take back: nodes that held the image and do not any more, for people. */
export async function endRemoval(deps: Pick<ProviderDeps, 'provider'>, target: Target, before: Held, image: string): Promise<string[]> {
  return added(await heldBy(deps, target, image), before).map(({ node, ref }) => `image ${ref} (${node}): gone`)
}
