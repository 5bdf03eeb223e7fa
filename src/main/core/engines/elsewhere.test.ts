import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createChanges } from '../changes.ts'
import { createExec } from '../exec/exec.ts'
import { otherEngines } from './elsewhere.ts'
import { createEngines } from './engines.ts'

const docker = fileURLToPath(new URL('./fixtures/docker', import.meta.url))
const label = 'io.x-k8s.kind.cluster'

/** A machine where docker has two contexts, colima's holds `lab`, and Podman holds `far`. `variables`: what else the environment says. */
async function machine(variables: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), '引擎 elsewhere-'))
  const socket = join(folder, 'colima.sock')
  const server = createServer().listen(socket)
  await writeFile(join(folder, 'podman'), '#!/bin/sh\necho far\n', { mode: 0o755 })
  const env = { PATH: [folder, process.env['PATH']].join(delimiter), HOME: folder, SHELL: '/bin/false', ANSWERS: folder, ...variables }
  const exec = createExec({ dataDir: join(folder, 'data'), env, homeDir: folder, changes: createChanges() })
  onTestFinished(async () => {
    server.close()
    await exec.dispose()
    await rm(folder, { recursive: true, force: true })
  })
  const answer = (name: string, ...lines: unknown[]) =>
    writeFile(join(folder, `${name}.out`), lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  const own = { Name: 'default', Endpoints: { docker: { Host: `unix://${folder}/own.sock` } } }
  await answer('context-inspect', own)
  await answer('version', { Client: { Version: '28.2.2', Context: 'default' }, Server: { Version: '28.2.2', Os: 'linux', Arch: 'amd64' } })
  await answer('info', { ServerVersion: '28.2.2' })
  await answer(
    'context-ls',
    { Name: 'default', DockerEndpoint: `unix://${folder}/own.sock` },
    { Name: 'colima', DockerEndpoint: `unix://${socket}` },
  )
  await answer('--context=colima', 'lab', 'lab')
  const engines = createEngines({
    exec,
    env,
    toolchain: { resolve: async (name) => ({ name, path: docker, version: null, origin: 'path' }) },
  })
  const others = await otherEngines({ exec, engines }, label)
  return new Map(others.map((one) => [one.name, one]))
}

test('each other engine says what it holds, and what makes it the one in use', async () => {
  const others = await machine({})
  const [colima, podman, nerdctl] = ['colima', 'podman', 'nerdctl'].map((name) => others.get(name))
  expect(colima).toMatchObject({ way: 'context', variable: null })
  expect(await colima?.values()).toEqual(['lab', 'lab'])
  // No engine of docker's, so no context and no variable leads docker to it.
  expect(podman).toMatchObject({ way: 'none', variable: null })
  expect(await podman?.values()).toEqual(['far'])
  expect(await nerdctl?.values()).toEqual([])
})

test.each(['DOCKER_HOST', 'DOCKER_CONTEXT'])('%s stands before every context, which is said', async (name) => {
  const others = await machine({ [name]: name === 'DOCKER_HOST' ? 'unix:///nowhere/own.sock' : 'default' })
  expect(others.get('colima')).toMatchObject({ way: 'context', variable: name })
  expect(others.get('podman')).toMatchObject({ way: 'none', variable: null })
})
