import { appendFile, copyFile, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { engineSchema } from '#shared/contract/toolchain.ts'
import { createChanges } from '../changes.ts'
import { AppError } from '../error.ts'
import { createExec } from '../exec/exec.ts'
import type { Exec } from '../exec/types.ts'
import { createEngines } from './engines.ts'
import type { Toolchain } from '../toolchain/types.ts'
import type { Engines } from './types.ts'

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

let folder = ''
let exec: Exec
let engines: Engines
let found: () => Promise<string>
const toolchain: Pick<Toolchain, 'resolve'> = { resolve: async (name) => ({ name, path: await found(), version: null, origin: 'path' }) }
const wayOut: (() => unknown)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '引擎 engines-'))
  await running()
  // SHELL: the login shell's variables play no part here.
  const env = { PATH: process.env['PATH'], HOME: folder, SHELL: '/bin/false', ANSWERS: folder }
  exec = createExec({ dataDir: join(folder, 'data'), env, homeDir: folder, changes: createChanges() })
  found = async () => fixture('docker')
  engines = createEngines({
    exec,
    env,
    toolchain: { resolve: async (name) => ({ name, path: await found(), version: null, origin: 'path' }) },
  })
})
afterEach(async () => {
  for (const leave of wayOut.splice(0)) leave()
  await exec.dispose()
  await rm(folder, { recursive: true, force: true })
})

test('before the first answer it is loading; then everything a page and a create need, info asked once', async () => {
  expect(engines.known().state).toBe('loading')
  const engine = await engines.status()
  expect(engineSchema.parse(engine)).toEqual(engine)
  expect(engine).toMatchObject({
    state: 'running',
    product: 'Docker Engine',
    version: '20.10.24+dfsg1',
    endpoint: 'unix:///var/run/docker.sock',
    context: 'default',
    os: 'Debian GNU/Linux 12 (bookworm)',
    arch: 'amd64',
    cpus: 2,
    memoryBytes: 25_276_502_016,
    cgroupVersion: '1',
    rootless: false,
    error: null,
    advice: [],
  })
  expect(engines.known()).toEqual(engine)
  await Promise.all([engines.status(), engines.status(), engines.require()])
  expect(await calls()).toEqual(['context', 'info', 'version'])
  await Promise.all([engines.status({ fresh: true }), engines.status({ fresh: true })])
  expect(await calls()).toEqual(['context', 'info', 'version', 'version'])
  expect(await engines.require()).toMatchObject({ docker: fixture('docker'), engine: { cgroupVersion: '1' } })
})

test('what is known of the engine is told when it becomes another, and not when it is asked again', async () => {
  let told = 0
  engines = createEngines({ exec, env: {}, toolchain, changed: () => (told += 1) })
  await engines.status()
  expect(told).toBe(1)
  await engines.status({ fresh: true })
  expect(told).toBe(1)
  await fails('version', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
  for (let round = 0; round < 2; round++) expect((await engines.status({ fresh: true })).state).toBe('stopped')
  expect(told).toBe(2)
})

test.each([
  ['stopped', 'engine-stopped', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'],
  ['no-permission', 'engine-no-permission', 'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock'],
  [
    'wrong-context',
    'engine-wrong-context',
    'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open x',
  ],
  ['unknown', 'engine-unknown', 'something nobody has seen'],
] as const)('%s: status, require, containers and images all say so', async (state, code, stderr) => {
  for (const name of ['version', 'ps', 'image-ls']) await fails(name, stderr)
  const engine = await engines.status()
  expect(engine).toMatchObject({ state, error: { code, commandId: expect.any(String) }, version: null })
  expect(exec.command(engine.error?.commandId ?? '')?.tail).toContain(stderr)
  for (const call of [() => engines.require(), () => engines.containers('l'), () => engines.images('kindest/node')]) {
    await expect(call()).rejects.toMatchObject({ code })
  }
})

test('absent where there is no docker; a docker that cannot be used says why', async () => {
  found = () => Promise.reject(new AppError('tool-absent', { tool: 'docker' }))
  expect(await engines.status()).toMatchObject({ state: 'absent', error: { code: 'engine-absent' }, advice: [{ id: expect.any(String) }] })
  await expect(engines.require()).rejects.toMatchObject({ code: 'engine-absent' })
  await expect(engines.containers('l')).rejects.toMatchObject({ code: 'engine-absent' })
  found = () => Promise.reject(new AppError('tool-unusable', { tool: 'docker', path: '/x', reason: 'noexec' }))
  expect(await engines.status({ fresh: true })).toMatchObject({ state: 'unknown', error: { code: 'tool-unusable' } })
  found = async () => join(folder, 'gone')
  expect(await engines.status({ fresh: true })).toMatchObject({ state: 'unknown', error: { code: 'command-not-started' } })
})

test('a docker that does not answer is unknown after its limit, and is not left running', async () => {
  await writeFile(join(folder, 'version.sleep'), '60')
  engines = createEngines({ exec, env: {}, toolchain, limitMs: 300 })
  const begun = performance.now()
  expect(await engines.status()).toMatchObject({
    state: 'unknown',
    error: { code: 'engine-unknown', facts: { reason: 'no answer in 0.3 s' } },
  })
  expect(performance.now() - begun).toBeLessThan(5000)
})

test('an engine that comes back is asked for its info again: it may have got other memory', async () => {
  await engines.status()
  await fails('version', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
  expect(await engines.status({ fresh: true })).toMatchObject({ state: 'stopped', cpus: null, product: 'Docker Engine' })
  await running()
  expect(await engines.status({ fresh: true })).toMatchObject({ state: 'running', cpus: 2 })
  expect((await calls()).filter((call) => call === 'info')).toHaveLength(2)
})

test('two labels asked for at one time are one process, each gets its own; asked later, it is asked anew', async () => {
  await copyFile(fixture('ps.jsonl'), join(folder, 'ps.out'))
  await engines.containers('cove.test/engines')
  await engines.containers('another')
  const before = await calls()
  const [ours, others] = await Promise.all([engines.containers('cove.test/engines'), engines.containers('another')])
  expect(ours).toHaveLength(3)
  expect(others).toEqual([])
  expect((await calls()).slice(before.length)).toEqual(['ps'])
  expect((await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n').at(-1)).not.toContain('--filter')
  await sleep(20)
  await engines.containers('cove.test/engines')
  expect((await calls()).slice(before.length)).toEqual(['ps', 'ps'])
})

test('containers and images: one call, and one more for sizes; unreadable is not empty; a label is never an option', async () => {
  await copyFile(fixture('ps.jsonl'), join(folder, 'ps.out'))
  await copyFile(fixture('image-ls.jsonl'), join(folder, 'image-ls.out'))
  await copyFile(fixture('image-inspect.jsonl'), join(folder, 'image-inspect.out'))
  expect((await engines.containers('--help')).map(({ name }) => name)).toEqual(['engines-c', 'engines-b', 'engines-a'])
  expect(await engines.images('kindest/node')).toMatchObject([{ ref: 'kindest/node:v1.34.4', sizeBytes: 683_749_969 }])
  expect(await calls()).toEqual(['image', 'image', 'ps'])
  expect(await readFile(join(folder, 'calls'), 'utf8')).toContain('--filter=label=--help ')
  await writeFile(join(folder, 'ps.out'), '{"ID":"1","Na')
  await expect(engines.containers('l')).rejects.toMatchObject({ code: 'command-output-unreadable' })
})

test('watch: events in one call per 200 ms from one process for two listeners, which ends with the last of them', async () => {
  await writeFile(join(folder, 'events.out'), '')
  const told = [0, 0]
  const leave = [0, 1].map((n) => engines.watch('io.x-k8s.kind.cluster', () => told[n]!++))
  wayOut.push(...leave)
  await until(async () => (await calls()).includes('events'))
  await sleep(300)
  expect(told).toEqual([0, 0])
  for (let n = 0; n < 5; n++) await appendFile(join(folder, 'events.out'), '{"status":"start"}\n')
  await until(() => told[0] === 1)
  await sleep(400)
  expect(told).toEqual([1, 1])
  expect((await calls()).filter((call) => call === 'events')).toHaveLength(1)
  const pid = await eventsPid()
  leave[0]?.()
  await appendFile(join(folder, 'events.out'), '{"status":"die"}\n')
  await until(() => told[1] === 2)
  expect(told[0]).toBe(1)
  leave[1]?.()
  await until(() => !isRunning(pid))
})

test('watch: tells when the engine goes, tries its socket without a process while it is away, and tells when it is back', async () => {
  const socket = join(folder, 'd.sock')
  await writeFile(join(folder, 'context-inspect.out'), JSON.stringify({ Endpoints: { docker: { Host: `unix://${socket}` } } }))
  await writeFile(join(folder, 'events.out'), '')
  let told = 0
  wayOut.push(engines.watch('l', () => told++))
  await until(async () => (await calls()).includes('events'))
  await sleep(100)
  await fails('version', `Cannot connect to the Docker daemon at unix://${socket}. Is the docker daemon running?`)
  process.kill(await eventsPid())
  await until(() => told === 1)
  await engines.status({ fresh: true })
  const before = (await calls()).length
  await sleep(2500)
  expect((await calls()).length).toBe(before)
  expect(told).toBe(1)
  const server = await listen(socket)
  wayOut.push(() => server.close())
  await running(socket)
  await until(() => told >= 2)
  expect(engines.known().state).toBe('running')
  await appendFile(join(folder, 'events.out'), '{"status":"start"}\n')
  const now = told
  await until(() => told > now)
})

/** Answers of an engine that runs. */
async function running(socket?: string) {
  for (const name of ['version.err', 'version.rc', 'ps.err', 'ps.rc']) await unlink(join(folder, name)).catch(() => undefined)
  await copyFile(fixture('version-engine-20.10.json'), join(folder, 'version.out'))
  await copyFile(fixture('info-engine-20.10.json'), join(folder, 'info.out'))
  if (socket === undefined) await copyFile(fixture('context-inspect.json'), join(folder, 'context-inspect.out'))
}

async function fails(name: string, stderr: string) {
  await writeFile(join(folder, `${name}.out`), '{"Client":{"Version":"28.2.2","Context":"default"},"Server":null}')
  await writeFile(join(folder, `${name}.err`), stderr)
  await writeFile(join(folder, `${name}.rc`), '1')
}

const calls = async () =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0] ?? '')
    .sort((a, b) => a.localeCompare(b))

const eventsPid = async () => Number(await readFile(join(folder, 'events.pid'), 'utf8'))

const listen = (path: string) =>
  new Promise<Server>((resolve) => {
    const server = createServer((socket) => socket.end()).listen(path, () => resolve(server))
  })

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = performance.now() + 15_000; !(await condition()); await sleep(20))
    if (performance.now() > limit) throw new Error('never came')
}
