import { createSocket } from 'node:dgram'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChanges } from '../../changes.ts'
import { createExec } from '../../exec/exec.ts'
import { listeningInodes } from './port-holder.ts'
import { portProblems } from './ports.ts'
import { publishedPorts } from './published-ports.ts'

let folder = ''
let exec: ReturnType<typeof createExec>
let docker = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove 端口 '))
  docker = join(folder, 'docker')
  await writeFile(docker, `#!/bin/sh\nprintf 'web-1\\t127.0.0.1:39001-39003->80-82/tcp, [::]:39010->80/tcp, 9153/tcp\\n'\n`)
  await chmod(docker, 0o755)
  exec = createExec({ dataDir: join(folder, 'data'), env: process.env, homeDir: folder, changes: createChanges() })
})
afterAll(async () => {
  await exec.dispose()
  await rm(folder, { recursive: true, force: true })
})

const wish = (hostPort: number, over = {}) => ({
  hostPort,
  containerPort: 80,
  protocol: 'TCP' as const,
  listenAddress: '127.0.0.1',
  ...over,
})

test('a port that a container publishes names the container, and a free port', async () => {
  const problems = await portProblems([wish(39_002), wish(39_010)], docker, exec)
  expect(problems.map((problem) => problem.facts)).toMatchObject([
    { port: 39_002, holder: 'web-1', free: 39_004 },
    { port: 39_010, holder: 'web-1' },
  ])
})

test('a port that a process listens on names the process', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const [problem] = await portProblems([wish(port)], docker, exec)
    expect(problem?.code).toBe('port-taken')
    const holder = process.platform === 'linux' ? expect.stringContaining(`(pid ${process.pid})`) : expect.anything()
    expect(problem?.facts).toMatchObject({ port, holder, free: expect.any(Number) })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
  expect(await portProblems([wish(port)], docker, exec)).toEqual([])
})

test('UDP is another port than TCP', async () => {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  const [problem] = await portProblems([wish(port, { protocol: 'UDP' })], docker, exec)
  expect(problem?.code).toBe('port-taken')
  await new Promise<void>((resolve) => socket.close(() => resolve()))
})

test('no wish, no question', async () => {
  expect(await portProblems([], '/does/not/exist', exec)).toEqual([])
})

test('published ports as docker ps writes them', () => {
  expect(publishedPorts('a\t0.0.0.0:80->80/tcp, :::80->80/tcp, [::1]:81->81/udp\nb\t\nc\t9153/tcp')).toEqual([
    { container: 'a', hostIp: '0.0.0.0', hostPort: 80, protocol: 'tcp' },
    { container: 'a', hostIp: '::', hostPort: 80, protocol: 'tcp' },
    { container: 'a', hostIp: '::1', hostPort: 81, protocol: 'udp' },
  ])
})

test('sockets that listen, out of /proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 777 1`
  expect(listeningInodes(table, 8080, 'TCP')).toEqual(['12345'])
  expect(listeningInodes(table, 80, 'TCP')).toEqual([])
})
