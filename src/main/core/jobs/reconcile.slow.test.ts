import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Command, JobEvent } from '#shared/contract/jobs.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import { createExec } from '../exec/exec.ts'
import type { Exec } from '../exec/types.ts'
import { createJobs } from './jobs.ts'
import { orphanGroups } from './orphans.ts'
import { parsePs, processTable } from './process-table.ts'
import type { Jobs } from './types.ts'

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

let dataDir = ''
const execs: Exec[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), '重启 reconcile-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(execs.splice(0).map((exec) => exec.dispose()))
  for (const pid of await pids().catch(() => [])) killQuietly(pid)
  await rm(dataDir, { recursive: true, force: true })
  vi.restoreAllMocks()
})

test.each(['', 'stubborn'])(
  'killed with -9 in the middle of a job: the next start ends its tool, %s, cleans up, and names one end (row 2)',
  async (mood) => {
    const { id, cove } = await startCove(mood)
    cove.kill('SIGKILL')
    await until(() => cove.signalCode !== null)
    // The tool survives the app: that is the danger.
    const tool = await pids()
    expect(tool.map(isRunning)).toEqual([true, true])

    const { jobs } = make()
    expect(jobs.get(id)).toMatchObject({ state: 'running' })
    const seen: unknown[] = []
    const reconciled = jobs.reconcile({
      'cluster.create': async (job, memory) => {
        seen.push(job.subject, memory, tool.map(isRunning))
        return { state: 'interrupted', left: [] }
      },
    })
    expect(() => start(jobs, 'kind:shop')).toThrow(expect.objectContaining({ code: 'busy', facts: { name: 'shop', jobId: id } }))
    const watched = collect(jobs.watch(id))
    await reconciled
    expect(seen).toEqual(['shop', { name: 'shop', kubeconfig: `${dataDir}/tmp/k` }, [false, false]])
    const job = jobs.get(id)
    expect(job).toMatchObject({ state: 'interrupted', left: [], error: null, cancellable: false })
    expect(job?.finishedAt).not.toBeNull()
    expect(job?.steps.map((step) => step.state)).toEqual(['cancelled', 'pending'])
    expect((await watched).at(-1)).toMatchObject({ job: { state: 'interrupted' } })
    expect(await jobs.done(id)).toEqual(job)
    // The name is free again, and the next start finds nothing to do.
    await jobs.done(start(jobs, 'kind:shop').id)
    const again = make().jobs
    const handler = vi.fn()
    await again.reconcile({ 'cluster.create': handler })
    expect(handler).not.toHaveBeenCalled()
    expect(again.get(id)).toEqual(job)
  },
)

test('a job of another Cove that lives is left alone, shown, and its name is taken', async () => {
  const { id, cove } = await startCove('')
  const { jobs } = make()
  const handler = vi.fn()
  await jobs.reconcile({ 'cluster.create': handler })
  expect(handler).not.toHaveBeenCalled()
  expect((await pids()).map(isRunning)).toEqual([true, true])
  expect(jobs.list(5)).toMatchObject([{ id, state: 'running' }])
  expect(() => start(jobs, 'kind:shop')).toThrow(expect.objectContaining({ code: 'busy' }))
  await expect(jobs.cancel(id)).rejects.toMatchObject({ code: 'busy' })
  cove.kill('SIGKILL')
  await until(() => cove.signalCode !== null)
  await jobs.reconcile({ 'cluster.create': handler.mockResolvedValue({ state: 'succeeded', left: [], result: { clusterId: 'c' } }) })
  expect(jobs.get(id)).toMatchObject({ state: 'succeeded', result: { clusterId: 'c' }, steps: [{ state: 'done' }, { state: 'skipped' }] })
})

test('without a handler it is interrupted and unchecked; what a handler finds is left behind; one that fails says why', async () => {
  const ids: string[] = []
  for (let n = 0; n < 3; n++) {
    const { id, cove } = await startCove('')
    cove.kill('SIGKILL')
    await until(() => cove.signalCode !== null)
    const { jobs } = make()
    const handlers = [
      undefined,
      async () => ({ state: 'interrupted' as const, left: ['shop-control-plane'] }),
      () => Promise.reject(new AppError('engine-stopped', { endpoint: null })),
    ]
    const handler = handlers[n]
    await jobs.reconcile(handler === undefined ? {} : { 'cluster.create': handler })
    ids.push(id)
  }
  const { jobs } = make()
  expect(ids.map((id) => jobs.get(id))).toMatchObject([
    { state: 'interrupted', left: null, error: null },
    { state: 'interrupted', left: ['shop-control-plane'], error: { code: 'left-behind' } },
    { state: 'interrupted', left: null, error: { code: 'engine-stopped' } },
  ])
})

test('a tool killed in the middle fails the job with its signal (row 1); dispose leaves no process (row 3, 4)', async () => {
  const { jobs, exec } = make()
  const run = (mood: string) =>
    jobs.start({
      kind: 'cluster.create',
      subject: 'shop',
      key: mood,
      steps: [{ id: 'prepare-nodes', usualMs: 1 }],
      run: async (context) => {
        await context.step('prepare-nodes', () =>
          exec.check({ file: fixture('tool'), args: [dataDir, mood], jobId: context.id, signal: context.signal, killGraceMs: 300 }),
        )
        return null
      },
      cleanUp: async () => [],
    })
  const first = run('')
  await until(() => access(join(dataDir, 'pids')).then(() => true))
  await until(async () => (await pids()).length === 2)
  process.kill((await pids())[0] ?? 0, 'SIGKILL')
  const failed = await jobs.done(first.id)
  expect(failed).toMatchObject({ state: 'failed', left: [], error: { code: 'command-failed', facts: { signal: 'SIGKILL' } } })
  const [snapshot] = await collect(jobs.watch(first.id))
  expect(snapshot).toMatchObject({
    type: 'snapshot',
    commands: [{ id: failed.error?.commandId, signal: 'SIGKILL' }],
    output: [{ stream: 'stderr', text: expect.stringContaining('Preparing nodes') }],
  })
  for (const pid of await pids()) killQuietly(pid)
  await rm(join(dataDir, 'pids'))

  const second = run('stubborn')
  await until(() => pids().then((all) => all.length === 2))
  const tool = await pids()
  await jobs.dispose()
  expect(tool.map(isRunning)).toEqual([false, false])
  expect(jobs.get(second.id)).toMatchObject({ state: 'cancelled', left: [] })
})

test('a group is ended only where it is surely the command’s own', () => {
  const at = 1_000_000_000
  const row = { pid: 500, group: 500, startedAt: at + 400, line: '/bin/sh /opt/kind create cluster' }
  const boot = { pid: 1, group: 1, startedAt: at - 50_000, line: 'init' }
  const command: Command = {
    id: 'c',
    jobId: 'j',
    argv: ['/opt/kind', 'create', 'cluster'],
    cwd: '/',
    envNames: [],
    pid: 500,
    startedAt: at,
    durationMs: null,
    exitCode: null,
    signal: null,
    state: 'lost',
    tail: [],
    outputBytes: 0,
    truncated: false,
  }
  expect(orphanGroups([command], [boot, row])).toEqual([500])
  // The clock was set in between.
  expect(orphanGroups([command], [boot, { ...row, startedAt: at + 3_600_000 }])).toEqual([500])
  // Another program got the pid.
  expect(orphanGroups([command], [boot, { ...row, startedAt: at + 60_000, line: 'vim notes' }])).toEqual([])
  // It is in a group of someone else's.
  expect(orphanGroups([command], [boot, { ...row, group: 7 }])).toEqual([])
  // The leader is gone, its child is not.
  const child = { pid: 501, group: 500, startedAt: at + 20_000, line: 'docker run' }
  expect(orphanGroups([command], [boot, child])).toEqual([500])
  expect(orphanGroups([command], [boot, child, { ...child, pid: 502, startedAt: at + 86_400_000 }])).toEqual([])
  // The machine was started anew since.
  expect(orphanGroups([command], [{ ...boot, startedAt: at + 10_000 }, child])).toEqual([])
  expect(orphanGroups([command], [boot])).toEqual([])
})

test('the process table through ps, as on macOS, agrees with /proc', async () => {
  const { exec } = make()
  const self = async (platform: NodeJS.Platform) => (await processTable(exec, platform)).find((row) => row.pid === process.pid)
  const [proc, ps] = [await self('linux'), await self('darwin')]
  expect(proc).toMatchObject({ pid: process.pid })
  expect(ps?.group).toBe(proc?.group)
  expect(Math.abs((ps?.startedAt ?? 0) - (proc?.startedAt ?? 0))).toBeLessThan(2500)
  expect(parsePs('  7   7 Z    Tue Nov 24 03:33:14 2026 (sh)\n 12  7 Ss+  Tue Nov  3 03:33:14 2026 kind create\n')).toEqual([
    { pid: 12, group: 7, startedAt: Date.parse('Tue Nov  3 03:33:14 2026'), line: 'kind create' },
  ])
  expect(await processTable(exec, 'win32')).toEqual([])
})

function make() {
  const changes = createChanges()
  const exec = createExec({ dataDir, env: { ...process.env, SHELL: '/bin/false' }, homeDir: dataDir, changes })
  execs.push(exec)
  return { exec, jobs: createJobs({ dataDir, exec, changes }) }
}

const start = (jobs: Jobs, key: string) => jobs.start({ kind: 'cluster.create', subject: 'shop', key, steps: [], run: async () => null })

/** Starts another Cove with a job and waits until its tool runs. */
async function startCove(mood: string): Promise<{ id: string; cove: ChildProcess }> {
  await rm(join(dataDir, 'pids'), { force: true })
  const cove = spawn(process.execPath, [fixture('cove.ts'), dataDir, fixture('tool'), mood], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SHELL: '/bin/false' },
  })
  children.push(cove)
  let id = ''
  cove.stdout?.setEncoding('utf8').on('data', (text: string) => (id += text))
  await until(async () => id.endsWith('\n') && (await pids().catch(() => [])).length === 2)
  // The pid reaches the command journal within moments of the start.
  await until(async () => new RegExp(`"pid":\\s*${(await pids())[0]}\\b`).test(await journalText()))
  return { id: id.trim(), cove }
}

async function journalText(): Promise<string> {
  const files = await readdir(join(dataDir, 'commands')).catch(() => [])
  return (await Promise.all(files.map((file) => readFile(join(dataDir, 'commands', file), 'utf8').catch(() => '')))).join('\n')
}

const pids = async () => (await readFile(join(dataDir, 'pids'), 'utf8')).trim().split(' ').map(Number)

/** A zombie that nobody reaps does not run any more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

async function collect(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const all: JobEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = performance.now() + 15_000; !(await Promise.resolve(condition()).catch(() => false)); await sleep(20)) {
    if (performance.now() > limit) throw new Error('never came')
  }
}
