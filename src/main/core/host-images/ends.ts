import { added, type Held } from '../clusters/image-change.ts'
import type { HeldImage } from '../providers/provider.ts'
import { type ImageFacts, nameOf } from './archive.ts'
import { heldByNode, type Node, removeFromNode } from './held.ts'
import type { HostJobDeps, Hosts } from './load-job.ts'
import { readRuntime } from './node-runtime.ts'

/** Id by name. Pure. */
export const heldOn = (images: readonly HeldImage[]): Readonly<Record<string, string>> =>
  Object.fromEntries(images.map(({ ref, id }) => [ref, id]))

type Ended = { readonly id: string; readonly signal: AbortSignal }

/**
 * After a load that did not come to its end: ends what still runs there, takes names back where that is wished and a machine had none of that name, and looks. What machines
 * hold now and did not before, for people; `?`: one that does not answer. Never throws for a machine.
 */
export async function endOn(
  deps: Pick<HostJobDeps, 'root'>,
  hosts: Hosts,
  { before, images, takeBack }: { readonly before: Held; readonly images: readonly ImageFacts[]; readonly takeBack: boolean },
  job: Ended,
): Promise<string[]> {
  const over = await endedOn(hosts, job.id)
  const left = hosts.map(async ({ host }) => {
    const had = before[host.name]
    if (had === undefined) return []
    const names = images.map(nameOf)
    if (!over.has(host.name)) return names.map((name) => `image ${name} (${host.name}: ?)`)
    const run = { jobId: job.id, signal: job.signal }
    try {
      const node: Node = { target: host, runtime: await readRuntime(host, { ...run, root: deps.root ?? '' }) }
      const look = async () => {
        const now = heldOn((await heldByNode(node, run)).images)
        return added({ [host.name]: had }, { [host.name]: now }).map(({ ref }) => ({ ref, id: now[ref] ?? '' }))
      }
      const mine = (one: { ref: string; id: string }) =>
        had[one.ref] === undefined && images.some(({ ref, ids }) => (ref === null ? ids.includes(one.id) : ref === one.ref))
      let found = await look()
      if (takeBack && found.some(mine)) {
        // What could not be taken back is what the look finds.
        for (const { ref } of found.filter(mine)) await removeFromNode(node, ref, run).catch(() => null)
        found = await look()
      }
      return found.map(({ ref }) => `image ${ref} (${host.name})`)
    } catch {
      return names.map((name) => `image ${name} (${host.name}: ?)`)
    }
  })
  return (await Promise.all(left)).flat()
}

/** Names of those on which nothing of the job runs any more. All before anything else is done: one machine may see what runs in another, as in a container of its own. */
export async function endedOn(hosts: Hosts, jobId: string): Promise<ReadonlySet<string>> {
  const ends = await Promise.all(hosts.map(async ({ host }) => ((await host.endJob(jobId)) ? [host.name] : [])))
  return new Set(ends.flat())
}

/** Of a job: whose page it stands on; several ids are one text. Pure. */
export const targetFacts = (hosts: Hosts): Readonly<Record<string, string>> =>
  hosts.length === 1 ? { target: hosts[0]?.id ?? '' } : { targets: hosts.map(({ id }) => id).join(' ') }

/** Their values when all have ended, so that nothing goes on beside what comes next; the first failure in their order is thrown. */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work)
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
