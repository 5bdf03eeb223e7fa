import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogEvent, LogRequest } from '#shared/contract/logs.ts'
import { logRequestSchema } from '#shared/contract/logs.ts'
import { createChanges } from '#core/changes.ts'
import { createExec } from '#core/exec/exec.ts'
import type { Exec } from '#core/exec/types.ts'
import { createWorkloads } from '../workloads/workloads.ts'
import { createLogs } from './logs.ts'
import type { Logs } from './types.ts'

const kubectl = fileURLToPath(new URL('fixtures/kubectl.mjs', import.meta.url))
const pace = { retryMs: [10, 40], pollMs: [10, 40], settleMs: 40 } as const

let root: string
let exec: Exec
let logs: Logs
let count = 0

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'cove logs 日志 '))
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`, SHELL: '/bin/false' }
  exec = createExec({ dataDir: path.join(root, 'data'), env, homeDir: root, changes: createChanges() })
  const toolchain = { resolve: async () => ({ name: 'kubectl' as const, path: kubectl, version: null, origin: 'path' as const }) }
  const deps = { exec, toolchain, kubeconfig: null }
  logs = createLogs({ ...deps, workloads: createWorkloads(deps), pace })
})
afterAll(async () => {
  await exec.dispose()
  await rm(root, { recursive: true, force: true })
})

type Step = {
  run: number
  bytes?: number
  pieces?: number
  exit?: number
  stderr?: string
  after?: number
  hang?: boolean
  pauseMs?: number
}
type World = { pods: unknown[]; logs: Step[]; runs: string[][] }

type State = { running?: object; waiting?: object; terminated?: object }
const ended = (exitCode: number, run: number, reason = exitCode === 0 ? 'Completed' : 'Error') => ({
  terminated: { exitCode, reason, containerID: `containerd://${run}` },
})

function pod(
  run: number,
  state: State,
  options: { last?: State; restartPolicy?: string; phase?: string; next?: number; uid?: string; id?: string } = {},
) {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: options.uid ?? 'u1' },
    spec: { restartPolicy: options.restartPolicy ?? 'Always', containers: [{ name: 'app', image: 'i' }] },
    status: {
      phase: options.phase ?? 'Running',
      containerStatuses: [
        { name: 'app', containerID: options.id ?? `containerd://${run}`, restartCount: run, state, lastState: options.last ?? {} },
      ],
    },
    ...(options.next === undefined ? {} : { next: options.next }),
  }
}

async function world(made: World): Promise<string> {
  const file = path.join(root, `world ${(count += 1)}.json`)
  await writeFile(file, JSON.stringify(made))
  return file
}

const request = (file: string, more: Partial<LogRequest> = {}): LogRequest =>
  logRequestSchema.parse({ file, name: 'kind-shop', namespace: 'shop', pod: 'web', container: 'app', tail: null, ...more })

async function collect(file: string, more: Partial<LogRequest> = {}): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for await (const event of logs.follow(request(file, more), AbortSignal.timeout(15_000))) events.push(event)
  return events
}
const textsOf = (events: readonly LogEvent[]) =>
  events.flatMap((event) => (event.type === 'lines' ? event.lines.map(({ text }) => text) : []))
const othersOf = (events: readonly LogEvent[]) => events.filter(({ type }) => type !== 'lines' && type !== 'reconnecting')
const running = (file: string) =>
  exec.commands({ limit: 50 }).filter((one) => one.argv.includes(`--kubeconfig=${file}`) && one.state === 'running')
const callsOf = async (file: string) =>
  (await readFile(`${file}.calls`, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])

const stamp = (ms: number, nanos = 0) => `${new Date(1_795_476_000_000 + ms).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`
const numbered = (from: number, to: number, stepMs = 130) =>
  Array.from({ length: to - from }, (_, index) => `${stamp((from + index) * stepMs)} n=${from + index} 请求完成`)
const bare = (lines: readonly string[]) => lines.map((line) => line.slice(line.indexOf(' ') + 1))

describe('follow', () => {
  it('hands over a completed container and how it ended', async () => {
    const lines = numbered(0, 2500)
    const file = await world({
      pods: [pod(0, ended(0, 0), { restartPolicy: 'Never', phase: 'Succeeded' })],
      runs: [lines],
      logs: [{ run: 0 }],
    })
    const events = await collect(file)
    expect(textsOf(events)).toEqual(bare(lines))
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'completed', exitCode: 0 })
    const all = events.flatMap((event) => (event.type === 'lines' ? event.lines : []))
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index))
    expect(all[0]?.time).toBe(stamp(0))
    for (const event of events) if (event.type === 'lines') expect(event.lines.length).toBeLessThanOrEqual(1000)
  })

  it('survives one byte at a time', async () => {
    const lines = numbered(0, 12)
    const file = await world({ pods: [pod(0, ended(0, 0), { restartPolicy: 'Never' })], runs: [lines], logs: [{ run: 0, pieces: 1 }] })
    expect(textsOf(await collect(file))).toEqual(bare(lines))
  })

  it('takes a cut stream up again after the last line: none missing, none twice', async () => {
    const lines = numbered(0, 60)
    const size = Buffer.byteLength(lines.join('\n'))
    const running = pod(0, { running: {} })
    const done = pod(0, ended(0, 0), { restartPolicy: 'Never' })
    const steps: Step[] = [
      { run: 0, bytes: Math.floor(size / 3) },
      { run: 0, bytes: 700, stderr: 'error: unexpected EOF' },
      { run: 0, after: 1 },
      { run: 0 },
    ]
    const file = await world({ pods: [running, done], runs: [lines], logs: steps })
    const events = await collect(file)
    expect(textsOf(events)).toEqual(bare(lines))
    expect(othersOf(events)).toEqual([{ type: 'ended', reason: 'completed', exitCode: 0 }])
    expect(events.filter(({ type }) => type === 'reconnecting').length).toBeGreaterThanOrEqual(2)
    expect((await callsOf(file)).filter(([verb]) => verb === 'logs')[1]?.some((arg) => arg.startsWith('--since-time='))).toBe(true)
  })

  it('loses and doubles nothing wherever the stream is cut', { timeout: 60_000 }, async () => {
    const lines = [0, 0, 1, 5, 5, 5, 400, 999, 1000, 1000, 1001, 2500, 2500].map(
      (ms, index) => `${stamp(ms)} line ${index} ${'x'.repeat(index * 3)}`,
    )
    const size = Buffer.byteLength(`${lines.join('\n')}\n`)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(size), { minLength: 1, maxLength: 3 }), async (cuts) => {
        const steps: Step[] = cuts.map((bytes) => ({ run: 0, bytes }))
        const file = await world({
          pods: [pod(0, { running: {} }), pod(0, ended(0, 0), { restartPolicy: 'Never' })],
          runs: [lines],
          logs: [...steps, { run: 0, after: 1 }, { run: 0 }],
        })
        expect(textsOf(await collect(file))).toEqual(bare(lines))
      }),
      { numRuns: 12 },
    )
  })

  it('goes over a restart with the rest of the run before, its end, and the new run', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 50)]
    const back = { waiting: { reason: 'CrashLoopBackOff' } }
    const pods = [
      pod(0, { running: {} }),
      pod(0, back, { last: ended(3, 0), next: 2 }),
      pod(1, { running: {} }, { last: ended(3, 0), next: 2 }),
      pod(1, ended(0, 1), { last: ended(3, 0), restartPolicy: 'OnFailure' }),
    ]
    // The stream is cut before the crash; what is missing is still there.
    const file = await world({
      pods,
      runs: [first, second],
      logs: [{ run: 0, bytes: 300, after: 1 }, { run: 0 }, { run: 1, after: 3 }, { run: 1 }],
    })
    const events = await collect(file)
    expect(textsOf(events)).toEqual([...bare(first), ...bare(second)])
    expect(othersOf(events)).toEqual([
      { type: 'waiting', reason: 'CrashLoopBackOff' },
      { type: 'restarted', exitCode: 3, reason: 'Error', restarts: 1 },
      { type: 'ended', reason: 'completed', exitCode: 0 },
    ])
    const order = events.map((event) => (event.type === 'lines' ? event.lines.at(-1)?.text : event.type))
    expect(order.indexOf('restarted')).toBeGreaterThan(order.indexOf('n=19 请求完成'))
  })

  it('asks for the rest of the run before when the restart was not seen coming', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 44)]
    const pods = [
      pod(0, { running: {} }),
      pod(1, { running: { startedAt: stamp(5_000) } }, { last: ended(137, 0, 'OOMKilled') }),
      pod(1, ended(0, 1), { restartPolicy: 'Never', last: ended(137, 0) }),
    ]
    const file = await world({
      pods,
      runs: [first, second],
      logs: [{ run: 0, bytes: 300, after: 1 }, { run: 0 }, { run: 1, after: 2 }, { run: 1 }],
    })
    const events = await collect(file)
    expect(textsOf(events)).toEqual([...bare(first), ...bare(second)])
    expect(othersOf(events)[0]).toEqual({ type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1 })
    expect((await callsOf(file)).filter((args) => args.includes('--previous'))).toHaveLength(1)
  })

  it('is not misled by a look that came after the restart', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 44)]
    const pods = [
      pod(1, { running: { startedAt: stamp(5_000) } }, { last: ended(137, 0, 'OOMKilled') }),
      pod(1, ended(0, 1), { restartPolicy: 'Never', last: ended(137, 0) }),
    ]
    const file = await world({
      pods,
      runs: [first, second],
      logs: [{ run: 0, bytes: 300 }, { run: 0 }, { run: 1, after: 1 }, { run: 1 }],
    })
    const events = await collect(file)
    expect(textsOf(events)).toEqual([...bare(first), ...bare(second)])
    expect(othersOf(events)[0]).toEqual({ type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1 })
  })

  it('waits for a container that has not started, and says why', async () => {
    const lines = numbered(0, 3)
    const waiting = (reason: string, next: number) => pod(0, { waiting: { reason } }, { id: '', next })
    const pods = [waiting('ContainerCreating', 1), waiting('ImagePullBackOff', 2), waiting('ImagePullBackOff', 3), pod(0, { running: {} })]
    const refused = {
      run: 9,
      stderr: 'Error from server (BadRequest): container "app" in pod "web" is waiting to start: ContainerCreating',
    }
    const file = await world({
      pods: [...pods, pod(0, ended(0, 0), { restartPolicy: 'Never' })],
      runs: [lines],
      logs: [refused, { run: 0, after: 4 }, { run: 0 }],
    })
    const events = await collect(file)
    expect(othersOf(events).slice(0, 1)).toEqual([{ type: 'waiting', reason: 'ImagePullBackOff' }])
    expect(textsOf(events)).toEqual(bare(lines))
  })

  it('ends when the pod is gone', async () => {
    const lines = numbered(0, 3)
    const file = await world({ pods: [pod(0, { running: {} }), null], runs: [lines], logs: [{ run: 0, after: 1 }] })
    const events = await collect(file)
    expect(textsOf(events)).toEqual(bare(lines))
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'pod-gone', exitCode: null })
  })

  it('keeps trying while the API is away, and tells it', async () => {
    const lines = numbered(0, 30)
    const refused = 'The connection to the server 127.0.0.1:43117 was refused - did you specify the right host or port?'
    const pods = [
      pod(0, { running: {} }),
      { stderr: refused, after: 2 },
      { stderr: 'error: You must be logged in to the server (Unauthorized)', after: 0 },
      pod(0, ended(0, 0), { restartPolicy: 'Never' }),
    ]
    const file = await world({
      pods,
      runs: [lines],
      logs: [
        { run: 0, bytes: 200, stderr: 'error: unexpected EOF', after: 1 },
        { run: 9, stderr: refused },
        { run: 0, after: 3 },
        { run: 0 },
      ],
    })
    const events = await collect(file)
    expect(textsOf(events)).toEqual(bare(lines))
    const codes = events.flatMap((event) => (event.type === 'reconnecting' ? [event.error?.code] : []))
    expect(codes).toContain('api-refused')
    expect(codes).toContain('api-unauthorized')
    expect(events.at(-1)?.type).toBe('ended')
  })

  it.each([
    ['Error from server (NotFound): pods "web" not found', 'pod-not-found', { pod: 'web', namespace: 'shop' }],
    ['error: container app is not valid for pod web', 'not-found', { what: 'container', name: 'app' }],
    ['Error from server (Forbidden): pods "web" is forbidden: User "u" cannot get resource "pods/log"', 'api-forbidden', expect.anything()],
    [
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      'api-refused',
      { server: '127.0.0.1:1' },
    ],
    ['something nobody knows', 'command-failed', expect.objectContaining({ tail: 'something nobody knows', exitCode: 1 })],
  ])('says at once what cannot be followed: %s', async (stderr, code, facts) => {
    const file = await world({ pods: [pod(0, { running: {} })], runs: [], logs: [{ run: 0, stderr }] })
    expect(await collect(file)).toEqual([{ type: 'failed', error: { code, facts, commandId: expect.any(String) } }])
  })

  it('ends its command with its view, at once and also when nothing is printed', async () => {
    const file = await world({ pods: [pod(0, { running: {} })], runs: [numbered(0, 2)], logs: [{ run: 0, hang: true }] })
    const stream = logs.follow(request(file))
    const first = await stream.next()
    expect(first.value?.type).toBe('lines')
    const next = stream.next()
    await stream.return()
    expect((await next).done).toBe(true)
    await expect.poll(() => running(file)).toEqual([])

    const controller = new AbortController()
    const other = logs.follow(request(file), controller.signal)
    await other.next()
    setTimeout(() => controller.abort(), 50)
    expect((await other.next()).done).toBe(true)
    await expect.poll(() => running(file)).toEqual([])
  })

  it('makes a slow reader the pace of the tool', async () => {
    const lines = numbered(0, 200_000, 1)
    const file = await world({ pods: [pod(0, ended(0, 0), { restartPolicy: 'Never' })], runs: [lines], logs: [{ run: 0, pieces: 65_536 }] })
    const stream = logs.follow(request(file))
    const first = await stream.next()
    let seen = first.value?.type === 'lines' ? first.value.lines.length : 0
    await new Promise((resolve) => setTimeout(resolve, 700))
    // The tool still waits in its pipe, so nothing piles up here.
    expect(
      exec
        .commands({ limit: 50 })
        .some((one) => one.argv.includes(`--kubeconfig=${file}`) && one.argv.includes('logs') && one.state === 'running'),
    ).toBe(true)
    for await (const event of stream) if (event.type === 'lines') seen += event.lines.length
    expect(seen).toBe(lines.length)
  })

  it('cuts a line of more than 64 KiB and goes on', async () => {
    const lines = [`${stamp(0)} ${'x'.repeat(200_000)}`, `${stamp(1)} after`]
    const file = await world({ pods: [pod(0, ended(0, 0), { restartPolicy: 'Never' })], runs: [lines], logs: [{ run: 0 }] })
    const all = (await collect(file)).flatMap((event) => (event.type === 'lines' ? event.lines : []))
    expect(all.map(({ cut }) => cut)).toEqual([true, false])
    expect(all[0]?.text.length).toBeGreaterThanOrEqual(64 * 1024)
    expect(all[1]?.text).toBe('after')
  })
})

describe('once', () => {
  it('reads the run before', async () => {
    const file = await world({ pods: [pod(1, { running: {} }, { last: ended(2, 0) })], runs: [numbered(0, 5)], logs: [{ run: 0 }] })
    const events = await collect(file, { previous: true, tail: 2 })
    expect(textsOf(events)).toEqual(bare(numbered(3, 5)))
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'previous', exitCode: 2 })
    expect((await callsOf(file)).find(([verb]) => verb === 'logs')).toEqual([
      'logs',
      `--kubeconfig=${file}`,
      '--context=kind-shop',
      '--previous',
      '--timestamps',
      '--namespace=shop',
      '--container=app',
      '--tail=2',
      '--',
      'web',
    ])
  })

  it('says that there was none', async () => {
    const file = await world({
      pods: [pod(0, { running: {} })],
      runs: [],
      logs: [{ run: 0, stderr: 'Error from server (BadRequest): previous terminated container "app" in pod "web" not found' }],
    })
    expect(await collect(file, { previous: true })).toEqual([
      { type: 'failed', error: { code: 'no-previous-run', facts: { container: 'app' }, commandId: expect.any(String) } },
    ])
  })

  it('reads without following', async () => {
    const file = await world({ pods: [pod(0, { running: {} })], runs: [numbered(0, 5)], logs: [{ run: 0 }] })
    const events = await collect(file, { follow: false })
    expect(textsOf(events)).toEqual(bare(numbered(0, 5)))
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'not-following', exitCode: null })
  })
})
