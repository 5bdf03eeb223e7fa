import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import type { Pod, PodsEvent } from '#shared/contract/workloads.ts'
import { createChanges } from '#core/changes.ts'
import { createExec } from '#core/exec/exec.ts'
import type { Exec } from '#core/exec/types.ts'
import { connect } from './connection.ts'
import { podPath, podsPath } from './paths.ts'
import { createProbe } from './reach.ts'
import type { Workloads } from './types.ts'
import { createWorkloads } from './workloads.ts'

const kubectl = fileURLToPath(new URL('fixtures/kubectl.mjs', import.meta.url))
const toolchain = { resolve: async () => ({ name: 'kubectl' as const, path: kubectl, version: null, origin: 'path' as const }) }

let root: string
let exec: Exec
let workloads: Workloads
let count = 0

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'cove workloads 工作负载 '))
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`, SHELL: '/bin/false' }
  exec = createExec({ dataDir: path.join(root, 'data'), env, homeDir: root, changes: createChanges() })
  workloads = createWorkloads({ exec, toolchain, kubeconfig: null, pace: { minMs: 20, maxMs: 80, wellAfterMs: 400 } })
})
afterAll(async () => {
  await exec.dispose()
  await rm(root, { recursive: true, force: true })
})

const raw = (name: string, version: number, phase = 'Running') => ({
  metadata: {
    uid: `uid-${name}`,
    name,
    namespace: 'shop',
    resourceVersion: String(version),
    creationTimestamp: '2026-11-23T23:00:00Z',
    managedFields: [{ padding: 'x'.repeat(2000) }],
  },
  spec: { containers: [{ name: 'app', image: 'i' }] },
  status: { phase, containerStatuses: [] },
})
const added = (name: string, version: number, phase?: string) => ({ type: 'ADDED', object: raw(name, version, phase) })
const modified = (name: string, version: number, phase?: string) => ({ type: 'MODIFIED', object: raw(name, version, phase) })
const deleted = (name: string, version: number) => ({ type: 'DELETED', object: raw(name, version) })
const gone = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } }
const unauthorized = { stderr: 'error: You must be logged in to the server (Unauthorized)' }

async function world(made: { lists?: object[]; watches?: object[] }): Promise<string> {
  const file = path.join(root, `world ${(count += 1)}.json`)
  await writeFile(file, JSON.stringify(made))
  return file
}
const callsOf = async (file: string) =>
  (await readFile(`${file}.calls`, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])
const query = (file: string, namespace: string | null = null) => ({ file, name: 'kind-shop', namespace })
const running = (file: string) =>
  exec.commands({ limit: 100 }).filter((one) => one.state === 'running' && one.argv.includes(`--kubeconfig=${file}`))

/** What a viewer shows after each event. */
function apply(shown: Map<string, Pod>, event: PodsEvent) {
  if (event.type === 'snapshot') shown.clear()
  if (event.type === 'failed') return
  for (const pod of event.type === 'snapshot' ? event.pods : event.upserted) shown.set(pod.uid, pod)
  if (event.type === 'changed') for (const uid of event.removed) shown.delete(uid)
}

/** Reads until `done`, or fails after 10 s with what came. */
async function watchUntil(file: string, done: (shown: string[], events: PodsEvent[]) => boolean, namespace: string | null = null) {
  const events: PodsEvent[] = []
  const shown = new Map<string, Pod>()
  for await (const event of workloads.watchPods(query(file, namespace), AbortSignal.timeout(10_000))) {
    events.push(event)
    apply(shown, event)
    if (done([...shown.values()].map(({ name, status }) => `${name} ${status}`).sort(), events)) return { events, shown }
  }
  throw new Error(`never came: ${JSON.stringify(events.map((event) => event.type))} ${[...shown.keys()].join()}`)
}
const shows =
  (...wanted: string[]) =>
  (shown: string[]) =>
    JSON.stringify(shown) === JSON.stringify(wanted)

describe('lists', () => {
  it('reads pods, namespaces and nodes through one context', async () => {
    const file = await world({ lists: [{ version: '7', items: [raw('a', 3), raw('b', 4, 'Pending')] }] })
    const pods = await workloads.pods(query(file, 'shop'))
    expect(pods.map(({ name, status }) => [name, status])).toEqual([
      ['a', 'Running'],
      ['b', 'Pending'],
    ])
    expect(await workloads.namespaces(query(file))).toEqual(['a', 'b'])
    expect((await callsOf(file))[0]).toEqual([
      'get',
      `--kubeconfig=${file}`,
      '--context=kind-shop',
      '--raw=/api/v1/namespaces/shop/pods',
      '--request-timeout=10s',
    ])
  })

  it.each([
    [unauthorized, 'api-unauthorized'],
    [{ stderr: 'Error from server (Forbidden): pods is forbidden: User "x"' }, 'api-forbidden'],
    [{ text: '{"items": [{"meta' }, 'command-output-unreadable'],
    [{ text: '' }, 'command-output-unreadable'],
    [{ text: '<html>login</html>' }, 'command-output-unreadable'],
    [{ text: '{"metadata":{},"items":[{"metadata":{"name":1}}]}' }, 'command-output-unreadable'],
  ])('fails with a code, never with an empty list: %j', async (list, code) => {
    const file = await world({ lists: [list] })
    await expect(workloads.pods(query(file))).rejects.toMatchObject({ name: 'AppError', code, commandId: expect.any(String) })
  })

  it('keeps names in one path segment', () => {
    expect(podsPath('../../apis')).toBe('/api/v1/namespaces/..%2F..%2Fapis/pods')
    expect(podPath('..', 'a?b#c')).toBe('/api/v1/namespaces/%2E%2E/pods/a%3Fb%23c')
  })
})

describe('watch', () => {
  it('shows a snapshot, then changes, byte by byte', async () => {
    const watch = {
      lines: [
        added('c', 8),
        modified('b', 9),
        deleted('a', 10),
        { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: '11' } } },
      ],
      pieces: 300,
      hang: true,
    }
    const file = await world({ lists: [{ version: '7', items: [raw('a', 3), raw('b', 4, 'Pending')] }], watches: [watch] })
    const { events } = await watchUntil(file, shows('b Running', 'c Running'))
    expect(events[0]).toMatchObject({ type: 'snapshot', pods: [{ name: 'a' }, { name: 'b' }] })
    expect((await callsOf(file))[1]).toContain('--raw=/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7')
  })

  it('says at once that there is nothing', async () => {
    const file = await world({ lists: [{ version: '7', items: [] }], watches: [{ hang: true }] })
    const { events } = await watchUntil(file, () => true)
    expect(events).toEqual([{ type: 'snapshot', pods: [], asOf: expect.any(Number) }])
  })

  it('goes on from the last version when the server closes a watch', async () => {
    const file = await world({
      lists: [{ version: '7', items: [raw('a', 3)] }],
      watches: [{ lines: [added('b', 9)] }, { lines: [deleted('a', 12)], hang: true }],
    })
    await watchUntil(file, shows('b Running'))
    const calls = (await callsOf(file)).map((args) => args.find((arg) => arg.startsWith('--raw=')))
    expect(calls.filter((arg) => !arg?.includes('watch=true'))).toHaveLength(1)
    expect(calls.at(-1)).toContain('resourceVersion=9')
  })

  it('finds what went while nobody watched', async () => {
    const file = await world({
      lists: [
        { version: '7', items: [raw('a', 3), raw('b', 4)] },
        { version: '20', items: [raw('b', 4), raw('c', 15)] },
      ],
      watches: [{ lines: [gone] }, { hang: true }],
    })
    const { events } = await watchUntil(file, shows('b Running', 'c Running'))
    expect(events.at(-1)).toMatchObject({ type: 'changed', upserted: [{ name: 'c' }], removed: ['uid-a'] })
    expect(events.some(({ type }) => type === 'failed')).toBe(false)
  })

  it('tells a failure once, keeps the rows, and goes on when the API is back', async () => {
    const refused = { stderr: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' }
    const file = await world({
      lists: [
        { version: '7', items: [raw('a', 3)] },
        refused,
        refused,
        refused,
        unauthorized,
        { version: '9', items: [raw('a', 3), raw('b', 8)] },
      ],
      watches: [{ lines: [], stderr: 'error: unexpected EOF' }, { hang: true }],
    })
    const { events } = await watchUntil(file, shows('a Running', 'b Running'))
    expect(events.flatMap((event) => (event.type === 'failed' ? [event.error.code] : []))).toEqual([
      'api-unreachable',
      'api-refused',
      'api-unauthorized',
    ])
  })

  it('fails before anything was seen, however long that takes, and makes no storm', async () => {
    // Longer than a watch must last to count as well.
    const file = await world({ lists: [{ ...unauthorized, sleepMs: 450 }] })
    const events: PodsEvent[] = []
    const stop = new AbortController()
    const reading = (async () => {
      for await (const event of workloads.watchPods(query(file), stop.signal)) events.push(event)
    })()
    const tries = () => callsOf(file).catch(() => [])
    await expect.poll(async () => (await tries()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
    stop.abort()
    await reading
    expect(events).toEqual([
      { type: 'failed', error: { code: 'api-unauthorized', facts: { context: 'kind-shop' }, commandId: expect.any(String) } },
    ])
  })

  it('starts anew after lines that are no events', async () => {
    const file = await world({
      lists: [
        { version: '7', items: [raw('a', 3)] },
        { version: '8', items: [raw('b', 8)] },
      ],
      watches: [{ lines: ['{"type":"ADDED","obj'], hang: true }, { hang: true }],
    })
    const { events } = await watchUntil(file, shows('b Running'))
    expect(events.find(({ type }) => type === 'failed')).toMatchObject({ error: { code: 'command-output-unreadable' } })
  })

  it('shares one kubectl among viewers and ends it with the last', async () => {
    const file = await world({ lists: [{ version: '7', items: [raw('a', 3)] }], watches: [{ lines: [added('b', 8)], hang: true }] })
    const first = workloads.watchPods(query(file))
    await first.next()
    await first.next()
    const second = workloads.watchPods(query(file))
    expect((await second.next()).value).toMatchObject({ type: 'snapshot', pods: [{ name: 'a' }, { name: 'b' }] })
    expect(running(file)).toHaveLength(1)
    await first.return()
    expect(running(file)).toHaveLength(1)
    const pending = second.next()
    await second.return()
    expect((await pending).done).toBe(true)
    await expect.poll(() => running(file).length).toBe(0)
    // A new viewer starts a new watch.
    const third = workloads.watchPods(query(file))
    expect((await third.next()).value).toMatchObject({ type: 'snapshot' })
    await third.return()
  })

  it('ends at once when it is left before the first answer', async () => {
    const file = await world({ lists: [{ version: '7', items: [], sleepMs: 60_000 }] })
    const controller = new AbortController()
    const stream = workloads.watchPods(query(file), controller.signal)
    const first = stream.next()
    await expect.poll(() => running(file).length).toBe(1)
    controller.abort()
    expect((await first).done).toBe(true)
    await expect.poll(() => running(file).length).toBe(0)
  })
})

describe('connection', () => {
  const [one, two] = ['/home/小 明/.kube/config', '/etc/two'] as const
  const source = (contexts: { file: string; name: string; shadowed?: boolean }[], paths: string[] = [one, two]) => ({
    paths: () => paths,
    snapshot: async () =>
      ({
        files: [],
        current: null,
        dangling: null,
        contexts: contexts.map((context) => ({
          cluster: 'c',
          user: 'u',
          namespace: null,
          server: 'https://127.0.0.1:1',
          local: true,
          current: false,
          shadowed: false,
          problem: null,
          ...context,
        })),
      }) as KubeconfigSnapshot,
  })

  it('gives kubectl the whole list where the name means this file', async () => {
    const connection = await connect(source([{ file: two, name: 'x' }]), { file: two, name: 'x' })
    expect(connection).toMatchObject({
      args: ['--context=x'],
      env: { KUBECONFIG: `${one}${path.delimiter}${two}` },
      server: 'https://127.0.0.1:1',
    })
  })

  it.each([
    [
      'one that an earlier file shadows',
      source([
        { file: one, name: 'x' },
        { file: two, name: 'x', shadowed: true },
      ]),
      two,
    ],
    ['a file that is not of the list', source([]), '/tmp/other'],
    ['the only file', source([{ file: one, name: 'x' }], [one]), one],
    ['nothing else known', null, one],
  ])('gives it the file alone: %s', async (_name, from, file) => {
    expect(await connect(from, { file, name: 'x' })).toMatchObject({
      args: [`--kubeconfig=${file}`, '--context=x'],
      env: { KUBECONFIG: file },
    })
  })

  it.each([
    ['no name, which kubectl takes for the current context', { file: one, name: '' }],
    ['a name that is not there', { file: one, name: 'y' }],
  ])('refuses %s', async (_name, ref) => {
    await expect(connect(source([{ file: one, name: 'x' }]), ref)).rejects.toMatchObject({
      code: 'context-not-found',
      facts: { file: ref.file, name: ref.name },
    })
  })
})

describe('probe', () => {
  it.each([
    [{ text: '{"gitVersion":"v1.34.4"}' }, 'reachable', 'v1.34.4', null],
    [unauthorized, 'unauthorized', null, 'api-unauthorized'],
    [{ stderr: 'Unable to connect to the server: x509: certificate signed by unknown authority' }, 'unreachable', null, 'api-certificate'],
    [
      { stderr: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' },
      'unreachable',
      null,
      'api-refused',
    ],
    [{ text: 'what' }, 'unknown', null, 'command-output-unreadable'],
  ])('%j', async (answer, state, version, code) => {
    const file = await world({ lists: [answer] })
    const probe = createProbe({ exec, toolchain })
    const [first, second] = await Promise.all([probe({ file, name: 'x' }), probe({ file, name: 'x' })])
    expect(first).toMatchObject({ state, version, tookMs: expect.any(Number) })
    expect(first.error?.code ?? null).toBe(code)
    expect(second).toBe(first)
    expect(await callsOf(file)).toHaveLength(1)
  })
})
