import { rm } from 'node:fs/promises'
import type { ClusterNode } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { JobKind, Reconcile } from '../jobs/types.ts'
import { endExport } from './actions.ts'
import { endAddOn } from './add-ons.ts'
import { folderOf } from './create.ts'
import { endLoad, endRemoval, heldIn } from './image-change.ts'
import type { LifeKind } from './life.ts'
import { targetIn } from './memory.ts'
import { endGrowth, endShrinking } from './node-change.ts'
import type { ProviderDeps } from './types.ts'

type Memory = Readonly<Record<string, string>>
type Target = NonNullable<ReturnType<typeof targetIn>>
/** Looks, and takes back what a cancel takes back. Null: nothing was begun. */
type End = (own: ProviderDeps, target: Target, job: Job, memory: Memory) => Promise<Awaited<ReturnType<Reconcile>> | null>

const nothing = { state: 'interrupted', left: [] } as const
const interrupted = (left: readonly string[]) => ({ state: 'interrupted' as const, left })

/** State in which a job that came to its end leaves every node. */
const wanted: Readonly<Record<LifeKind, ClusterNode['state']>> = {
  start: 'running',
  stop: 'exited',
  restart: 'running',
  pause: 'paused',
  unpause: 'running',
}

/**
 * Ends jobs on living clusters that a killed Cove left. Nothing is stopped or started by it, which takes minutes: nodes that are not as they should be are named, and
 * the list shows them. What a node, an image or an add-on is half of is taken back as a cancel does.
 */
export function reconcileLiving(
  { dataDir }: { readonly dataDir: string },
  of: (memory: Memory) => ProviderDeps,
): Partial<Record<JobKind, Reconcile>> {
  const run = (job: Job) => ({ jobId: job.id, signal: new AbortController().signal })
  const asking = (job: Job) => ({ id: job.id, signal: new AbortController().signal })
  const ending =
    (end: End): Reconcile =>
    async (job, memory) => {
      const target = targetIn(memory)
      try {
        return (target === null ? null : await end(of(memory), target, job, memory)) ?? nothing
      } finally {
        await rm(folderOf(dataDir, job.id), { recursive: true, force: true })
      }
    }

  const life = (what: LifeKind) =>
    ending(async ({ provider }, { name, nodes }, job) => {
      const beside = (await provider.life.release?.(run(job))) ?? []
      const now = (await provider.list()).find((one) => one.name === name)?.nodes ?? []
      const left = nodes.flatMap((node) => {
        const is = now.find((one) => one.name === node.name && one.containerId === node.containerId)?.state ?? 'gone'
        const should = job.state === 'cancelling' ? node.state : wanted[what]
        return is === should ? [] : [`container ${node.name}: ${is}`]
      })
      // Of a cluster that was being started nobody knows whether it answers.
      const isDone = (what === 'stop' || what === 'pause') && job.state !== 'cancelling' && left.length + beside.length === 0
      return isDone ? { state: 'succeeded', left: [] } : interrupted([...beside, ...left])
    })

  return {
    'cluster.start': life('start'),
    'cluster.stop': life('stop'),
    'cluster.restart': life('restart'),
    'cluster.pause': life('pause'),
    'cluster.unpause': life('unpause'),
    'cluster.add-node': ending(async (own, target, job, memory) => {
      const before = listIn(memory['before'])
      if (before === null) return null
      const now = (await own.provider.list()).find((one) => one.name === target.name)?.nodes ?? []
      // Its tool had done its part; only nobody waited until the node was ready.
      const stays = memory['made'] === 'yes' && job.state !== 'cancelling' && now.some((node) => !before.includes(node.name))
      return stays ? { state: 'succeeded', left: [] } : interrupted(await endGrowth(own, target, before, asking(job)))
    }),
    'cluster.remove-node': ending(async (own, target, job, memory) => {
      if (listIn(memory['before']) === null || memory['node'] === undefined) return null
      const left = await endShrinking(own, target, memory['node'], asking(job))
      const isGone = left.includes(`container ${memory['node']}: gone`)
      return isGone ? { state: 'succeeded', left: [] } : interrupted(left)
    }),
    'cluster.load-image': ending(async (own, target, job, memory) => {
      const before = heldIn(memory['before'])
      const image = memory['image'] || null
      if (before !== null) await own.provider.settle?.(target, 'load-image')
      return before && interrupted(await endLoad(own, target, { before, image, takeBack: job.state === 'cancelling' }, run(job)))
    }),
    'cluster.remove-image': ending(async (own, target, _job, memory) => {
      const before = heldIn(memory['before'])
      return before && interrupted(await endRemoval(own, target, before, memory['image'] ?? ''))
    }),
    'cluster.add-on': ending(async (own, target, job, { before, addOn = '' }) => {
      if (before === undefined) return null
      await own.provider.settle?.(target, 'add-on')
      const wish = { addOn, on: job.facts['on'] === 'on', before: before === 'on', takeBack: true }
      return interrupted(await endAddOn(own, target, wish, run(job)))
    }),
    'cluster.export-logs': async (job, memory) => {
      const had = listIn(memory['had'])
      const takeBack = memory['own'] === 'yes' && job.state === 'cancelling'
      return had === null ? nothing : interrupted(await endExport(memory['directory'] ?? '', had, takeBack))
    },
  }
}

function listIn(text: string | undefined): string[] | null {
  try {
    const list: unknown = JSON.parse(text ?? '')
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : null
  } catch {
    return null
  }
}
