import { existsSync, readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import { buildFor } from './catalog.ts'
import { faultsOf } from './fixtures/faults.ts'
import { type Ground, makeGround } from './fixtures/ground.ts'
import { type Publisher, sha256, startPublisher } from './fixtures/publisher.ts'
import { machineOf, machineSigns } from './machine.ts'

// Real programs, as e2e/real-cluster builds them, on a real server: their folder is named by $COVE_KIT_MIRROR, or found in the kit's cache.
const mirror =
  process.env['COVE_KIT_MIRROR'] ?? join(process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster'), 'mirror')
const machine = machineOf(machineSigns(process.env))

const kind = published('kind', 'v0.33.0')
const kubectl = published('kubectl', 'v1.34.4')
const ground =
  kind && kubectl
    ? 'the real kind and kubectl'
    : `SKIPPED: no real kind and kubectl for this machine in ${mirror} (e2e/real-cluster/up builds them)`

describe.skipIf(!kind || !kubectl)(`on ${ground}`, () => {
  let site: Publisher
  let at: Ground

  beforeEach(async () => {
    site = await startPublisher()
    for (const each of [kind, kubectl]) {
      if (!each) continue
      site.put(each.path, each.body, null)
      site.put(each.digestPath, readFileSync(join(mirror, each.digestPath)), null)
    }
    at = await start(10_000)
  })
  const start = (stallMs: number) =>
    makeGround({ stallMs, env: { COVE_PUBLISHER_KUBERNETES: site.base, COVE_PUBLISHER_GITHUB: site.base } })
  afterEach(async () => {
    await at.dispose()
    await site.close()
  })

  test('both are downloaded, checked and run', async () => {
    expect(await at.toolchain.ensure('kind')).toMatchObject({ version: 'v0.33.0', origin: 'cove' })
    expect(await at.toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4', origin: 'cove' })
    const { path } = await at.toolchain.resolve('kubectl')
    const { stdout } = await at.exec.check({ file: path, args: ['options'] })
    expect(stdout).toContain('--kubeconfig')
  })

  // The kit builds it where it is asked to, and does not publish it.
  const built = join(mirror, '..', 'bin', 'minikube')
  test.skipIf(!existsSync(built))(
    'minikube is, its checksum file holds the digits only (needs e2e/real-cluster/minikube/up, which builds it)',
    async () => {
      const build = buildFor('minikube', 'v1.36.0', machine.os, machine.arch)
      const body = readFileSync(built)
      site.put(build?.path ?? '', body, null)
      site.put(build?.digestPath ?? '', Buffer.from(sha256(body)), null)
      expect(await at.toolchain.ensure('minikube', { version: 'v1.36.0' })).toMatchObject({ version: 'v1.36.0', origin: 'cove' })
    },
  )

  test('kubectl cut short at a third goes on from there', async () => {
    const truncated = faultsOf(kubectl as Kit)[0]
    truncated?.cause(site)
    await expect(at.toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
    const part = await stat(`${at.ownPath('kubectl', 'v1.34.4')}.part`)
    site.damage(kubectl?.path ?? '', () => false)
    // The server must name the same file as before for the rest of it to fit.
    site.etag = '"one"'
    expect(await at.toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
    expect(site.requests.at(-1)).toBe(`GET /${kubectl?.path} bytes=${part.size}-`)
  })

  test.each(kind ? faultsOf(kind) : [])(
    'kind, $name: $code, and nothing is installed',
    async ({ cause, code, facts, keepsPart = false }) => {
      if (code === 'download-stalled') {
        await at.dispose()
        at = await start(400)
      }
      cause(site)
      // How much of a third has come when the server breaks off is a matter of chance; what came is what is kept.
      const { received, ...sure } = facts
      const error: unknown = await at.toolchain.ensure('kind').catch((why: unknown) => why)
      expect(error).toMatchObject({ code, facts: sure })
      if (received !== undefined)
        expect((await stat(`${at.ownPath('kind', 'v0.33.0')}.part`)).size).toBe(error instanceof AppError && error.facts['received'])
      const left = await readdir(dirname(at.ownPath('kind', 'v0.33.0'))).catch(() => [] as string[])
      expect(left.sort()).toEqual(keepsPart ? ['kind.part', 'kind.part.json'] : [])
      await expect(at.toolchain.resolve('kind')).rejects.toMatchObject({ code: 'tool-absent' })
    },
  )
})

type Kit = Parameters<typeof faultsOf>[0]

function published(tool: ToolName, version: string): Kit | null {
  const build = buildFor(tool, version, machine.os, machine.arch)
  if (!build || !existsSync(join(mirror, build.path))) return null
  return { tool, path: build.path, digestPath: build.digestPath, body: readFileSync(join(mirror, build.path)) }
}
