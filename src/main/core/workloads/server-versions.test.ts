import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Cluster } from '#shared/contract/clusters.ts'
import { createChanges } from '#core/changes.ts'
import { createServerVersions } from './server-versions.ts'

const shop = { file: '/home/ann/.kube/config', name: 'kind-shop' }
const far = { file: '/home/ann/.kube/config', name: 'far' }
let dataDir: string
let looks = 0
let version: string | null = 'v1.33.4'
const changes = createChanges()

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove versions 版本 '))
  looks = 0
  version = 'v1.33.4'
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const snapshot = async () => {
  looks++
  return { clusters: [{ context: shop, version } as Cluster], sources: [] }
}
const start = () => createServerVersions({ changes, dataDir, clusters: () => ({ snapshot }) })

test('the list of clusters is looked at once, and again when it changed', async () => {
  const versions = start()
  for (let i = 0; i < 3; i++) expect(await versions.of(shop)).toMatchObject({ version: 'v1.33.4' })
  expect(looks).toBe(1)
  version = 'v1.34.4'
  expect(await versions.of(shop)).toMatchObject({ version: 'v1.33.4' })
  changes.emit('clusters')
  expect(await versions.of(shop)).toMatchObject({ version: 'v1.34.4' })
  expect(looks).toBe(2)
  expect(await versions.of(far)).toBeNull()
})

test('a cluster of this machine is of the version that its nodes are, whatever its server said before it was made anew', async () => {
  const versions = start()
  versions.note(shop, 'v1.31.0', { keep: true })
  expect(await versions.of(shop)).toMatchObject({ version: 'v1.33.4' })
  version = null
  changes.emit('clusters')
  expect(await versions.of(shop)).toMatchObject({ version: 'v1.31.0' })
  // The folder is removed after it.
  await versions.settled()
})

test('what a server said is known to the next Cove with its age; what is only of a job is not', async () => {
  const first = start()
  const before = Date.now()
  first.note(far, 'v1.31.4-gke.1', { keep: true })
  first.note({ file: '/tmp/job', name: 'kind-shop' }, 'v1.34.4')
  first.note({ file: '/tmp/job', name: 'other' }, null)
  await first.settled()
  const next = start()
  const seen = await next.of(far)
  expect(seen?.version).toBe('v1.31.4-gke.1')
  expect(seen?.asOf).toBeGreaterThanOrEqual(before)
  expect(await next.of({ file: '/tmp/job', name: 'kind-shop' })).toBeNull()
  expect(await first.of({ file: '/tmp/job', name: 'kind-shop' })).toMatchObject({ version: 'v1.34.4' })
})

test('a damaged memory is none', async () => {
  const first = start()
  first.note(far, 'v1.31.4', { keep: true })
  await first.settled()
  const file = join(dataDir, 'cache', 'server-versions.json')
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, 20))
  expect(await start().of(far)).toBeNull()
})

test('a new version is said once', async () => {
  const versions = start()
  let said = 0
  const stop = changes.on((topic) => {
    if (topic === 'toolchain') said++
  })
  versions.note(far, 'v1.31.4', { keep: true })
  versions.note(far, 'v1.31.4', { keep: true })
  versions.note(far, 'v1.31.5', { keep: true })
  stop()
  await versions.settled()
  expect(said).toBe(2)
})
