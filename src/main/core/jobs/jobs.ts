import { join } from 'node:path'
import type { Job, JobEvent, OutputLine } from '#shared/contract/jobs.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { createFeed, endsAtOnce, type Feed } from './feed.ts'
import { createIds } from './ids.ts'
import { createJournal, type Entry } from './journal.ts'
import { createLiveJob, type LiveJob } from './live-job.ts'
import { endOrphans } from './orphans.ts'
import { createOutputTail, type OutputTail } from './output-tail.ts'
import { isAlive, ownIdentity } from '#core/process-identity.ts'
import { createReconciler } from './reconcile.ts'
import { createSaver } from './saver.ts'
import type { JobDefinition, JobKind, Jobs } from './types.ts'
import { createUsual } from './usual.ts'

/** Jobs whose entries stay on disk. */
const keptJobs = 500
/** Ended jobs whose last output stays in memory. */
const keptTails = 20
const foreignLookMs = 1000

export type JobsDeps = {
  readonly dataDir: string
  readonly exec: Exec
  readonly changes: Changes
  /** How long a step may take, ms, before its job looks for a cause; default: three times the usual, at least 30 s. */
  readonly slowAfterMs?: (usualMs: number | null) => number
}

type Running = { readonly live: LiveJob; readonly feeds: Set<Feed>; readonly tail: OutputTail }

/** Long operations, one state machine each, with a journal in `dataDir/jobs` that outlives the process. */
export function createJobs({ dataDir, exec, changes, slowAfterMs }: JobsDeps): Jobs {
  const folder = join(dataDir, 'jobs')
  const journal = createJournal(folder)
  const usual = createUsual(folder)
  const self = ownIdentity()
  const running = new Map<string, Running>()
  /** Jobs on disk that this process does not run: ended, of another Cove, or waiting for reconcile. Null: damaged. */
  const stored = new Map<string, Entry | null>()
  const tails = new Map<string, OutputTail>()
  const reconciler = createReconciler({ journal, self, changed: (entry) => keep(entry), endOrphans: (id) => endOrphans(exec, id) })
  const newId = createIds()
  let refusing = false

  const unsubscribe = exec.on((event) => {
    const jobId = event.type === 'command' ? event.command.jobId : event.jobId
    const one = jobId === null ? undefined : running.get(jobId)
    if (one === undefined) return
    if (event.type === 'output') one.tail.push(event.lines)
    for (const feed of one.feeds) {
      if (event.type === 'command') feed.command(event.command)
      else feed.output(event.lines)
    }
  })

  function keep(entry: Entry): void {
    stored.set(entry.job.id, entry)
    changes.emit('jobs')
  }

  /** Takes in what is on disk: new files once, those of jobs that another Cove runs each time. */
  function look(ids = journal.ids()): void {
    for (const id of ids) {
      if (running.has(id) || reconciler.has(id)) continue
      const known = stored.get(id)
      if (known === undefined || (known !== null && known.job.finishedAt === null)) stored.set(id, journal.read(id))
    }
  }

  function holder(key: string): { readonly job: Job; readonly kind: JobKind } | undefined {
    for (const { live } of running.values()) {
      const { key: own, alsoKeys = [], kind } = live.definition
      if (own === key || alsoKeys.includes(key)) return { job: live.job(), kind }
    }
    look()
    for (const entry of stored.values()) {
      if (!entry || (entry.key !== key && !entry.alsoKeys.includes(key)) || entry.job.finishedAt !== null) continue
      if (reconciler.has(entry.job.id) || (isAlive(entry.owner) && entry.owner.pid !== self.pid))
        return { job: entry.job, kind: entry.job.kind }
    }
    return undefined
  }

  /** Another Cove runs it. With this pid it can only be of an earlier process that had it. */
  const isForeign = (entry: Entry) => entry.owner.pid !== self.pid && isAlive(entry.owner)

  function find(id: string): Job | undefined {
    const one = running.get(id)
    if (one !== undefined) return one.live.job()
    if (stored.get(id)?.job.finishedAt == null) look()
    return stored.get(id)?.job
  }

  function begin(definition: JobDefinition): Job {
    const id = newId()
    const one: Running = {
      feeds: new Set(),
      tail: createOutputTail(),
      live: createLiveJob({
        id,
        definition,
        usual,
        ...(slowAfterMs === undefined ? {} : { slowAfterMs }),
        save: createSaver((durable) => journal.write(entryOf(one.live), durable)),
        changed: (live, what) => {
          const job = live.job()
          for (const feed of one.feeds) feed.job(job)
          if (job.finishedAt !== null) settle(job)
          if (what !== 'progress') changes.emit('jobs')
        },
      }),
    }
    running.set(id, one)
    changes.emit('jobs')
    return one.live.job()
  }

  const entryOf = (live: LiveJob): Entry => ({
    version: 1,
    key: live.definition.key,
    alsoKeys: [...(live.definition.alsoKeys ?? [])],
    owner: self,
    memory: { ...live.memory() },
    job: live.job(),
  })

  function settle(job: Job): void {
    const one = running.get(job.id)
    if (one === undefined) return
    running.delete(job.id)
    stored.set(job.id, { ...entryOf(one.live), job })
    tails.set(job.id, one.tail)
    for (const oldest of [...tails.keys()].slice(0, -keptTails)) tails.delete(oldest)
    for (const feed of one.feeds) feed.end()
    void prune()
  }

  async function prune(): Promise<void> {
    const ids = journal.ids()
    for (const id of ids.slice(0, Math.max(0, ids.length - keptJobs))) {
      if (running.has(id) || reconciler.has(id)) continue
      await journal.remove(id)
      stored.delete(id)
    }
  }

  function snapshot(job: Job): JobEvent {
    const commands = exec.commands({ jobId: job.id, limit: 200 }).reverse()
    const tail = running.get(job.id)?.tail ?? tails.get(job.id)
    // After a restart the commands' own last lines are what is left without reading spools.
    const output: OutputLine[] =
      tail?.list() ?? commands.flatMap(({ id, tail: lines }) => lines.map((text) => ({ commandId: id, stream: 'stdout' as const, text })))
    return { type: 'snapshot', job, commands, output: output.slice(-500) }
  }

  /** Of a job that this process does not run there is only its file to watch. */
  async function* follow(job: Job, feed: Feed, signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    yield snapshot(job)
    const timer = setInterval(() => {
      const now = find(job.id)
      if (now !== undefined && (now.state !== job.state || now.steps.some((step, index) => step.state !== job.steps[index]?.state)))
        feed.job((job = now))
      if (now === undefined || now.finishedAt !== null) feed.end()
    }, foreignLookMs)
    try {
      if (job.finishedAt === null) yield* feed.read(signal)
    } finally {
      clearInterval(timer)
    }
  }

  async function* attach(id: string, feed: Feed, signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    const job = find(id)
    if (job === undefined) throw new AppError('not-found', { what: 'job', name: id })
    const one = running.get(id)
    if (one === undefined) return yield* follow(job, feed, signal)
    one.feeds.add(feed)
    try {
      yield snapshot(job)
      yield* feed.read(signal)
    } finally {
      one.feeds.delete(feed)
    }
  }

  async function done(id: string): Promise<Job> {
    const one = running.get(id)
    if (one !== undefined) return one.live.ended
    await reconciler.done(id)
    let job = find(id)
    while (job !== undefined && job.finishedAt === null) {
      await new Promise((resolve) => setTimeout(resolve, foreignLookMs))
      job = find(id)
    }
    if (job === undefined) throw new AppError('not-found', { what: 'job', name: id })
    return job
  }

  return {
    start: (definition) => {
      if (refusing) throw new AppError('cancelled', {})
      const held = holder(definition.key)
      const other = (definition.alsoKeys ?? []).map(holder).find((one) => one !== undefined)
      if (held === undefined && other !== undefined) throw new AppError('busy', { name: other.job.subject, jobId: other.job.id })
      if (held === undefined) return begin(definition)
      if (definition.join === true && held.kind === definition.kind && held.job.state === 'running') return held.job
      throw new AppError('busy', { name: held.job.subject, jobId: held.job.id })
    },
    list: (limit) => {
      look()
      const all = [...running.values()].map(({ live }) => live.job())
      for (const entry of stored.values()) if (entry !== null) all.push(entry.job)
      return all.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
    },
    get: find,
    running: (key) => holder(key)?.job,
    memory: (id) => (find(id) === undefined ? null : (running.get(id)?.live.memory() ?? stored.get(id)?.memory ?? null)),
    watch: (id, signal) => {
      const feed = createFeed()
      return endsAtOnce(attach(id, feed, signal), feed.stop)
    },
    cancel: async (id) => {
      const one = running.get(id)
      if (one !== undefined) {
        if (one.live.definition.cancellable === false) throw new AppError('busy', { name: one.live.definition.subject, jobId: id })
        return one.live.cancel()
      }
      const job = find(id)
      if (job === undefined) throw new AppError('not-found', { what: 'job', name: id })
      if (job.finishedAt === null && !reconciler.has(id)) throw new AppError('busy', { name: job.subject, jobId: id })
      return done(id)
    },
    done,
    reconcile: async (handlers) => {
      look(journal.openIds())
      const lost = [...stored.values()].filter((entry) => entry !== null && entry.job.finishedAt === null && !reconciler.has(entry.job.id))
      await reconciler.run(
        lost.flatMap((entry) => (entry !== null && !isForeign(entry) ? [entry] : [])),
        handlers,
      )
    },
    dispose: async () => {
      refusing = true
      await Promise.all([...[...running.values()].map(({ live }) => live.cancel()), reconciler.idle()])
      unsubscribe()
    },
    usualMs: (of, step) => usual.of(of, step),
  }
}
