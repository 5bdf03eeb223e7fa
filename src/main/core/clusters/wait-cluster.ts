import { stat } from 'node:fs/promises'
import { AppError } from '../error.ts'
import type { JobContext } from '../jobs/types.ts'
import type { ProviderStep } from '../providers/provider.ts'
import type { Ready } from './types.ts'
import { type Follow, waitUntil } from './wait.ts'

const waitLimitMs = 300_000

/** Steps of `waitForCluster` for a cluster of that many nodes, in order. */
export const waitSteps = (nodes: number): readonly ProviderStep[] => [
  { id: 'wait-api', usualMs: 3_000 },
  { id: 'wait-nodes', usualMs: 8_500, size: nodes },
  { id: 'wait-dns', usualMs: 1_500 },
]

type Waited = {
  readonly name: string
  readonly file: string
  readonly context: string
  /** How many. */
  readonly nodes: number
  /** As in `Ready`. */
  readonly since?: number
}

/** Until the API server answers and says that all nodes are ready, then until DNS answers. Throws `api-not-ready`, `nodes-not-ready`, `dns-not-ready` after 300 s each. */
export async function waitForCluster(ready: Ready, { name, file, context, nodes, since }: Waited, job: JobContext): Promise<void> {
  const late = (code: 'api-not-ready' | 'nodes-not-ready' | 'dns-not-ready') => ({
    signal: job.signal,
    limitMs: waitLimitMs,
    late: () => new AppError(code, { cluster: name, seconds: waitLimitMs / 1000 }),
  })
  job.enter('wait-api')
  await waitUntil(async () => (await ready.nodes(file, context, job.signal, since)).total > 0, late('api-not-ready'))
  await waitForNodes(ready, { name, file, context, nodes, ...(since === undefined ? {} : { since }) }, job)
  job.leave('wait-dns')
}

/** The last two steps alone: for a tool that waits for the API server itself. */
export async function waitForNodes(ready: Ready, { name, file, context, nodes, since }: Waited, job: JobContext): Promise<void> {
  // What a stopped cluster last said of itself is no news, and that it says it again is told by the lease of a node alone.
  const told = (...of: readonly Follow[]) => (since === undefined ? { told: of } : {})
  const areReady = (count: number) => {
    job.progress('wait-nodes', Math.min(1, count / nodes), { ready: count, nodes })
    return count >= nodes
  }
  job.enter('wait-nodes')
  await waitUntil(async () => areReady((await ready.nodes(file, context, job.signal, since)).ready), {
    ...told(async function* (signal) {
      const up = new Set<string>()
      for await (const node of ready.follow(file, context, 'nodes', signal)) {
        up[node.ready ? 'add' : 'delete'](node.name)
        yield areReady(up.size)
      }
    }),
    signal: job.signal,
    limitMs: waitLimitMs,
    late: () => new AppError('nodes-not-ready', { cluster: name, seconds: waitLimitMs / 1000 }),
  })
  job.enter('wait-dns')
  const answers = { 'dns-deployment': false, 'dns-endpoints': false }
  const part = (what: keyof typeof answers): Follow =>
    async function* (signal) {
      for await (const one of ready.follow(file, context, what, signal)) {
        answers[what] = one.ready
        yield answers['dns-deployment'] && answers['dns-endpoints']
      }
    }
  await waitUntil(() => ready.dns(file, context, job.signal, since), {
    ...told(part('dns-deployment'), part('dns-endpoints')),
    signal: job.signal,
    limitMs: waitLimitMs,
    late: () => new AppError('dns-not-ready', { cluster: name, seconds: waitLimitMs / 1000 }),
  })
}

/** Whether there is a file of that name. */
export const fileThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
