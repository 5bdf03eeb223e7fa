import type { TargetId } from '#shared/contract/targets.ts'
import { type Held, heldIn } from '../clusters/image-change.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { type Host, hostKey } from '../kubeadm/types.ts'
import { type ImageFacts, nameOf } from './archive.ts'
import { allEnded, endOn, heldOn, targetFacts } from './ends.ts'
import { heldByNode, importCommand, mebibytes, type Node } from './held.ts'
import { readRuntime } from './node-runtime.ts'
import { send } from './send.ts'
import { type ImagesFrom, type WantedDeps, type Wanted, wantedFacts, wantedOf } from './wanted.ts'

export type HostJobDeps = WantedDeps & {
  readonly targets: { machine(id: TargetId): Promise<Host> }
  /** Stands before every path on machines; empty but in tests. */
  readonly root?: string
  /** As `send`. */
  readonly patienceMs?: number
}

/** Hosts by their targets. */
export type Hosts = readonly { readonly id: TargetId; readonly host: Host }[]

/**
 * The job that loads images into the runtimes of machines. Everything that can be known is looked at before the first byte is sent. A cancel takes the names away again
 * where a machine had none of that name; a failure leaves what has arrived. Both then say which machines hold what they did not before.
 */
export function loadImagesJob(deps: HostJobDeps, hosts: Hosts, from: ImagesFrom, subject: string): JobDefinition {
  const { image, more, archive } = wantedFacts(from)
  const [first, ...others] = hosts.map(({ id }) => hostKey(id))
  let before: Held | null = null
  let images: readonly ImageFacts[] = []
  return {
    kind: 'host.load-images',
    subject,
    facts: {
      image,
      more,
      ...('images' in from ? { images: from.images.join(' ') } : { archive }),
      nodes: hosts.length,
      ...targetFacts(hosts),
    },
    key: first ?? '',
    alsoKeys: others,
    steps: [
      { id: 'look-at-host', usualMs: 2_000 },
      { id: 'load-image', usualMs: 10_000, size: hosts.length },
    ],
    undo: 'images' in from ? from.images.map((name) => `image ${name}`) : [`image ${image}`],
    memory: { targets: JSON.stringify(hosts.map(({ id }) => id)) },
    run: async (job) => {
      const run = { jobId: job.id, signal: job.signal }
      const { wanted, nodes } = await job.step('look-at-host', async () => {
        const seen = await wantedOf(deps, from, run)
        const all = await allEnded(hosts.map(({ host }) => nodeOf(host, run, deps.root)))
        for (const node of all) mustFit(node, seen)
        return { wanted: seen, nodes: all }
      })
      const holding = await allEnded(nodes.map((node) => heldByNode(node, run)))
      before = Object.fromEntries(nodes.map(({ target }, n) => [target.name, heldOn(holding[n]?.images ?? [])]))
      images = wanted.images
      await job.remember({ before: JSON.stringify(before), images: JSON.stringify(images) })
      const lacking = nodes.filter((_, n) => !wanted.images.every((one) => holding[n]?.has(one) === true))
      await job.step('load-image', () =>
        sendTo(deps, wanted, lacking, job, { nodes: nodes.length, image: more > 0 ? `${image} + ${more}` : image }),
      )
      return {}
    },
    cleanUp: async (job, why) =>
      before === null ? [] : endOn(deps, hosts, { before, images, takeBack: why === 'cancelled' }, { id: job.id, signal: job.signal }),
  }
}

async function nodeOf(host: Host, run: { readonly jobId: string; readonly signal: AbortSignal }, root = ''): Promise<Node> {
  return { target: host, runtime: await readRuntime(host, { ...run, root }) }
}

/** What is known before: that it can be imported there, runs there, and has room. Throws `image-not-for-node`, `host-disk-full`, `host-image-tool-absent`. */
function mustFit(node: Node, wanted: Wanted): void {
  const { runtime, target } = node
  importCommand(node, wanted.images)
  for (const image of wanted.images) {
    const { architecture } = image
    const name = nameOf(image)
    // Of an image for several processors one entry fits; those without a name are each an image of their own.
    const same = wanted.images.filter((one) => nameOf(one) === name)
    const fits = same.some((one) => one.architecture === null || one.architecture === runtime.arch)
    if (!fits) throw new AppError('image-not-for-node', { image: name, architecture, node: target.name, needed: runtime.arch })
  }
  const { freeBytes, folder } = runtime
  if (freeBytes !== null && freeBytes < wanted.totalBytes)
    throw new AppError('host-disk-full', {
      target: target.name,
      folder,
      freeMiB: mebibytes(freeBytes),
      neededMiB: mebibytes(wanted.totalBytes),
    })
}

async function sendTo(
  { patienceMs }: HostJobDeps,
  wanted: Wanted,
  lacking: readonly Node[],
  job: JobContext,
  { nodes, image }: { readonly nodes: number; readonly image: string },
): Promise<void> {
  const facts = { image, nodes, held: nodes - lacking.length, down: 0 }
  if (lacking.length === 0) return job.progress('load-image', 1, { ...facts, done: nodes })
  await send(wanted, lacking, { jobId: job.id, signal: job.signal, patienceMs }, (sent, done, waiting) => {
    // The last tenth is unpacking, machine by machine.
    job.progress('load-image', sent * 0.9 + (0.1 * done) / lacking.length, {
      ...facts,
      done: nodes - lacking.length + done,
      waiting: waiting.join(', '),
      receivedBytes: Math.round(sent * wanted.totalBytes),
      totalBytes: wanted.totalBytes,
    })
  })
}

/** Of a Cove that was killed: whatever runs there is ended; a cancel that had begun is brought to its end. */
export const reconcileLoad =
  (deps: HostJobDeps): Reconcile =>
  async (job, memory) => {
    const before = heldIn(memory['before'])
    if (before === null) return { state: 'interrupted', left: [] }
    const ids = JSON.parse(memory['targets'] ?? '[]') as TargetId[]
    const images = JSON.parse(memory['images'] ?? '[]') as ImageFacts[]
    const hosts = await Promise.all(ids.map(async (id) => ({ id, host: await deps.targets.machine(id).catch(() => null) })))
    const known = hosts.flatMap(({ id, host }) => (host === null ? [] : [{ id, host }]))
    const gone = hosts.flatMap(({ id, host }) => (host === null ? [`image (${id}: ?)`] : []))
    const signal = new AbortController().signal
    const left = await endOn(deps, known, { before, images, takeBack: job.state === 'cancelling' }, { id: job.id, signal })
    return { state: 'interrupted', left: [...left, ...gone] }
  }
