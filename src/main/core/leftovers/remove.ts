import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Leftover, type LeftoverSource, leftoverSourceSchema } from '#shared/contract/leftovers.ts'
import { runDocker } from '../engines/run-docker.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { isInside } from './files.ts'
import { homeOfTools } from './minikube-files.ts'
import { beginRound } from './search.ts'
import type { LeftoversDeps, Searches } from './types.ts'

export const removeKey = 'leftovers'

/** In this order: a volume and a network are free only when their containers are gone. */
const order: readonly Leftover['kind'][] = ['container', 'volume', 'network', 'context', 'entry']

/** The job that removes leftovers, each only if a new look still finds the very same one, and then looks whether they are gone. `known`: for the words before that look. */
export function removeJob(deps: LeftoversDeps, searches: Searches, ids: readonly string[], known: readonly Leftover[]): JobDefinition {
  const wanted = new Set(ids)
  let found: readonly Leftover[] = []
  const failed = new Map<string, unknown>()

  const look = (places: ReadonlySet<LeftoverSource>) => lookFor(deps, searches, wanted, places)
  const placesOf = (items: readonly Leftover[]) => new Set(items.map((item) => item.source))
  const left = async () => {
    const still = found.length === 0 ? [] : await look(placesOf(found))
    return found.filter((item) => failed.has(item.id) || still.some((one) => one.id === item.id))
  }

  async function run(job: JobContext) {
    await job.step('remove-leftovers', async () => {
      // Places that were not shown hold nothing of what was chosen.
      const places = placesOf(known)
      found = (await look(places)).sort((a, b) => rank(a) - rank(b))
      for (const [index, item] of found.entries()) {
        job.signal.throwIfAborted()
        job.progress('remove-leftovers', index / found.length, { done: index, count: found.length, name: item.name })
        try {
          await removeOne(deps, item, job)
        } catch (error) {
          if (job.signal.aborted) throw error
          failed.set(item.id, error)
        }
      }
      job.progress('remove-leftovers', 1, { done: found.length, count: found.length, name: null })
    })
    const kept = await job.step('verify-gone', left)
    if (found.some((item) => item.kind === 'tool' || item.kind === 'partial-download')) void deps.toolchain.refresh()
    if (kept.length > 0) throw new AppError('left-behind', { what: kept.map(wordsOf).join(', ') }, { cause: [...failed.values()][0] })
    const bytes = found.reduce((sum, item) => sum + (item.sizeBytes ?? 0), 0)
    return { removed: String(found.length), bytes: String(bytes) }
  }

  return {
    kind: 'leftovers.remove',
    subject: `${known[0]?.name ?? ''}${known.length > 1 ? ` + ${known.length - 1}` : ''}`,
    facts: { count: known.length },
    key: removeKey,
    memory: { ids: JSON.stringify(ids), places: JSON.stringify([...placesOf(known)]) },
    steps: [
      { id: 'remove-leftovers', usualMs: 2_000 },
      { id: 'verify-gone', usualMs: 500 },
    ],
    run,
    cleanUp: async () => (await left()).map(wordsOf),
  }
}

/** Those of the wanted that a new look finds. Throws where one of these places does not answer. */
async function lookFor(
  deps: LeftoversDeps,
  searches: Searches,
  wanted: ReadonlySet<string>,
  places: ReadonlySet<LeftoverSource>,
): Promise<Leftover[]> {
  const round = beginRound(deps)
  const answers = await Promise.all([...places].map((place) => searches[place](round)))
  return answers.flat().filter((item) => wanted.has(item.id) && item.blocked === null)
}

/** A removal that a killed Cove left: nothing more is removed, and what is still there is named. */
export function reconcileRemoval(deps: LeftoversDeps, searches: Searches): Reconcile {
  return async (_job, { ids, places }) => {
    const wanted = new Set(z.array(z.string()).parse(JSON.parse(ids ?? '[]')))
    const left = await lookFor(deps, searches, wanted, new Set(z.array(leftoverSourceSchema).parse(JSON.parse(places ?? '[]'))))
    return { state: left.length === 0 ? 'succeeded' : 'interrupted', left: left.map(wordsOf) }
  }
}

async function removeOne(deps: LeftoversDeps, item: Leftover, job: JobContext): Promise<void> {
  const docker = async (...args: readonly string[]) => {
    const { docker: file } = await deps.engines.require()
    return { file, args, jobId: job.id, signal: job.signal, timeoutMs: 60_000 }
  }
  switch (item.kind) {
    case 'container': {
      const id = item.id.slice('container:'.length)
      // A node that is killed while it starts containers can stay for ever on cgroup v1; one that was told to stop has none left to start.
      if (item.why.code !== 'job-ended') await deps.exec.run(await docker('stop', '--', id))
      await runDocker(deps, await docker('rm', '--force', '--volumes', '--', id))
      return
    }
    case 'volume':
      await runDocker(deps, await docker('volume', 'rm', '--', item.name))
      return
    case 'network':
      // By its id: a new one may have the name.
      await runDocker(deps, await docker('network', 'rm', '--', item.id.slice('network:'.length)))
      return
    case 'context':
      if (item.path !== null) await deps.kubeconfig.remove({ file: item.path, name: item.name }, `remove leftover ${item.name}`)
      return
    case 'entry': {
      const [, list, name] = item.id.split('\n')
      if (item.path !== null && name !== undefined)
        await deps.kubeconfig.removeUnused(
          { file: item.path, list: list === 'users' ? 'users' : 'clusters', name },
          `remove leftover ${name}`,
        )
      return
    }
    case 'profile':
    case 'certificates':
    case 'machine':
    case 'cache':
      return removePath(await homeOfTools(deps), item.path)
    case 'job-folder':
    case 'spill':
    case 'export':
    case 'tool':
      return removePath(deps.dataDir, item.path)
    case 'partial-download':
      await removePath(deps.dataDir, item.path)
      // What is known about a part lies beside it.
      if (item.path?.endsWith('.part')) await removePath(deps.dataDir, `${item.path}.json`)
      return
  }
}

/** Nothing outside the folder that it was found in, whatever the item says. */
async function removePath(folder: string, path: string | null): Promise<void> {
  if (path === null || !isInside(folder, path)) throw new Error(`not in ${folder}: ${path}`)
  await rm(join(path), { recursive: true, force: true })
}

const rank = (item: Leftover) => (order.includes(item.kind) ? order.indexOf(item.kind) : order.length)
const wordsOf = (item: Leftover) => `${item.kind} ${item.path !== null && item.source !== 'contexts' ? item.path : item.name}`
