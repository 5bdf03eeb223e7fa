import { existsSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ContextRef } from '#shared/contract/base.ts'
import { createKubectl, type Kubectl } from '../workloads/kubectl.ts'
import { createProbe } from '../workloads/reach.ts'
import { createServerVersions, type ServerVersions } from '../workloads/server-versions.ts'
import { type Ground, makeGround } from './fixtures/ground.ts'
import { fits } from './skew.ts'

// The two real kubectl of e2e/real-cluster: of the older Kubernetes in $COVE_KIT_OLDER_BIN, or both in the kit's cache.
const cache = process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster')
const newer = join(cache, 'v1.34.4', 'kubectl')
const older = join(process.env['COVE_KIT_OLDER_BIN'] ?? join(cache, 'v1.33.4'), 'kubectl')
const there = existsSync(newer) && existsSync(older)

describe.skipIf(!there)(there ? 'two real kubectl' : `SKIPPED: no ${newer} and ${older} (e2e/real-cluster/up 1.33 builds them)`, () => {
  let at: Ground
  let versions: ServerVersions
  let kubectl: Kubectl
  let reach: ReturnType<typeof createProbe>
  const servers: Server[] = []
  /** User agents that asked. */
  const asked: string[] = []

  beforeEach(async () => {
    at = await makeGround()
    // The newer one is on the PATH, the older one in a usual folder.
    await symlink(newer, join(at.bin, 'kubectl'))
    const second = await makeGround({ home: at.homeDir, env: { COVE_TOOL_FOLDERS: join(older, '..') } })
    versions = createServerVersions({ changes: at.changes, dataDir: at.dataDir, clusters: () => undefined })
    const deps = { exec: at.exec, toolchain: second.toolchain, versions }
    kubectl = createKubectl({ ...deps, kubeconfig: null })
    reach = createProbe(deps)
    asked.length = 0
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close()
    await at.dispose()
  })

  /** The context of an API server that says it is of this version. */
  async function contextOf(gitVersion: string): Promise<ContextRef> {
    const server = createServer((request, response) => {
      asked.push(request.headers['user-agent'] ?? '')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ major: '1', minor: '', gitVersion }))
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const file = join(at.homeDir, `${gitVersion}.yaml`)
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await writeFile(
      file,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: address } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user: {} }],
      }),
    )
    return { file, name: 'c' }
  }

  test.each([
    ['v1.35.2', 'v1.34.4'],
    ['v1.34.4', 'v1.34.4'],
    ['v1.33.4', 'v1.34.4'],
    ['v1.32.11+k3s1', 'v1.33.4'],
    ['v1.30.1', 'v1.34.4'],
  ])('an API server of %s is asked by %s, once it has said what it is', async (kubernetes, expected) => {
    const ref = await contextOf(kubernetes)
    // Nobody knows yet: the usual one asks.
    expect(await reach(ref)).toMatchObject({ state: 'reachable', version: kubernetes })
    expect(asked.at(-1)).toContain('v1.34.4')
    expect(await reach(ref)).toMatchObject({ state: 'reachable' })
    expect(asked.at(-1)).toContain(expected)
    const { spec } = await kubectl.call(ref, ['version'])
    const told = await at.exec.check({ ...spec, args: ['version', '--client', '--output=json'] })
    expect(JSON.parse(told.stdout)).toMatchObject({ clientVersion: { gitVersion: expected } })
    expect(fits(expected, kubernetes)).toBe(kubernetes !== 'v1.30.1')
  })
})
