import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Command, type JobEvent, jobSchema } from '#shared/contract/jobs.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import type { CommandEvent, Exec } from '../exec/types.ts'
import { createJobs } from './jobs.ts'
import type { JobContext, JobDefinition } from './types.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), '任务 jobs-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(dataDir, { recursive: true, force: true })
})

test('a job runs its steps in order and ends succeeded, with its result and honest times', async () => {
  const { jobs } = make()
  const started = jobs.start(
    definition({
      steps: [
        { id: 'check-machine', usualMs: 100 },
        { id: 'prepare-nodes', usualMs: 900 },
        { id: 'wait-dns', usualMs: 1000 },
      ],
      run: async (context) => {
        await context.step('check-machine', () => sleep(30))
        context.enter('prepare-nodes', { nodes: 3 })
        context.progress('prepare-nodes', 0.5)
        await sleep(30)
        context.enter('wait-dns')
        context.leave('wait-dns')
        return { clusterId: 'kind/shop/1' }
      },
    }),
  )
  expect(started).toMatchObject({ state: 'running', cancellable: true, usualMs: 2000, finishedAt: null })
  const job = await jobs.done(started.id)
  expect(jobSchema.parse(job)).toEqual(job)
  expect(job).toMatchObject({ state: 'succeeded', result: { clusterId: 'kind/shop/1' }, error: null, left: null, cancellable: false })
  expect(job.steps.map(({ id, state, facts }) => ({ id, state, facts }))).toEqual([
    { id: 'check-machine', state: 'done', facts: {} },
    { id: 'prepare-nodes', state: 'done', facts: { nodes: 3 } },
    { id: 'wait-dns', state: 'done', facts: {} },
  ])
  expect(job.steps[0]?.tookMs).toBeGreaterThanOrEqual(25)
  expect(job.elapsedMs).toBeGreaterThanOrEqual(50)
})

test('what a step took here becomes its usual time, the median, also in the next process', async () => {
  const first = make().jobs
  for (const ms of [10, 60, 20]) {
    await first.done(first.start(definition({ run: (context) => context.step('prepare-nodes', () => sleep(ms)).then(() => null) })).id)
  }
  const usual = make().jobs.usualMs(definition({}), 'prepare-nodes')
  expect(usual).toBeGreaterThanOrEqual(18)
  expect(usual).toBeLessThan(55)
  expect(make().jobs.usualMs(definition({}), 'wait-dns')).toBeNull()
})

test('what another tool took, or more of the same, says nothing of a step; nor does what was measured when these were one', async () => {
  await mkdir(join(dataDir, 'jobs'))
  // As a Cove of before wrote it, and damaged besides.
  const before = { 'cluster.create/prepare-nodes': [90_000], 'tool.download/download-kubectl': [4_000], 'cluster.stop/stop-nodes': 'x' }
  await writeFile(join(dataDir, 'jobs', 'usual.json'), JSON.stringify(before))
  const { jobs } = make()
  const of = (alike: string, size: number) =>
    definition({
      alike,
      steps: [
        { id: 'prepare-nodes', usualMs: 1000, size },
        { id: 'wait-dns', usualMs: 1000 },
      ],
      run: async (context) => {
        await context.step('prepare-nodes', () => sleep(20))
        return context.step('wait-dns', () => sleep(20)).then(() => null)
      },
    })
  expect(jobs.usualMs(of('kind', 1), 'prepare-nodes')).toBeNull()
  expect(jobs.usualMs(definition({}), 'prepare-nodes')).toBe(90_000)
  await jobs.done(jobs.start(of('kind', 1)).id)
  const again = make().jobs
  const known = (alike: string, size: number) =>
    (['prepare-nodes', 'wait-dns'] as const).map((step) => again.usualMs(of(alike, size), step) !== null)
  expect([known('kind', 1), known('kind', 5), known('minikube', 1)]).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ])
  // A job of five nodes is slow by what is known of five, not of one.
  const started = again.start(of('kind', 5))
  expect(started.steps[0]?.usualMs).toBe(1000)
  await again.done(started.id)
  expect(JSON.parse(await readFile(join(dataDir, 'jobs', 'usual.json'), 'utf8'))).toMatchObject({
    'tool.download/download-kubectl': [4_000],
  })
})

test('a failure keeps its own error, cleans up, and says what is left', async () => {
  const { jobs } = make()
  const why: string[] = []
  const { id } = jobs.start(
    definition({
      run: async (context) => {
        await context.step('prepare-nodes', () => Promise.reject(new AppError('kubeadm-failed', { cluster: 'shop' }, { commandId: 'c1' })))
        return null
      },
      cleanUp: async (_, reason) => {
        why.push(reason)
        return ['shop-worker']
      },
    }),
  )
  const job = await jobs.done(id)
  expect(job).toMatchObject({
    state: 'failed',
    left: ['shop-worker'],
    error: { code: 'kubeadm-failed', facts: { cluster: 'shop' }, commandId: 'c1' },
  })
  expect(job.steps.map((step) => [step.id, step.state])).toEqual([
    ['prepare-nodes', 'failed'],
    ['wait-dns', 'pending'],
    ['clean-up', 'failed'],
  ])
  expect(why).toEqual(['failed'])
})

test('what is not an AppError is internal and is logged whole', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { jobs } = make()
  const job = await jobs.done(jobs.start(definition({ run: () => Promise.reject(new TypeError('a bug')) })).id)
  expect(job).toMatchObject({ state: 'failed', error: { code: 'internal', facts: {} } })
  expect(log.mock.calls.flat().some((one) => one instanceof TypeError)).toBe(true)
})

test('cancel aborts, waits for the work to settle, cleans up with a live signal, checks, and only then says cancelled', async () => {
  const { jobs } = make()
  const order: string[] = []
  const { id } = jobs.start(
    definition({
      run: async (context) => {
        await context.step('prepare-nodes', async () => {
          await untilAborted(context)
          await sleep(50)
          order.push('settled')
          throw new Error('aborted')
        })
        return null
      },
      cleanUp: async (context, why) => {
        order.push(`clean-up ${why} ${context.signal.aborted}`)
        await context.step('delete-nodes', () => sleep(20))
        return []
      },
    }),
  )
  await until(() => jobs.get(id)?.steps[0]?.state === 'running')
  const [first, second] = [jobs.cancel(id), jobs.cancel(id)]
  expect(jobs.get(id)).toMatchObject({ state: 'cancelling', cancellable: false })
  expect(await first).toMatchObject({ state: 'cancelled', left: [], error: null })
  expect(await second).toEqual(await first)
  expect(order).toEqual(['settled', 'clean-up cancelled false'])
  expect((await jobs.done(id)).steps.map((step) => [step.id, step.state])).toEqual([
    ['prepare-nodes', 'cancelled'],
    ['wait-dns', 'pending'],
    ['clean-up', 'done'],
    ['delete-nodes', 'done'],
  ])
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled' })
})

test.each([
  ['names what it found', async () => ['shop-worker', '/tmp/x'], ['shop-worker', '/tmp/x']],
  ['cannot look', () => Promise.reject(new AppError('engine-stopped', { endpoint: null })), ['shop-control-plane']],
])('a cancel whose clean-up %s says what is left behind', async (_, cleanUp, left) => {
  const { jobs } = make()
  const { id } = jobs.start(
    definition({
      run: async (context) => {
        context.undo(['shop-control-plane'])
        await untilAborted(context)
        return null
      },
      cleanUp,
    }),
  )
  await until(() => jobs.get(id)?.undo.length === 1)
  expect(await jobs.cancel(id)).toMatchObject({
    state: 'cancelled',
    left,
    error: { code: 'left-behind', facts: { what: left.join(', ') } },
  })
})

test('a cancel that comes when the work is already done takes it back where that is possible, else it is succeeded', async () => {
  const { jobs } = make()
  const run = async (context: JobContext) => {
    await untilAborted(context)
    return { made: 'it' }
  }
  const undone = jobs.start(definition({ key: 'a', run, cleanUp: async () => [] }))
  const kept = jobs.start(definition({ key: 'b', run }))
  await sleep(30)
  expect(await jobs.cancel(undone.id)).toMatchObject({ state: 'cancelled', result: null })
  expect(await jobs.cancel(kept.id)).toMatchObject({ state: 'succeeded', result: { made: 'it' } })
})

test('cancel before the work began starts no work; cancel while a failure is cleaned up changes nothing', async () => {
  const { jobs } = make()
  const run = vi.fn(async () => null)
  const early = jobs.start(definition({ key: 'a', run, cleanUp: async () => [] }))
  expect(await jobs.cancel(early.id)).toMatchObject({ state: 'cancelled' })
  expect(run).not.toHaveBeenCalled()

  const failing = jobs.start(
    definition({ run: () => Promise.reject(new AppError('disk-full', { path: '/' })), cleanUp: () => sleep(80).then(() => []) }),
  )
  await until(() => jobs.get(failing.id)?.steps.some((step) => step.id === 'clean-up') === true)
  expect(await jobs.cancel(failing.id)).toMatchObject({ state: 'failed', error: { code: 'disk-full' } })
})

test('two operations on one thing: the second is refused and names the first (row 30); a double click is one job (row 31)', async () => {
  const { jobs } = make()
  const runs: string[] = []
  const work = (join: boolean) =>
    definition({
      join,
      run: async (context) => {
        runs.push(context.id)
        await sleep(60)
        return null
      },
    })
  const first = jobs.start(work(true))
  expect(jobs.start(work(true)).id).toBe(first.id)
  expect(() => jobs.start({ ...work(true), kind: 'cluster.delete' })).toThrow(
    expect.objectContaining({ code: 'busy', facts: { name: 'shop', jobId: first.id } }),
  )
  expect(() => jobs.start(work(false))).toThrow(expect.objectContaining({ code: 'busy' }))
  expect(jobs.running('kind:shop')?.id).toBe(first.id)
  await jobs.done(first.id)
  expect(jobs.running('kind:shop')).toBeUndefined()
  await jobs.done(jobs.start(work(false)).id)
  expect(runs).toHaveLength(2)
})

test('a job on several things keeps others off each of them, and is refused where one of them is worked on', async () => {
  const { jobs } = make()
  const run = (context: JobContext) => untilAborted(context).then(() => null)
  const both = jobs.start(definition({ key: 'host:a', alsoKeys: ['host:b'], run, cleanUp: async () => [] }))
  expect(() => jobs.start(definition({ key: 'host:b', run }))).toThrow(
    expect.objectContaining({ code: 'busy', facts: { name: 'shop', jobId: both.id } }),
  )
  expect(jobs.running('host:b')?.id).toBe(both.id)
  await jobs.cancel(both.id)
  const one = jobs.start(definition({ key: 'host:b', run, cleanUp: async () => [] }))
  expect(() => jobs.start(definition({ key: 'host:a', alsoKeys: ['host:b'], run }))).toThrow(
    expect.objectContaining({ code: 'busy', facts: { name: 'shop', jobId: one.id } }),
  )
  await jobs.cancel(one.id)
})

test('a clock that jumps changes no duration and puts no end before its start (row 32)', async () => {
  const { jobs } = make()
  const real = Date.now()
  const { id, startedAt } = jobs.start(definition({ run: (context) => context.step('prepare-nodes', () => sleep(50)).then(() => null) }))
  vi.spyOn(Date, 'now').mockReturnValue(real - 3_600_000)
  const job = await jobs.done(id)
  expect(job.elapsedMs).toBeGreaterThanOrEqual(45)
  expect(job.elapsedMs).toBeLessThan(20_000)
  expect(job.steps[0]?.tookMs).toBeGreaterThanOrEqual(45)
  expect(job.finishedAt).toBeGreaterThan(startedAt)
  expect(job.steps[0]?.startedAt).toBeGreaterThanOrEqual(startedAt)
  const later = jobs.start(definition({}))
  expect(jobs.list(10).map((one) => one.id)).toEqual([later.id, id])
  await jobs.done(later.id)
})

test('20 watchers each see a snapshot, then every line, then the end; one that leaves stops nothing', async () => {
  const { jobs, exec } = make()
  let release = () => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { id } = jobs.start(
    definition({
      run: async (context) => {
        context.enter('prepare-nodes')
        await gate
        return null
      },
    }),
  )
  const leaving = jobs.watch(id)
  expect((await leaving.next()).value).toMatchObject({ type: 'snapshot', job: { id, state: 'running' } })
  const stuck = leaving.next().then(() => leaving.next())
  const watchers = Array.from({ length: 20 }, () => collect(jobs.watch(id)))
  await sleep(50)
  await leaving.return(undefined)
  expect((await stuck).done).toBe(true)
  exec.emit({ type: 'command', command: command('c1', id) })
  for (let n = 0; n < 700; n++) exec.emit({ type: 'output', jobId: id, lines: [{ commandId: 'c1', stream: 'stderr', text: `line ${n}` }] })
  exec.emit({ type: 'output', jobId: 'another', lines: [{ commandId: 'c9', stream: 'stderr', text: 'not mine' }] })
  release()
  for (const events of await Promise.all(watchers)) {
    expect(events[0]?.type).toBe('snapshot')
    expect(events.at(-1)).toMatchObject({ type: 'job', job: { state: 'succeeded' } })
    expect(events.filter((event) => event.type === 'command')).toHaveLength(1)
    const lines = events.flatMap((event) => (event.type === 'output' ? event.lines.map((line) => line.text) : []))
    expect(lines).toEqual(Array.from({ length: 700 }, (_, n) => `line ${n}`))
  }
  const late = await collect(jobs.watch(id))
  expect(late).toHaveLength(1)
  expect(late[0]).toMatchObject({ type: 'snapshot', job: { state: 'succeeded' } })
  expect(late[0]?.type === 'snapshot' && late[0].output.map((line) => line.text)).toEqual(
    Array.from({ length: 500 }, (_, n) => `line ${n + 200}`),
  )
  await expect(jobs.watch('nothing').next()).rejects.toMatchObject({ code: 'not-found' })
})

test('a reader that never reads costs a bounded amount, and gets the newest', async () => {
  const { jobs, exec } = make()
  const { id } = jobs.start(
    definition({
      run: async (context) => {
        for (let n = 0; n <= 1000; n++) context.progress('prepare-nodes', n / 1000)
        for (let n = 0; n < 50_000; n++)
          exec.emit({ type: 'output', jobId: id, lines: [{ commandId: 'c1', stream: 'stdout', text: `${n}` }] })
        return null
      },
    }),
  )
  const slow = jobs.watch(id)
  await slow.next()
  await jobs.done(id)
  const events = await collect(slow)
  const lines = events.flatMap((event) => (event.type === 'output' ? event.lines.map((line) => line.text) : []))
  expect(lines).toHaveLength(2000)
  expect(lines.at(-1)).toBe('49999')
  expect(events.filter((event) => event.type === 'job')).toHaveLength(1)
})

test('an aborted signal ends the view and not the job', async () => {
  const { jobs } = make()
  const { id } = jobs.start(definition({ run: () => sleep(120).then(() => null) }))
  const stop = new AbortController()
  const events = collect(jobs.watch(id, stop.signal))
  await sleep(30)
  stop.abort()
  expect((await events).at(-1)).not.toMatchObject({ job: { state: 'succeeded' } })
  expect(await jobs.done(id)).toMatchObject({ state: 'succeeded' })
})

test('the journal is on disk before the work begins, mode 0600, whole at every moment, and read by the next process', async () => {
  const { jobs } = make()
  let atStart = ''
  const { id } = jobs.start(
    definition({
      memory: { name: 'shop' },
      run: async (context) => {
        atStart = await readFile(join(dataDir, 'jobs', `${context.id}.json`), 'utf8')
        await context.remember({ file: '/tmp/k' })
        expect(JSON.parse(await readFile(join(dataDir, 'jobs', `${context.id}.json`), 'utf8'))).toMatchObject({
          memory: { name: 'shop', file: '/tmp/k' },
        })
        return { a: 'b' }
      },
    }),
  )
  const job = await jobs.done(id)
  expect(job.state).toBe('succeeded')
  expect(JSON.parse(atStart)).toMatchObject({
    version: 1,
    key: 'kind:shop',
    owner: { pid: process.pid },
    memory: { name: 'shop' },
    job: { id, state: 'running' },
  })
  expect((await stat(join(dataDir, 'jobs', `${id}.json`))).mode & 0o777).toBe(0o600)
  expect(await readdir(join(dataDir, 'jobs'))).toEqual([`${id}.json`])
  expect(make().jobs.list(10)).toEqual([job])
})

test('the newest 500 stay on disk; what is damaged or of a newer Cove is passed over and kept', async () => {
  const { jobs } = make()
  const first = await jobs.done(jobs.start(definition({})).id)
  const entry = JSON.parse(await readFile(join(dataDir, 'jobs', `${first.id}.json`), 'utf8'))
  for (let n = 0; n < 510; n++) {
    const id = `0000000${String(n).padStart(3, '0')}-a`
    await writeFile(join(dataDir, 'jobs', `${id}.json`), JSON.stringify({ ...entry, job: { ...entry.job, id } }))
  }
  await writeFile(join(dataDir, 'jobs', 'zzzzzzzzzy-a.json'), '{"version":1,"job":')
  await writeFile(join(dataDir, 'jobs', 'zzzzzzzzzz-a.json'), JSON.stringify({ ...entry, version: 2 }))
  const second = make().jobs
  expect(second.list(1000)).toHaveLength(511)
  const last = await second.done(second.start(definition({})).id)
  await until(() => second.list(1000).length === 498)
  expect(second.list(2).map((job) => job.id)).toEqual([last.id, first.id])
  expect(second.get('0000000000-a')).toBeUndefined()
  expect((await readdir(join(dataDir, 'jobs'))).filter((name) => name.startsWith('z'))).toHaveLength(2)
})

test('a journal that cannot be written fails no job (row 23)', async () => {
  const file = join(dataDir, 'a file')
  await writeFile(file, '')
  const { jobs } = make(file)
  const { id } = jobs.start(definition({ run: (context) => context.remember({ a: 'b' }).then(() => ({ made: 'it' })) }))
  expect(await jobs.done(id)).toMatchObject({ state: 'succeeded', result: { made: 'it' } })
  expect(jobs.list(5)).toHaveLength(1)
})

test('dispose refuses what is new, cancels what runs and waits for its clean-up (row 3)', async () => {
  const { jobs } = make()
  const cleaned = vi.fn(() => sleep(50).then(() => []))
  const { id } = jobs.start(definition({ run: (context) => untilAborted(context).then(() => null), cleanUp: cleaned }))
  await sleep(20)
  await jobs.dispose()
  expect(cleaned).toHaveBeenCalledOnce()
  expect(jobs.get(id)).toMatchObject({ state: 'cancelled', left: [] })
  expect(() => jobs.start(definition({ key: 'other' }))).toThrow(expect.objectContaining({ code: 'cancelled' }))
})

const definition = (over: Partial<JobDefinition>): JobDefinition => ({
  kind: 'cluster.create',
  subject: 'shop',
  key: 'kind:shop',
  steps: [
    { id: 'prepare-nodes', usualMs: 1000 },
    { id: 'wait-dns', usualMs: 1000 },
  ],
  run: async () => null,
  ...over,
})

function make(dir = dataDir) {
  const exec = createFakeExec()
  return { exec, jobs: createJobs({ dataDir: dir, exec, changes: createChanges() }) }
}

/** Only what jobs listen to; the real one is under test in exec. */
function createFakeExec(): Exec & { emit(event: CommandEvent): void } {
  const listeners = new Set<(event: CommandEvent) => void>()
  const fake: Pick<Exec, 'on' | 'commands'> & { emit(event: CommandEvent): void } = {
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    commands: () => [],
    emit: (event) => {
      for (const listener of listeners) listener(event)
    },
  }
  return fake as Exec & { emit(event: CommandEvent): void }
}

const command = (id: string, jobId: string): Command => ({
  id,
  jobId,
  argv: ['/bin/kind', 'create'],
  cwd: '/',
  envNames: [],
  pid: 1,
  startedAt: 0,
  durationMs: null,
  exitCode: null,
  signal: null,
  state: 'running',
  tail: [],
  outputBytes: 0,
  truncated: false,
})

async function collect(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const all: JobEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const untilAborted = (context: JobContext) => new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()))

async function until(condition: () => boolean): Promise<void> {
  for (const limit = performance.now() + 5000; !condition(); await sleep(5)) if (performance.now() > limit) throw new Error('never came')
}
