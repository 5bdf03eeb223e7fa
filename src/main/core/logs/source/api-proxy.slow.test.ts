import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApiProxies } from './api-proxy.ts'
import { callsOf, makeGround, numbered, pod, podsOfShop } from './fixtures/ground.ts'
import type { Ground } from './fixtures/ground.ts'
import { createProxyRecords } from './proxy-records.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(async () => {
  await ground.end()
})

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 })
const podSchema = z.object({ metadata: z.object({ name: z.string() }) })
const one = `${podsOfShop}/web`

async function proxied(options: Partial<Parameters<typeof createApiProxies>[0]> = {}, proxy = '') {
  const { api, file, socket } = await ground.api(proxy)
  api.put(podsOfShop, pod(0, { running: {} }))
  const proxies = createApiProxies({ ...ground.deps, idleMs: 50, ...options })
  return { api, file, socket, proxies, get: () => proxies.get({ file, name: 'kind-shop' }), calls: () => callsOf(file) }
}
const running = (file: string) =>
  ground.exec.commands({ limit: 100 }).filter((it) => it.argv.includes(`--kubeconfig=${file}`) && it.state === 'running')
const flag = (args: readonly (string | number)[], name: string) =>
  args
    .find((arg) => String(arg).startsWith(`--${name}=`))
    ?.toString()
    .slice(name.length + 3)

describe('a proxy', () => {
  it('is one for all users of a context, in a folder of its own, and ends some time after the last', async () => {
    const { file, proxies, get, calls } = await proxied()
    const [a, b] = await Promise.all([get(), get()])
    expect((await a.get(one, podSchema)).metadata.name).toBe('web')
    expect((await b.get(one, podSchema)).metadata.name).toBe('web')
    const [args, ...more] = await calls()
    expect(more).toEqual([])
    const socket = flag(args ?? [], 'unix-socket') ?? ''
    expect(Buffer.byteLength(socket)).toBeLessThan(104)
    expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700)
    expect(flag(args ?? [], 'reject-methods')).toMatch(/POST.*PUT.*PATCH.*DELETE/)
    a.release()
    a.release()
    expect((await b.get(one, podSchema)).metadata.name).toBe('web')
    b.release()
    await eventually(() => running(file)).toEqual([])
    await eventually(() => existsSync(path.dirname(socket))).toBe(false)
    const again = await get()
    expect((await again.get(one, podSchema)).metadata.name).toBe('web')
    await proxies.dispose()
    expect(running(file)).toEqual([])
  })

  it('on a port answers only to who knows the way', async () => {
    const { proxies, get, calls } = await proxied({ transport: 'port' })
    const lease = await get()
    expect((await lease.get(one, podSchema)).metadata.name).toBe('web')
    const [args = []] = await calls()
    expect(flag(args, 'address')).toBe('127.0.0.1')
    expect(flag(args, 'api-prefix')).toMatch(/^\/[0-9a-f]{32}\/$/)
    await proxies.dispose()
  })

  it('is started again when it died, for whoever asks next', async () => {
    const { proxies, get, calls } = await proxied()
    const lease = await get()
    await lease.get(one, podSchema)
    const [[pid] = [0]] = await calls()
    process.kill(pid, 'SIGKILL')
    expect((await lease.get(one, podSchema)).metadata.name).toBe('web')
    expect(await calls()).toHaveLength(2)
    await proxies.dispose()
  })

  it('that cannot start says why, and makes no storm', async () => {
    const { proxies, get, calls } = await proxied({}, 'dies')
    const until = performance.now() + 1500
    while (performance.now() < until) await expect(get()).rejects.toMatchObject({ code: 'context-not-found' })
    expect((await calls()).length).toBeLessThan(8)
    await proxies.dispose()
  })

  it('is started anew where its kubeconfig was changed and the old one is of no use', async () => {
    const { api, file, proxies, get, calls } = await proxied()
    const other = await ground.api()
    other.api.put(podsOfShop, pod(0, { running: {} }, { uid: 'new' }))
    const lease = await get()
    await api.stop()
    await expect(lease.get(one, podSchema)).rejects.toMatchObject({ code: 'api-refused', facts: { server: '127.0.0.1:6443' } })
    await writeFile(file, JSON.stringify({ api: other.socket }))
    await utimes(file, 1, 1)
    expect((await lease.get(one, podSchema)).metadata.name).toBe('web')
    expect(await calls()).toHaveLength(2)
    expect(running(file)).toHaveLength(1)
    await proxies.dispose()
  })
})

describe('a proxy that outlived its Cove', () => {
  it('is ended by the next, and no other process is', async () => {
    const before = await proxied()
    await before.get()
    const [[pid, ...args] = [0]] = await before.calls()
    const socket = flag(args, 'unix-socket') ?? ''
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const records = createProxyRecords(ground.deps.dataDir, ground.exec)
    await records.keep({ owner: dead, pid: process.pid, mark: 'a mark that this process does not have', folder: null })
    const { proxies, get, file } = await proxied()
    await get()
    expect(running(before.file)).toHaveLength(1)
    await records.keep({ owner: dead, pid, mark: socket, folder: path.dirname(socket) })
    await records.reap()
    await eventually(() => running(before.file)).toEqual([])
    expect(existsSync(path.dirname(socket))).toBe(false)
    expect(running(file)).toHaveLength(1)
    await proxies.dispose()
    await before.proxies.dispose()
    await eventually(() => readdirSync(path.join(ground.deps.dataDir, 'proxies'))).toEqual([])
  })
})

describe('a stream', () => {
  it('comes as bytes; a cut is an error, a good end is none', async () => {
    const { api, proxies, get } = await proxied()
    const lease = await get()
    const lines = numbered(0, 1000)
    api.logs.set('app', { runs: [lines], steps: [{ run: 0 }, { run: 0, bytes: 1000, cut: true }] })
    const read = async () => {
      const { chunks, date } = await lease.stream(`${one}/log?container=app`, new AbortController().signal)
      expect(date).toBeGreaterThan(0)
      let size = 0
      for await (const chunk of chunks) size += chunk.length
      return size
    }
    expect(await read()).toBe(Buffer.byteLength(`${lines.join('\n')}\n`))
    await expect(read()).rejects.toMatchObject({ code: 'api-unreachable' })
    await proxies.dispose()
  })

  it('ends with its signal, and with the loop that reads it', async () => {
    const { api, proxies, get } = await proxied()
    const lease = await get()
    api.logs.set('app', { runs: [numbered(0, 10)], steps: [{ run: 0, hang: true }] })
    const controller = new AbortController()
    const first = await lease.stream(`${one}/log?container=app`, controller.signal)
    setTimeout(() => controller.abort(), 50)
    for await (const _chunk of first.chunks);
    const second = await lease.stream(`${one}/log?container=app`, new AbortController().signal)
    for await (const _chunk of second.chunks) break
    await eventually(() => api.open()).toBe(0)
    await expect(lease.stream(`${one}/log?container=app`, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    await proxies.dispose()
  })
})

describe('a refusal', () => {
  const status = (reason: string, message: string) => ({ kind: 'Status', reason, message })
  it.each([
    [401, status('Unauthorized', 'Unauthorized'), 'api-unauthorized', { context: 'kind-shop' }],
    [
      403,
      status('Forbidden', 'pods is forbidden: User "u"'),
      'api-forbidden',
      { context: 'kind-shop', reason: 'pods is forbidden: User "u"' },
    ],
    [404, status('NotFound', 'pods "web" not found'), 'pod-not-found', { pod: 'web', namespace: 'shop' }],
    [404, status('NotFound', 'deployments.apps "x" not found'), 'not-found', { what: 'deployments.apps', name: 'x' }],
    [400, status('BadRequest', 'unable to parse requirement'), 'bad-input', { field: 'selector' }],
    [
      400,
      status('BadRequest', 'container "app" in pod "web" is waiting to start: ContainerCreating'),
      'container-waiting',
      expect.anything(),
    ],
    [503, status('ServiceUnavailable', 'the server is currently unable to handle the request'), 'api-unreachable', expect.anything()],
    [
      500,
      status('', 'Get "https://10.0.0.2:10250/containerLogs/x": dial tcp 10.0.0.2:10250: connect: connection refused'),
      'api-unreachable',
      { server: 'https://10.0.0.2:10250', reason: 'dial tcp 10.0.0.2:10250: connect: connection refused' },
    ],
    [
      502,
      'error trying to reach service: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'api-certificate',
      expect.anything(),
    ],
    [502, 'error trying to reach service: getting credentials: exec: executable aws not found', 'api-unauthorized', expect.anything()],
    [
      502,
      'error trying to reach service: dial tcp 10.9.9.9:443: i/o timeout',
      'api-unreachable',
      { server: '', reason: 'dial tcp 10.9.9.9:443: i/o timeout' },
    ],
    [200, 'what', 'command-output-unreadable', expect.anything()],
    [200, { metadata: {} }, 'command-output-unreadable', expect.anything()],
  ])('%i %j: %s', async (code, body, expected, facts) => {
    const { api, proxies, get } = await proxied()
    api.refuse = { status: code, body }
    const lease = await get()
    await expect(lease.get(one, podSchema, { namespace: 'shop', badInput: 'selector' })).rejects.toMatchObject({ code: expected, facts })
    await proxies.dispose()
  })
})
