import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LogOpen } from '#shared/contract/logs.ts'
import type { ApiProxies } from './api-proxy.ts'
import type { LogStep, ScriptedApi } from './fixtures/api.ts'
import {
  bare,
  ended,
  makeGround,
  numbered,
  openRequest,
  pod,
  podPart,
  podsOfShop,
  quickPace,
  recordingSink,
  sourcesOn,
  stamp,
} from './fixtures/ground.ts'
import type { Ground } from './fixtures/ground.ts'
import type { OpenSources, Sources } from './sources.ts'

let ground: Ground
let proxies: ApiProxies
let sources: Sources
const opened: OpenSources[] = []

beforeAll(async () => {
  ground = await makeGround()
  ;({ proxies, sources } = sourcesOn(ground))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})
afterAll(async () => {
  await proxies.dispose()
  await ground.end()
})

type Object_ = ReturnType<typeof pod>

/** A view of one pod, whose log plays `steps` over `runs`. */
async function view(first: Object_, runs: string[][], steps: LogStep[], more: Partial<LogOpen> = {}, from = sources) {
  const { api, file } = await ground.api()
  api.put(podsOfShop, first)
  api.logs.set('app', { runs, steps })
  const recorded = recordingSink()
  const one = from.open(openRequest(file, [podPart], more), recorded.sink)
  opened.push(one)
  await one.ready
  return { api, file, ...recorded, one, state: () => recorded.sources[0]?.state.state }
}
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 5 })
const over = (one: { state: () => unknown }) => expect.poll(one.state, { timeout: 10_000, interval: 5 }).toBe('ended')
const becomes = (api: () => ScriptedApi, object: Object_) => () => api().put(podsOfShop, object)
const logCalls = (api: ScriptedApi) => api.requests.filter(({ path }) => path.endsWith('/log'))

const running = pod(0, { running: {} })
const done = pod(0, ended(0, 0), { restartPolicy: 'Never', phase: 'Succeeded' })
const completed = { type: 'ended', reason: 'completed', exitCode: 0 }

describe('follow', () => {
  it('hands over a completed container and how it ended', async () => {
    const lines = numbered(0, 2500)
    const one = await view(done, [lines], [{ run: 0 }])
    await over(one)
    expect(one.texts()).toEqual(bare(lines))
    expect(one.notes()).toEqual([completed])
    expect(one.sources[0]?.info).toEqual({
      kind: 'container',
      name: 'shop/web/app',
      namespace: 'shop',
      pod: 'web',
      container: 'app',
      containerKind: 'container',
      owner: null,
      node: 'worker',
      podUid: 'u1',
    })
    expect(one.sources[0]?.state).toMatchObject({ state: 'ended', reason: 'completed', exitCode: 0, error: null })
  })

  it('survives one byte at a time', async () => {
    const lines = numbered(0, 12)
    const one = await view(done, [lines], [{ run: 0, pieces: 1 }])
    await over(one)
    expect(one.texts()).toEqual(bare(lines))
  })

  it('loses and doubles nothing wherever and however the stream is cut', { timeout: 60_000 }, async () => {
    const lines = [0, 0, 1, 5, 5, 5, 400, 999, 1000, 1000, 1001, 2500, 2500].map(
      (ms, index) => `${stamp(ms)} line ${index} ${'x'.repeat(index * 3)}`,
    )
    const size = Buffer.byteLength(`${lines.join('\n')}\n`)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(size), fc.boolean()), { minLength: 1, maxLength: 3 }), async (cuts) => {
        let api: ScriptedApi
        const steps: LogStep[] = cuts.map(([bytes, cut]) => ({ run: 0, bytes, cut }))
        const one = await view(running, [lines], [...steps, { run: 0, after: becomes(() => api, done) }, { run: 0 }])
        api = one.api
        await over(one)
        expect(one.texts()).toEqual(bare(lines))
        expect(one.notes()).toEqual([completed])
        await one.one.close()
      }),
      { numRuns: 25 },
    )
  })

  it('asks for no more than it needs after a cut, and says nothing of one that was short', async () => {
    const lines = numbered(0, 60)
    let api: ScriptedApi
    const one = await view(running, [lines], [{ run: 0, bytes: 900, cut: true }, { run: 0, after: becomes(() => api, done) }, { run: 0 }])
    api = one.api
    await over(one)
    expect(one.texts()).toEqual(bare(lines))
    expect(one.notes()).toEqual([completed])
    expect(logCalls(api).map(({ query }) => query.get('sinceTime') === null)).toEqual([true, false, false])
    expect(one.sources[0]?.states.some(({ state }) => state === 'reconnecting')).toBe(false)
  })

  it('makes no storm of a server that ends each stream well at once', async () => {
    const one = await view(running, [numbered(0, 3)], [{ run: 0 }])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(one.texts()).toHaveLength(3)
    expect(one.notes()).toEqual([])
    // A wait of 40 ms at most is the pace of this test.
    expect(logCalls(one.api).length).toBeLessThan(1000 / quickPace.retryMs[1] + 10)
    expect(one.state()).toBe('following')
  })

  it('goes over a restart with the rest of the run before, its end, and the new run', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 50)]
    let api: ScriptedApi
    const back = pod(0, { waiting: { reason: 'CrashLoopBackOff' } }, { last: ended(137, 0, 'OOMKilled') })
    const again = pod(1, { running: {} }, { last: ended(137, 0, 'OOMKilled') })
    // The stream is cut before the crash; what is missing is still there.
    const steps = [
      { run: 0, bytes: 300, after: becomes(() => api, back) },
      { run: 0 },
      { run: 1, after: becomes(() => api, pod(1, ended(0, 1), { last: ended(137, 0), restartPolicy: 'OnFailure' })) },
      { run: 1 },
    ]
    const one = await view(running, [first, second], steps)
    api = one.api
    await eventually(() => one.sources[0]?.state.reason).toBe('CrashLoopBackOff')
    const oom = { number: 0, exitCode: 137, reason: 'OOMKilled', ranMs: 30_000 }
    expect(one.sources[0]?.state).toMatchObject({ state: 'waiting', exitCode: 137, lastRun: oom })
    api.put(podsOfShop, again)
    await over(one)
    expect(one.sources[0]?.events).toEqual([
      ...bare(first),
      { type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1, ranMs: 30_000 },
      ...bare(second),
      completed,
    ])
    expect(one.sources[0]?.state).toMatchObject({ restarts: 1, hasPrevious: true })
  })

  it('asks for the rest of the run before when the restart was not seen coming', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 44)]
    let api: ScriptedApi
    const again = pod(1, { running: { startedAt: stamp(5_000) } }, { last: ended(137, 0, 'OOMKilled') })
    const steps = [
      { run: 0, bytes: 300, after: becomes(() => api, again) },
      { run: 0 },
      { run: 1, after: becomes(() => api, pod(1, ended(0, 1), { restartPolicy: 'Never', last: ended(137, 0) })) },
      { run: 1 },
    ]
    const one = await view(running, [first, second], steps)
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([
      ...bare(first),
      { type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1, ranMs: 30_000 },
      ...bare(second),
      completed,
    ])
    expect(logCalls(api).filter(({ query }) => query.get('previous') === 'true')).toHaveLength(1)
  })

  it('finds out from the log itself that another run began, before the API says so', async () => {
    const [first, second] = [numbered(0, 20), numbered(40, 44)]
    let api: ScriptedApi
    const again = pod(1, { running: { startedAt: stamp(5_000) } }, { last: ended(1, 0) })
    const steps = [
      { run: 0, bytes: 300 },
      // The API still says that the first run goes on.
      {
        run: 1,
        hang: true,
        after: () =>
          setTimeout(
            becomes(() => api, again),
            60,
          ),
      },
      { run: 0 },
      { run: 1, after: becomes(() => api, pod(1, ended(0, 1), { restartPolicy: 'Never', last: ended(1, 0) })) },
      { run: 1 },
    ]
    const one = await view(running, [first, second], steps)
    api = one.api
    await over(one)
    expect(one.texts()).toEqual([...bare(first), ...bare(second)])
    expect(one.notes().map(({ type }) => type)).toEqual(['restarted', 'ended'])
  })

  it('names a run that nobody saw, and what may be missing of the one before', async () => {
    const [first, third] = [numbered(0, 20), numbered(60, 64)]
    let api: ScriptedApi
    const again = pod(3, { running: { startedAt: stamp(9_000) } }, { last: ended(1, 2) })
    const steps = [
      { run: 0, bytes: 300, after: becomes(() => api, again) },
      { run: 1 },
      { run: 2, after: becomes(() => api, pod(3, ended(0, 3), { restartPolicy: 'Never', last: ended(1, 2) })) },
      { run: 2 },
    ]
    const one = await view(running, [first, numbered(40, 44), third], steps)
    api = one.api
    await over(one)
    expect(one.notes().map(({ type }) => type)).toEqual(['gap', 'restarted', 'restarted', 'ended'])
    expect(one.texts()).toEqual([...bare(first).slice(0, one.texts().indexOf('n=40 请求完成')), ...bare(numbered(40, 44)), ...bare(third)])
  })

  it('says from when to when lines may be missing after a rotation, and goes on', async () => {
    const lines = numbered(0, 100)
    let api: ScriptedApi
    const steps = [
      { run: 0, bytes: Buffer.byteLength(`${lines.slice(0, 10).join('\n')}\n`), cut: true },
      { run: 1, hang: true },
      { run: 1, after: becomes(() => api, done) },
      { run: 1 },
    ]
    const one = await view(running, [lines, lines.slice(50)], steps)
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([
      ...bare(lines.slice(0, 10)),
      { type: 'gap', from: stamp(9 * 130), to: stamp(50 * 130), reason: 'rotated' },
      ...bare(lines.slice(50)),
      completed,
    ])
  })

  it('goes on without a word where the log was turned over behind the last line', async () => {
    const lines = numbered(0, 100)
    let api: ScriptedApi
    const steps = [
      { run: 0, bytes: Buffer.byteLength(`${lines.slice(0, 60).join('\n')}\n`), cut: true },
      { run: 1, after: becomes(() => api, done) },
      { run: 1 },
    ]
    const one = await view(running, [lines, lines.slice(50)], steps)
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(lines), completed])
  })

  it('waits for a container that has not started, and says why', async () => {
    const lines = numbered(0, 3)
    const waiting = (reason: string) => pod(0, { waiting: { reason } }, { id: '' })
    let api: ScriptedApi
    const one = await view(waiting('ContainerCreating'), [lines], [{ run: 0, after: becomes(() => api, done) }, { run: 0 }])
    api = one.api
    api.put(podsOfShop, waiting('ImagePullBackOff'))
    await eventually(() => one.sources[0]?.state.reason).toBe('ImagePullBackOff')
    expect(logCalls(api)).toEqual([])
    api.put(podsOfShop, running)
    await over(one)
    expect(one.texts()).toEqual(bare(lines))
    expect(one.sources[0]?.states.filter(({ state }) => state === 'waiting').map(({ reason }) => reason)).toEqual([
      'ContainerCreating',
      'ImagePullBackOff',
    ])
  })

  it('passes on what is said beside the reason, on one line, anew when it changes, and no longer when the container runs', async () => {
    const waiting = (reason: string, message: string) => pod(0, { waiting: { reason, message } }, { id: '' })
    const one = await view(waiting('CreateContainerConfigError', 'secret "db" not found'), [numbered(0, 3)], [{ run: 0, hang: true }])
    const message = () => one.sources[0]?.state.message
    await eventually(message).toBe('secret "db" not found')
    one.api.put(podsOfShop, waiting('CreateContainerConfigError', 'secret "cache"\n\tnot found '))
    await eventually(message).toBe('secret "cache" not found')
    one.api.put(podsOfShop, waiting('CreateContainerConfigError', '🙂'.repeat(600)))
    await eventually(message).toBe(`${'🙂'.repeat(499)}…`)
    one.api.put(podsOfShop, running)
    await eventually(one.state).toBe('following')
    expect(message()).toBe('')
  })

  it('says of a pod that no node takes what the scheduler says', async () => {
    const unplaced = pod(0, {}, { id: '', phase: 'Pending' })
    const message = '0/1 nodes are available: 1 Insufficient cpu.'
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
    const one = await view({ ...unplaced, status: { phase: 'Pending', conditions } }, [], [])
    await eventually(() => one.sources[0]?.state).toMatchObject({ state: 'waiting', reason: 'Unschedulable', message })
  })

  it('says why a container that is not started again could not be started', async () => {
    const terminated = { exitCode: 128, reason: 'StartError', containerID: 'containerd://0', message: 'exec: "nope": not found' }
    const one = await view(pod(0, { terminated }, { restartPolicy: 'Never', phase: 'Failed' }), [[]], [{ run: 0 }])
    await over(one)
    expect(one.sources[0]?.state).toMatchObject({ reason: 'completed', message: 'exec: "nope": not found', exitCode: 128 })
  })

  it('ends when the pod is gone, with the last lines', async () => {
    const lines = numbered(0, 3)
    let api: ScriptedApi
    const one = await view(running, [lines], [{ run: 0, pieces: 20, after: () => api.remove(podsOfShop, 'web') }])
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(lines), { type: 'ended', reason: 'pod-gone', exitCode: null }])
  })

  it('ends a stream that goes on though the pod is gone', async () => {
    const one = await view(running, [numbered(0, 3)], [{ run: 0, hang: true }])
    await eventually(() => one.texts()).toHaveLength(3)
    one.api.remove(podsOfShop, 'web')
    await over(one)
    expect(one.sources[0]?.state.reason).toBe('pod-gone')
    expect(logCalls(one.api)).toHaveLength(1)
  })

  it('takes a pod of the same name for another source', async () => {
    const one = await view(running, [numbered(0, 3)], [{ run: 0, hang: true }])
    await eventually(() => one.texts()).toHaveLength(3)
    one.api.remove(podsOfShop, 'web')
    one.api.put(podsOfShop, pod(0, { running: {} }, { uid: 'u2' }))
    await eventually(() => one.texts(1)).toHaveLength(3)
    expect(one.sources.map(({ info }) => info.podUid)).toEqual(['u1', 'u2'])
    await over(one)
  })

  it('keeps trying while the API is away, and says so; a long cut is told with its times', async () => {
    const lines = numbered(0, 30)
    const touchy = sourcesOn(ground, {}, { momentMs: 1 })
    const one = await view(
      running,
      [lines],
      [
        { run: 0, bytes: 200, hang: true },
        { run: 0, hang: true },
      ],
      {},
      touchy.sources,
    )
    await eventually(() => one.texts().length).toBeGreaterThan(0)
    await one.api.stop()
    await eventually(one.state).toBe('reconnecting')
    expect(one.sources[0]?.state.error?.code).toBe('api-refused')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await one.api.start()
    await eventually(() => one.texts()).toEqual(bare(lines))
    expect(one.state()).toBe('following')
    expect(one.notes()).toEqual([{ type: 'resumed', from: expect.any(String), to: expect.any(String) }])
    await eventually(() => one.failures.at(-1)).toBeNull()
  })

  it('tells a refusal as a failure, and goes on when it is lifted', async () => {
    const forbidden = { kind: 'Status', reason: 'Forbidden', message: 'pods "web" is forbidden: User "dev" cannot get resource "pods/log"' }
    const one = await view(
      running,
      [numbered(0, 3)],
      [
        { run: 0, status: 403, body: forbidden },
        { run: 0, status: 403, body: forbidden },
        { run: 0, hang: true },
      ],
    )
    await eventually(() => one.texts()).toHaveLength(3)
    expect(one.sources[0]?.states.flatMap(({ state, error }) => (state === 'failed' ? [error?.code] : []))).toEqual([
      'api-forbidden',
      'api-forbidden',
    ])
  })

  it('says lines from before it joined are backlog', async () => {
    const future = `${new Date(Date.now() + 60_000).toISOString()} new`
    const one = await view(running, [[...numbered(0, 3), future]], [{ run: 0, hang: true }])
    await eventually(() => one.texts()).toHaveLength(4)
    expect(one.sources[0]?.backlog).toEqual([true, true, true, false])
  })

  it('reads no faster than the sink keeps up with', async () => {
    const { api, file } = await ground.api()
    api.put(podsOfShop, running)
    let sent = 0
    const lines = numbered(0, 50_000, 1)
    api.logs.set('app', { runs: [lines], steps: [{ run: 0, pieces: 65_536, after: () => (sent = 1) }] })
    const recorded = recordingSink()
    recorded.block()
    const one = sources.open(openRequest(file, [podPart]), recorded.sink)
    opened.push(one)
    await one.ready
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect([recorded.texts().length, sent]).toEqual([0, 0])
    recorded.drain()
    await expect.poll(() => recorded.texts().length, { timeout: 10_000 }).toBe(lines.length)
  })

  it('shows nothing twice where a stream begins its log again', async () => {
    const lines = numbered(0, 60)
    let api: ScriptedApi
    const runs = [[...lines.slice(0, 50), ...lines], lines]
    const one = await view(running, runs, [{ run: 0, hang: true }, { run: 1, after: becomes(() => api, done) }, { run: 1 }])
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(lines), completed])
  })

  it('asks anew for what it had to wait with, since the log may have been turned over meanwhile', async () => {
    const lines = numbered(0, 40)
    let send = () => {}
    const when = new Promise<void>((resolve) => {
      send = resolve
    })
    const runs = [lines.slice(0, 5), lines.slice(20)]
    const one = await view(running, runs, [
      { run: 0, more: { when, lines: lines.slice(20) }, hang: true },
      { run: 1, hang: true },
    ])
    await eventually(() => one.texts()).toHaveLength(5)
    one.block()
    send()
    await new Promise((resolve) => setTimeout(resolve, 1300))
    one.drain()
    await eventually(() => one.texts()).toHaveLength(25)
    expect(one.notes()).toEqual([{ type: 'gap', from: stamp(4 * 130), to: stamp(20 * 130), reason: 'rotated' }])
  })

  it('keeps half a line back until it is whole, and shows it where nothing more comes', async () => {
    const lines = numbered(0, 4)
    const size = Buffer.byteLength(`${lines.join('\n')}\n`)
    let api: ScriptedApi
    const one = await view(
      running,
      [lines],
      [
        { run: 0, bytes: size - 5 },
        { run: 0, bytes: size - 3, after: becomes(() => api, done) },
        { run: 0, bytes: size - 1 },
      ],
    )
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(lines), completed])
  })
})

describe('a container that had restarted before the view was opened', () => {
  const oom = ended(137, 0, 'OOMKilled')
  const again = pod(1, { running: { startedAt: stamp(5_000) } }, { last: oom })
  const row = { type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 1, ranMs: 30_000 }
  const [first, second] = [numbered(0, 20), numbered(40, 44)]
  const previousOf = (api: ScriptedApi) => logCalls(api).filter(({ query }) => query.get('previous') === 'true')

  it('shows the log of the run before, how it ended, and the present run, each once', async () => {
    let api: ScriptedApi
    const over1 = pod(1, ended(0, 1), { restartPolicy: 'OnFailure', last: oom })
    const one = await view(again, [first, second], [{ run: 0 }, { run: 1, after: becomes(() => api, over1) }, { run: 1 }])
    api = one.api
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(first), row, ...bare(second), completed])
    expect(one.sources[0]?.backlog.every(Boolean)).toBe(true)
    expect(previousOf(api)).toHaveLength(1)
  })

  it('goes on with the next restart from there', async () => {
    let api: ScriptedApi
    const third = numbered(60, 64)
    const next = pod(2, { running: { startedAt: stamp(7_000) } }, { last: ended(3, 1) })
    const steps = [
      { run: 0 },
      { run: 1, bytes: 100, after: becomes(() => api, next) },
      { run: 1 },
      { run: 2, after: becomes(() => api, pod(2, ended(0, 2), { restartPolicy: 'OnFailure', last: ended(3, 1) })) },
      { run: 2 },
    ]
    const one = await view(again, [first, second, third], steps)
    api = one.api
    await over(one)
    const rowToThird = { type: 'restarted', exitCode: 3, reason: 'Error', restarts: 2, ranMs: 30_000 }
    expect(one.sources[0]?.events).toEqual([...bare(first), row, ...bare(second), rowToThird, ...bare(third), completed])
  })

  it('begins with as many lines as asked for, over both runs', async () => {
    const one = await view(again, [first, second], [{ run: 1 }, { run: 0 }, { run: 1, hang: true }], { tail: 10 })
    await eventually(one.state).toBe('following')
    await eventually(() => one.sources[0]?.events).toEqual([...bare(first.slice(-6)), row, ...bare(second)])
  })

  it('leaves it alone where the present run is not shown from its beginning', async () => {
    const tail = await view(again, [first, second], [{ run: 1 }, { run: 1, hang: true }], { tail: 3 })
    await eventually(() => tail.sources[0]?.events).toEqual(bare(second.slice(-3)))
    const since = await view(again, [first, second], [{ run: 1, hang: true }], { since: stamp(5_500) })
    await eventually(() => since.sources[0]?.events).toEqual(bare(second.slice(3)))
    expect([...previousOf(tail.api), ...previousOf(since.api)]).toEqual([])
  })

  it('shows of it what is wanted by time', async () => {
    const one = await view(again, [first, second], [{ run: 0 }, { run: 1, hang: true }], { since: stamp(2_200) })
    await eventually(() => one.sources[0]?.events).toEqual([...bare(first.slice(17)), row, ...bare(second)])
  })

  it('has the lines of a run once that waits to be started again: it is both the last and the one before', async () => {
    const one = await view(pod(0, { waiting: { reason: 'CrashLoopBackOff' } }, { last: oom }), [first], [{ run: 0 }])
    await eventually(one.state).toBe('waiting')
    expect(one.sources[0]?.events).toEqual(bare(first))
    expect(previousOf(one.api)).toEqual([])
  })

  it('says that it cannot be had, and still reads the present run', async () => {
    const missing = { kind: 'Status', reason: 'BadRequest', message: 'previous terminated container "app" in pod "web" not found' }
    const broken = { kind: 'Status', reason: 'InternalError', message: 'failed to open log file' }
    for (const steps of [
      [{ run: 0, status: 400, body: missing }],
      Array.from({ length: 3 }, () => ({ run: 0, status: 500, body: broken })),
    ]) {
      const one = await view(again, [first, second], [...steps, { run: 1, hang: true }])
      const gap = { type: 'gap', from: null, to: stamp(5_000), reason: 'unreadable' }
      await eventually(() => one.sources[0]?.events).toEqual([gap, row, ...bare(second)])
      expect(one.state()).toBe('following')
    }
  })

  it('mistakes no run for another that ends while it is asked for', async () => {
    const third = numbered(60, 64)
    const next = pod(2, { running: { startedAt: stamp(7_000) } }, { last: ended(3, 1) })
    const rowToThird = { type: 'restarted', exitCode: 3, reason: 'Error', restarts: 2, ranMs: 30_000 }
    let api: ScriptedApi
    // The API has gone on by the time it answers: `previous` is the run that the view took for the present one.
    const before = { run: 1, before: becomes(() => api, next) }
    const one = await view(again, [first, second, third], [before, { run: 1 }, { run: 2, hang: true }])
    api = one.api
    await eventually(() => one.sources[0]?.events).toEqual([...bare(second), rowToThird, ...bare(third)])
    // Or it goes on right after.
    const after = { run: 0, after: becomes(() => api, next) }
    const two = await view(again, [first, second, third], [after, { run: 1 }, { run: 2, hang: true }])
    api = two.api
    await eventually(() => two.sources[0]?.events).toEqual([...bare(first), row, ...bare(second), rowToThird, ...bare(third)])
  })
})

describe('once', () => {
  it('reads the run before', async () => {
    const one = await view(pod(1, { running: {} }, { last: ended(2, 0) }), [numbered(0, 5)], [{ run: 0 }], { previous: true, tail: 2 })
    await over(one)
    expect(one.sources[0]?.events).toEqual([...bare(numbered(3, 5)), { type: 'ended', reason: 'previous', exitCode: 2 }])
    expect(Object.fromEntries(logCalls(one.api)[0]?.query ?? [])).toEqual({
      container: 'app',
      timestamps: 'true',
      previous: 'true',
      tailLines: '2',
    })
    await one.one.done
  })

  it('says that there was none', async () => {
    const body = { kind: 'Status', reason: 'BadRequest', message: 'previous terminated container "app" in pod "web" not found' }
    const one = await view(running, [], [{ run: 0, status: 400, body }], { previous: true })
    await eventually(one.state).toBe('failed')
    expect(one.sources[0]?.state.error).toEqual({ code: 'no-previous-run', facts: { container: 'app' }, commandId: expect.any(String) })
  })

  it('reads without following, and is through then', async () => {
    const one = await view(running, [numbered(0, 5)], [{ run: 0 }], { follow: false, since: stamp(300) })
    await one.one.done
    expect(one.sources[0]?.events).toEqual([...bare(numbered(3, 5)), { type: 'ended', reason: 'not-following', exitCode: null }])
    expect(logCalls(one.api)[0]?.query.get('sinceTime')).toBe(stamp(300))
  })
})
