import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/main/core/error.ts'
import { appError, ConnectionLost } from '../../src/renderer/api/errors.ts'
import { iterateOver } from '../../src/renderer/api/iterate.ts'
import type { Api } from '../../src/renderer/api/client.ts'
import { contract } from '../../src/shared/contract/index.ts'
import { mostTextBytes } from '../../src/shared/message-size.ts'
import { inputs, logView, ref } from './inputs.ts'
import { job, logRow, snapshotOfClusters, snapshotOfKubeconfig } from './samples.ts'
import { type Stub, stubServices } from './stub-services.ts'
import { type Page, transports } from './transports.ts'

const names = Object.entries(contract).flatMap(([domain, procedures]) => Object.keys(procedures).map((name) => `${domain}.${name}`))
const streams = [
  'clusters.watch',
  'jobs.watch',
  'workloads.watchPods',
  'nodes.usage',
  'shell.open',
  'logs.prepare',
  'logs.watch',
  'logs.save',
  'host.changes',
]
const refusable = names.filter((name) => inputs[name]?.bad !== undefined)

type AnyCall = (input: unknown, options?: { signal: AbortSignal }) => Promise<unknown>
const callOf = (api: Api, name: string): AnyCall => {
  const [domain = '', procedure = ''] = name.split('.')
  return (api as unknown as Record<string, Record<string, AnyCall>>)[domain]?.[procedure] as AnyCall
}

/** The value of a call; of a stream, its first event. */
async function first(call: AnyCall, input: unknown): Promise<unknown> {
  const stop = new AbortController()
  const answer = await call(input, { signal: stop.signal })
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer
  const { value } = await (answer as AsyncIterableIterator<unknown>).next()
  stop.abort()
  return value
}

const until = async (holds: () => boolean) => {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

test('the table knows every procedure of the contract', () => {
  expect(Object.keys(inputs).sort()).toEqual([...names].sort())
})

describe.each(Object.entries(transports))('over %s', (_, open) => {
  let stub: Stub
  let page: Page
  const start = async () => {
    stub = stubServices()
    page = await open(stub.services)
    return page.api
  }
  afterEach(() => page.close())

  test.each(names)('%s answers', async (name) => {
    const api = await start()
    const value = await first(callOf(api, name), inputs[name]?.good)
    expect(value).toBeDefined()
    expect(stub.reported).toEqual([])
  })

  test('answers arrive as they were given, inputs with their defaults', async () => {
    const api = await start()
    expect(await api.clusters.list()).toEqual(snapshotOfClusters)
    expect(await api.kubeconfig.remove(ref)).toEqual(snapshotOfKubeconfig)
    expect(await api.host.info()).toEqual(stub.services.info)
    expect(await api.jobs.cancel({ id: 'j1' })).toEqual({ state: 'cancelled' })
    expect((await api.toolchain.list()).binDir).toBe('/data/bin')
    await api.clusters.create({ name: 'shop' })
    expect(stub.calls.at(-1)).toEqual({
      name: 'clusters.create',
      args: [{ name: 'shop', provider: 'kind', document: null, profileId: null, image: null, controlPlanes: 1, workers: 0, ports: [] }],
    })
  })

  test.each(names.filter((name) => !['host.info', 'host.changes'].includes(name)))(
    '%s fails with the code and facts that core gave',
    async (name) => {
      const api = await start()
      stub.fail(new AppError('busy', { name: 'shop', jobId: 'j9' }, { commandId: 'c7' }))
      const error: unknown = await first(callOf(api, name), inputs[name]?.good).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ORPCError)
      expect(appError(error)).toEqual({ code: 'busy', facts: { name: 'shop', jobId: 'j9' }, commandId: 'c7' })
      expect(error).toMatchObject({ code: 'APP', status: 422, defined: true })
      expect(stub.reported).toEqual([])
    },
  )

  test.each(['clusters.list', 'logs.watch'])(
    'a bug behind %s says nothing of itself to the page and everything to the log',
    async (name) => {
      const api = await start()
      const bug = new TypeError('secret detail')
      stub.fail(bug)
      const error: unknown = await first(callOf(api, name), inputs[name]?.good).catch((thrown: unknown) => thrown)
      expect(appError(error)).toEqual({ code: 'internal', facts: {}, commandId: null })
      expect(JSON.stringify(error) + String(error)).not.toContain('secret')
      expect(stub.reported).toEqual([{ error: bug, procedure: name }])
    },
  )

  test('what is not there is not found', async () => {
    const api = await start()
    const error: unknown = await api.jobs.get({ id: 'nope' }).catch((thrown: unknown) => thrown)
    expect(appError(error)).toEqual({ code: 'not-found', facts: { what: 'job', name: 'nope' }, commandId: null })
  })

  test.each(refusable)('%s refuses what its schema does not know, before core sees it', async (name) => {
    const api = await start()
    const error: unknown = await first(callOf(api, name), inputs[name]?.bad).catch((thrown: unknown) => thrown)
    expect(appError(error)).toEqual({ code: 'bad-input', facts: { field: inputs[name]?.field ?? '' }, commandId: null })
    expect(stub.calls).toEqual([])
  })

  test('a procedure that the contract does not have is refused', async () => {
    const api = await start()
    await expect(
      callOf({ clusters: {} } as never, 'clusters.nuke') ??
        (api as never as Record<string, Record<string, AnyCall>>)['clusters']?.['nuke']?.({}),
    ).rejects.toThrow()
    expect(stub.calls).toEqual([])
  })

  test.each(streams.filter((name) => !['clusters.watch', 'host.changes'].includes(name)))(
    'the source of %s ends on abort, on break and when the page goes',
    async (name) => {
      const api = await start()
      const call = callOf(api, name)
      const isOpen = () => (stub.open.get(name) ?? 0) > 0
      const read = async (signal: AbortSignal) => (await call(inputs[name]?.good, { signal })) as AsyncIterableIterator<unknown>

      // Read until the source is silent: then nothing but its signal ends it.
      const readAll = async (stream: AsyncIterableIterator<unknown>) => {
        for (let event = 0; event < 4; event++) await stream.next()
        await new Promise((resolve) => setTimeout(resolve, 30))
        expect(isOpen()).toBe(true)
      }

      const stop = new AbortController()
      await readAll(await read(stop.signal))
      stop.abort()
      await until(() => !isOpen())

      const left = await read(new AbortController().signal)
      await readAll(left)
      await left.return?.()
      await until(() => !isOpen())

      await readAll(await read(new AbortController().signal))
      page.cut()
      await until(() => !isOpen())
      expect(stub.reported).toEqual([])
    },
  )

  test('clusters.watch sends a snapshot, then one per burst of changes', async () => {
    const api = await start()
    const stop = new AbortController()
    const seen: unknown[] = []
    const watching = iterateOver(
      page.connection,
      (signal) => api.clusters.watch(undefined, { signal }),
      (event) => seen.push(event),
      stop.signal,
    )
    await until(() => seen.length === 1)
    for (let i = 0; i < 100; i++) stub.changes.emit('clusters')
    stub.changes.emit('jobs')
    await until(() => seen.length === 2)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(seen).toEqual([snapshotOfClusters, snapshotOfClusters])
    stop.abort()
    await watching
  })

  test('host.changes sends each topic once per burst', async () => {
    const api = await start()
    const stop = new AbortController()
    const seen: unknown[] = []
    const watching = iterateOver(
      page.connection,
      (signal) => api.host.changes(undefined, { signal }),
      (topics) => seen.push(topics),
      stop.signal,
    )
    await until(() => seen.length === 1)
    for (let i = 0; i < 50; i++) for (const topic of ['clusters', 'commands'] as const) stub.changes.emit(topic)
    await until(() => seen.length === 2)
    expect(seen).toEqual([[], ['clusters', 'commands']])
    stop.abort()
    await watching
  })

  test('what is no call is told to the log, and the channel goes on', async () => {
    const api = await start()
    for (const data of ['nonsense', '{}', '{"i":"1"}', 'null', '{"i":"2","p":{"u":"/clusters/delete","b":"x"}}']) page.garble(data)
    expect((await api.jobs.get({ id: 'j1' })).id).toBe('j1')
    expect(stub.reported.length).toBeGreaterThan(0)
    expect(stub.calls.map((call) => call.name)).toEqual(['jobs.get'])
  })

  test('64 calls at once each get their own answer', async () => {
    const api = await start()
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => api.jobs.commandOutput({ id: `c${i}`, offset: i })))
    expect(answers.map((answer) => answer.text)).toEqual(Array.from({ length: 64 }, (_, i) => `c${i}@${i}`))
  })

  test('5,000 pods cross in one answer, whole', async () => {
    const api = await start()
    const pods = await api.workloads.pods(ref)
    expect(pods).toHaveLength(5000)
    expect(pods[4999]?.name).toBe('web-4999')
  })

  test('text keeps every character on its way', async () => {
    const api = await start()
    const { rows } = await api.logs.rows({ ...logView, from: 0, count: 1 })
    expect(rows).toEqual([{ ...logRow, text: 'é€😀 \u001b[31mred' }])
  })

  test.each(['a', '\n', '清', '😀', '\u001b', '\ud800'])(
    'a text of as many %j as are taken gets through, and one more is refused',
    async (one) => {
      const api = await start()
      let most = one.repeat(Math.floor((mostTextBytes - 2) / (Buffer.byteLength(JSON.stringify(one)) - 2)))
      await api.profiles.keepManifest({ name: 'app.yaml', text: most })
      await api.network.review({ id: 'c1', text: most })
      await api.network.apply({ id: 'c1', install: { kind: 'manifest', name: 'app.yaml', text: most } })
      await api.kubeadm.applyNetwork({ target: 'local', manifest: most })
      expect(stub.calls.map(({ name, args }) => [name, JSON.stringify(args).includes(JSON.stringify(most))])).toEqual([
        ['profiles.keepManifest', true],
        ['network.review', true],
        ['network.apply', true],
        ['kubeadm.applyNetwork', true],
      ])
      most += one
      const error: unknown = await api.profiles.keepManifest({ name: 'app.yaml', text: most }).catch((thrown: unknown) => thrown)
      expect(appError(error)).toEqual({ code: 'bad-input', facts: { field: 'text' }, commandId: null })
      expect(stub.calls).toHaveLength(4)
    },
  )

  test('a call under way when the channel breaks fails as connection-lost, and the next one after it came back works', async () => {
    const api = await start()
    const states: string[] = []
    page.connection.subscribe(() => states.push(page.connection.getSnapshot()))
    stub.hold(new Promise(() => {}))
    const call = api.jobs.commandOutput({ id: 'c1' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    page.cut()
    const error: unknown = await call.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(appError(error)).toBeNull()
    await page.connection.whenOpen()
    expect((await api.jobs.get({ id: 'j1' })).id).toBe(job.id)
    expect(states).toEqual(['lost', 'open'])
  })

  test('a call while there is no connection fails at once instead of being done later', async () => {
    const api = await start()
    page.cut()
    await until(() => page.connection.getSnapshot() === 'lost')
    await expect(api.clusters.delete({ id: 'x' })).rejects.toBeInstanceOf(ConnectionLost)
    await page.connection.whenOpen()
    expect(stub.calls).toEqual([])
  })

  test('a stream goes on after a lost connection', async () => {
    const api = await start()
    const stop = new AbortController()
    let events = 0
    const reading = iterateOver(
      page.connection,
      (signal) => api.jobs.watch({ id: 'j1' }, { signal }),
      () => (events += 1),
      stop.signal,
    )
    await until(() => events > 2)
    page.cut()
    const before = events
    await until(() => events > before + 2)
    expect(stub.calls.filter((call) => call.name === 'jobs.watch')).toHaveLength(2)
    stop.abort()
    await reading
    await until(() => stub.open.get('jobs.watch') === 0)
  })
})
