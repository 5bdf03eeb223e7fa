import type { TargetId } from '#shared/contract/targets.ts'
import { added, type Held, heldIn } from '../clusters/image-change.ts'
import { AppError } from '../error.ts'
import type { JobDefinition, Reconcile } from '../jobs/types.ts'
import { hostKey } from '../kubeadm/types.ts'
import { allEnded, endedOn, heldOn, targetFacts } from './ends.ts'
import { heldByNode, type Node, removeFromNode } from './held.ts'
import type { HostJobDeps, Hosts } from './load-job.ts'
import { readRuntime } from './node-runtime.ts'

/** The job that takes a name away from machines. Nobody can give it back: one that is cancelled or fails says which have lost it. Throws `image-not-found` in it where none had it. */
export function removeHostImageJob(deps: Pick<HostJobDeps, 'root'>, hosts: Hosts, image: string, subject: string): JobDefinition {
  const [first, ...others] = hosts.map(({ id }) => hostKey(id))
  let before: Held = {}
  return {
    kind: 'host.remove-image',
    subject,
    facts: { image, nodes: hosts.length, ...targetFacts(hosts) },
    key: first ?? '',
    alsoKeys: others,
    steps: [{ id: 'remove-image', usualMs: 2_000, size: hosts.length }],
    memory: { image, targets: JSON.stringify(hosts.map(({ id }) => id)) },
    run: async (job) => {
      const run = { jobId: job.id, signal: job.signal }
      await job.step(
        'remove-image',
        async () => {
          const nodes = await allEnded(
            hosts.map(
              async ({ host }): Promise<Node> => ({ target: host, runtime: await readRuntime(host, { ...run, root: deps.root ?? '' }) }),
            ),
          )
          before = await heldOnAll(nodes, image, run)
          await job.remember({ before: JSON.stringify(before) })
          const ends = await allEnded(nodes.map((node) => removeFromNode(node, image, run)))
          if (ends.every((end) => end === 'absent')) throw new AppError('image-not-found', { image })
        },
        { image },
      )
      return {}
    },
    cleanUp: async (job) => lost(deps, hosts, before, image, { jobId: job.id, signal: job.signal }),
  }
}

/** Only under this name. */
async function heldOnAll(nodes: readonly Node[], image: string, run: { jobId: string; signal: AbortSignal }): Promise<Held> {
  const rows = nodes.map(async (node) => {
    const { images } = await heldByNode(node, run)
    return [node.target.name, heldOn(images.filter(({ ref }) => ref === image))] as const
  })
  return Object.fromEntries(await allEnded(rows))
}

async function lost(
  deps: Pick<HostJobDeps, 'root'>,
  hosts: Hosts,
  before: Held,
  image: string,
  run: { jobId: string; signal: AbortSignal },
): Promise<string[]> {
  const over = await endedOn(hosts, run.jobId)
  const rows = hosts.map(async ({ host }) => {
    const had = before[host.name]
    if (had === undefined) return []
    if (!over.has(host.name)) return [`image ${image} (${host.name}: ?)`]
    try {
      const node = { target: host, runtime: await readRuntime(host, { ...run, root: deps.root ?? '' }) }
      const now = await heldOnAll([node], image, run)
      return added(now, { [host.name]: had }).map(({ ref }) => `image ${ref} (${host.name}): gone`)
    } catch {
      return [`image ${image} (${host.name}: ?)`]
    }
  })
  return (await Promise.all(rows)).flat()
}

export const reconcileRemoval =
  (deps: HostJobDeps): Reconcile =>
  async (job, memory) => {
    const before = heldIn(memory['before'])
    if (before === null) return { state: 'interrupted', left: [] }
    const ids = JSON.parse(memory['targets'] ?? '[]') as TargetId[]
    const hosts = await Promise.all(ids.map(async (id) => ({ id, host: await deps.targets.machine(id).catch(() => null) })))
    const known = hosts.flatMap(({ id, host }) => (host === null ? [] : [{ id, host }]))
    const run = { jobId: job.id, signal: new AbortController().signal }
    return { state: 'interrupted', left: await lost(deps, known, before, memory['image'] ?? '', run) }
  }
