import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LogOpen, logOpenSchema, type LogViewState } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import type { HistoryRequest } from '../files/history.ts'
import type { NodeContainer, NodeFiles } from '../files/node-files.ts'
import type { ProxyLease } from '../source/api-proxy.ts'
import { createSources } from '../source/sources.ts'
import { batchOf } from '../search/fixtures.ts'
import { stateWhere } from './fixtures/state-where.ts'
import { createOpenSources } from './open-sources.ts'
import { createLogViews, type LogViews } from './views.ts'

let dir: string
let file: string
let views: LogViews
let reported: unknown[]
const context = { file: '/k', name: 'kind-shop' }
const gone: NodeContainer = {
  node: 'shop-worker',
  namespace: 'a',
  pod: 'p',
  podUid: 'u-1',
  container: 'c',
  runs: [0],
  bytes: 1,
  writtenAt: 1,
}

/** Local files are real; of a cluster there is one pod that is gone, on a node that is not. */
const nodeFiles: NodeFiles = {
  history: async (request, sink, signal) => {
    historyAsked = request
    await readNodes(signal, request.pod)
    sink.lines(request.source, batchOf([`before ${request.pod}`], { second: () => 10 }), true)
    return { lines: 1, joined: true }
  },
  span: async (request, sink) => {
    await readSpan()
    sink.lines(request.source, batchOf(['was missing'], { second: () => 1001 }), true)
    return { lines: 1, whole: true }
  },
  fileEnd: async () => ({ lines: 0, outcome: 'compared' }),
  list: async () => [],
  containers: async () => [gone, { ...gone, pod: 'q', podUid: 'u-2' }],
  goneContainers: async () => [gone],
  openGone: async (container, sink) => {
    const none = { containerKind: 'container' as const, owner: null }
    const source = sink.join({
      kind: 'container',
      name: `a/${container.pod}/c`,
      ...none,
      namespace: 'a',
      pod: container.pod,
      container: 'c',
      node: container.node,
      podUid: container.podUid,
    })
    sink.lines(source, batchOf(['what was left']), true)
    if (torn) {
      sink.note(source, null, { type: 'gap', from: null, to: null, reason: 'rotated' })
      sink.lines(source, batchOf(['behind the gap'], { second: () => 1002 }), true)
    }
    sink.state(source, { state: 'ended', reason: 'pod-gone' })
    return { lines: 1, joined: true, source }
  },
}
/** What the reading of the nodes' files does; by itself it is through at once. */
let readNodes: (signal: AbortSignal, pod: string) => Promise<void> = async () => {}
/** For what the nodes' files were asked last. */
let historyAsked: HistoryRequest | null = null
/** What the reading of a gap does; by itself it is through at once. */
let readSpan: () => Promise<void> = async () => {}
/** Lines are missing in what is left of the pod that is gone. */
let torn = false
/** What the API is asked; by itself there is none. */
let lease: (() => Promise<ProxyLease>) | null = null
const noCluster = async () => {
  throw new AppError('context-not-found', context)
}
const start = (idleMs = 60_000) =>
  createLogViews({
    workloads: async () => ({ workloads: [], error: null }),
    prepare: async function* () {},
    dir: join(dir, 'tmp'),
    openSources: createOpenSources({
      createSources: (openOther) => createSources({ proxies: { get: () => (lease ?? noCluster)() }, openOther }),
      nodes: {
        exec: { lines: noCluster as never, run: noCluster as never },
        engines: { require: noCluster as never, explain: () => null },
      },
      nodeFiles,
      localNodes: ({ name }) => (name === context.name ? ['shop-worker'] : []),
      report: (error) => void reported.push(error),
    }),
    gone: async () => [],
    report: (error) => reported.push(error),
    idleMs,
  })

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cove views 日志 '))
  file = join(dir, 'a.log')
  await writeFile(file, '2026-11-24T10:00:00Z INFO one\n2026-11-24T10:00:01Z ERROR two\n')
  reported = []
  readNodes = async () => {}
  readSpan = async () => {}
  torn = false
  lease = null
  views = start()
})
afterEach(async () => {
  await views.dispose()
  expect(await readdir(join(dir, 'tmp')).catch(() => [])).toEqual([])
  await rm(dir, { recursive: true })
  expect(reported).toEqual([])
})

const open = (over: Partial<LogOpen> & Pick<LogOpen, 'parts'>) => views.open(logOpenSchema.parse({ context: null, ...over }))
const ofFile = () => open({ parts: [{ kind: 'file', path: file }] })
const until = (id: { viewId: string }, holds: (state: LogViewState) => boolean) => stateWhere((signal) => views.watch(id, signal), holds)
const texts = (id: { viewId: string }) =>
  views.rows({ ...id, from: 0, count: 100 }).rows.flatMap(({ note, text }) => (note === null ? [text] : []))

test('a file of this machine is read, followed and shown by rows', async () => {
  const id = await ofFile()
  await until(id, ({ total }) => total === 2)
  expect(texts(id)).toEqual(['2026-11-24T10:00:00Z INFO one', '2026-11-24T10:00:01Z ERROR two'])
  await appendFile(file, '2026-11-24T10:00:02Z WARN three\n')
  const state = await until(id, ({ total }) => total === 3)
  expect(state.levels).toEqual([0, 0, 0, 1, 1, 1, 0])
  expect(state.sources).toMatchObject([{ kind: 'file', short: 'a.log', state: 'following', lines: 3 }])
  expect(state.history.state).toBe('unavailable')
})

test('what the page sends is a source, packed too', async () => {
  const id = await open({ parts: [{ kind: 'upload', name: 'sent.log.gz' }] })
  const packed = gzipSync('one\ntwo\n').toString('base64')
  await views.feed({ ...id, part: 0, data: packed, last: true })
  await until(id, ({ sources }) => sources[0]?.state === 'ended')
  expect(texts(id)).toEqual(['one', 'two'])
  await expect(views.feed({ ...id, part: 7, data: '', last: true })).rejects.toMatchObject({ code: 'bad-input', facts: { field: 'part' } })
})

test('a pod that is gone is read from its node; a name that is no node of the context is not', async () => {
  const part = { kind: 'gone' as const, node: 'shop-worker', namespace: 'a', pod: 'p', podUid: 'u-1', container: 'c' }
  const id = await open({ context, parts: [part] })
  await until(id, ({ sources }) => sources[0]?.state === 'ended')
  expect(texts(id)).toEqual(['what was left'])
  await expect(open({ context, parts: [{ ...part, node: '--privileged' }] })).rejects.toMatchObject({
    code: 'not-found',
    facts: { what: 'node' },
  })
  await expect(
    open({ context: { ...context, name: 'far' }, parts: [{ kind: 'journal', node: 'shop-worker', unit: 'kubelet' }] }),
  ).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('what cannot be opened leaves no view', async () => {
  await expect(open({ context, parts: [{ kind: 'pod', namespace: 'a', pod: 'p', container: null }] })).rejects.toMatchObject({
    code: 'context-not-found',
  })
  await expect(open({ parts: [{ kind: 'pod', namespace: 'a', pod: 'p', container: null }] })).rejects.toMatchObject({ code: 'bad-input' })
  expect(views.views()).toEqual([])
})

test('a view that nobody watches goes after a while, one that is pinned stays', async () => {
  await views.dispose()
  views = start(50)
  const [plain, pinned] = [await ofFile(), await ofFile()]
  views.pin({ ...pinned, pinned: true })
  await until(plain, ({ total }) => total === 2)
  await until(pinned, ({ total }) => total === 2)
  await expect.poll(() => views.views().map(({ viewId }) => viewId)).toEqual([pinned.viewId])
  expect(() => views.rows({ ...plain, from: 0, count: 1 })).toThrow(expect.objectContaining({ code: 'not-found' }))
  await sleep(200)
  await appendFile(file, 'three\n')
  await until(pinned, ({ total }) => total === 3)
  views.pin({ ...pinned, pinned: false })
  await expect.poll(() => views.views()).toEqual([])
})

test('closed while it is watched, the watcher ends', async () => {
  const id = await ofFile()
  const seen: number[] = []
  const watching = (async () => {
    for await (const state of views.watch(id, new AbortController().signal)) seen.push(state.total)
  })()
  await expect.poll(() => seen.at(-1)).toBe(2)
  await views.close(id)
  await watching
  expect(views.views()).toEqual([])
})

const untilAborted = (signal: AbortSignal | undefined) => new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))

test('closed while it opens, it does not wait for an API that never answers', async () => {
  const asked = Promise.withResolvers<void>()
  lease = async () => ({
    get: async (_path, _schema, call) => {
      asked.resolve()
      await untilAborted(call?.signal)
      throw new AppError('cancelled', {})
    },
    stream: noCluster,
    release: () => {},
  })
  const opening = open({ context, parts: [{ kind: 'pod', namespace: 'a', pod: 'p', container: null }] })
  const failed = expect(opening).rejects.toBeInstanceOf(AppError)
  await asked.promise
  await views.dispose()
  await failed
})

test('closed while it reads the nodes’ files, it ends when they are let go', async () => {
  const id = await open({
    context,
    parts: [{ kind: 'gone', node: 'shop-worker', namespace: 'a', pod: 'p', podUid: 'u-1', container: 'c' }],
  })
  await until(id, ({ sources }) => sources[0]?.state === 'ended')
  let ended = false
  readNodes = async (signal) => {
    await untilAborted(signal)
    await sleep(100)
    ended = true
  }
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loading')
  await views.close(id)
  expect(ended).toBe(true)
})

test('one container that cannot be read does not keep the others from it; a second try reads only what is missing', async () => {
  const part = (pod: string, podUid: string) => ({
    kind: 'gone' as const,
    node: 'shop-worker',
    namespace: 'a',
    pod,
    podUid,
    container: 'c',
  })
  const id = await open({ context, parts: [part('p', 'u-1'), part('q', 'u-2')] })
  await until(id, ({ sources }) => sources.length === 2 && sources.every(({ state }) => state === 'ended'))
  const asked: string[] = []
  readNodes = async (_, pod) => {
    asked.push(pod)
    if (pod === 'p') throw new AppError('engine-stopped', { endpoint: null })
  }
  await views.loadHistory(id)
  const failed = await until(id, ({ history }) => history.state === 'failed')
  expect(failed.history.error).toMatchObject({ code: 'engine-stopped' })
  expect(texts(id)).toContain('before q')
  // The kubelet has removed the files of a pod that is gone: that is no failure.
  readNodes = async (_, pod) => {
    asked.push(pod)
    throw new AppError('not-found', { what: 'log-files', name: pod })
  }
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loaded')
  expect(asked).toEqual(['p', 'q', 'p'])
  expect(texts(id).filter((text) => text === 'before q')).toHaveLength(1)
})

test('a view stays as long as it is saved', async () => {
  await views.dispose()
  views = start(50)
  const id = await ofFile()
  await until(id, ({ total }) => total === 2)
  let text = ''
  for await (const chunk of views.export({ ...id, what: 'all', format: 'text', prefix: false }, new AbortController().signal)) {
    text += chunk
    await sleep(200)
    expect(views.views()).toHaveLength(1)
  }
  expect(text.split('\n')).toHaveLength(3)
  await expect.poll(() => views.views()).toEqual([])
})

test('a view that is closed while it is saved is no end of its lines', async () => {
  const id = await ofFile()
  await until(id, ({ total }) => total === 2)
  const all = { ...id, what: 'all', format: 'text', prefix: false } as const
  const never = new AbortController().signal
  const begun = views.export(all, never)
  const waiting = views.export(all, never)
  expect((await begun.next()).value).not.toBe('')
  await views.close(id)
  await expect(waiting.next()).rejects.toMatchObject({ code: 'not-found', facts: { what: 'log-view' } })
  expect(() => views.export(all, never)).toThrow('not-found')
})

test('a pod that had restarted: the run before above, and the nodes’ files are read up to its first line', async () => {
  const terminated = {
    exitCode: 137,
    reason: 'OOMKilled',
    containerID: 'c://0',
    startedAt: '2026-11-24T10:00:00Z',
    finishedAt: '2026-11-24T10:00:03Z',
  }
  const pod = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
    spec: { containers: [{ name: 'app' }], nodeName: 'shop-worker' },
    status: {
      containerStatuses: [
        {
          name: 'app',
          containerID: 'c://1',
          restartCount: 1,
          state: { running: { startedAt: '2026-11-24T10:01:00Z' } },
          lastState: { terminated },
        },
      ],
    },
  }
  const bytes = (query: string) => {
    if (query.includes('watch=')) return null
    if (query.includes('previous=')) return '2026-11-24T10:00:01Z one\n2026-11-24T10:00:02Z two\n'
    return query.includes('/log?') ? '2026-11-24T10:01:01Z three\n' : ''
  }
  lease = async () => ({
    get: async (path, schema) =>
      schema.parse(path.endsWith('/web') ? pod : { kind: 'List', metadata: { resourceVersion: '1' }, items: [pod] }) as never,
    stream: async (query, signal) => ({
      date: null,
      chunks: (async function* () {
        yield Buffer.from(bytes(query) ?? '')
        if (/follow=|watch=/.test(query)) await untilAborted(signal)
      })(),
    }),
    release: () => {},
  })
  const id = await open({ context, parts: [{ kind: 'pod', namespace: 'shop', pod: 'web', container: null }] })
  await until(id, ({ total }) => total === 4)
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loaded')
  const rows = views.rows({ ...id, from: 0, count: 100 }).rows
  expect(rows.map(({ text, note }) => note?.type ?? text)).toEqual(['before web', 'one', 'two', 'restarted', 'three'])
  expect(rows[3]).toMatchObject({ time: '2026-11-24T10:01:00.000000000Z', note: { exitCode: 137, reason: 'OOMKilled', ranMs: 3000 } })
  expect(Buffer.from(historyAsked?.before()?.text ?? []).toString()).toBe('one')
  expect(historyAsked).toMatchObject({ lastRun: { number: 0, exitCode: 137, reason: 'OOMKilled', ranMs: 3000 }, toldRestart: null })
})

test('history is there for local clusters only, and how it went is in the state', async () => {
  const id = await open({
    context,
    parts: [{ kind: 'gone', node: 'shop-worker', namespace: 'a', pod: 'p', podUid: 'u-1', container: 'c' }],
  })
  await until(id, ({ history }) => history.state === 'available')
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loaded')
})

test('a gap that could not be read is read by a second load of the whole history', async () => {
  torn = true
  let tries = 0
  readSpan = async () => {
    tries += 1
    if (tries === 1) throw new AppError('engine-stopped', { endpoint: null })
  }
  const part = { kind: 'gone' as const, node: 'shop-worker', namespace: 'a', pod: 'p', podUid: 'u-1', container: 'c' }
  const id = await open({ context, parts: [part] })
  await until(id, ({ history }) => history.state === 'available')
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loaded')
  // By itself once the stream has settled; that it failed is offered again.
  await until(id, ({ history }) => history.state === 'available')
  expect(texts(id)).toEqual(['before p', 'what was left', 'behind the gap'])
  await views.loadHistory(id)
  await until(id, ({ history }) => history.state === 'loaded')
  expect({ tries, texts: texts(id) }).toEqual({ tries: 2, texts: ['before p', 'what was left', 'was missing', 'behind the gap'] })
  expect(views.rows({ ...id, from: 0, count: 9 }).rows.filter(({ note }) => note !== null)).toEqual([])
})
