import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Tool } from '#shared/contract/toolchain.ts'
import { ownLeftovers } from './own-files.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove own 自有 '))
  for (const version of ['v1.31.4', 'v1.33.9', 'v1.34.4', 'v1.35.2']) await put(version)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const pathOf = (version: string) => join(dataDir, 'bin', 'kubectl', version, 'kubectl')
async function put(version: string) {
  await mkdir(dirname(pathOf(version)), { recursive: true })
  for (const file of [pathOf(version), join(dirname(pathOf(version)), 'manifest.json')]) await writeFile(file, 'x')
  await utimes(dirname(pathOf(version)), 1, 1)
}

test('of the downloaded versions only those are of no use that nothing uses: no tool, no cluster, no terminal', async () => {
  const tool = { name: 'kubectl', state: 'found', used: { path: pathOf('v1.35.2') } } as Tool
  const toolchain = { snapshot: () => [tool], refresh: async () => [tool], binDir: join(dataDir, 'bin') }
  const round = { around: { jobs: [], now: Date.now() } } as never
  const names = (found: readonly { name: string }[]) => found.map(({ name }) => name).sort()
  expect(names(await ownLeftovers({ toolchain, dataDir }, round))).toEqual(['kubectl v1.31.4', 'kubectl v1.33.9', 'kubectl v1.34.4'])
  const copiesInUse = async () => [pathOf('v1.31.4'), pathOf('v1.34.4')]
  const found = await ownLeftovers({ toolchain, copiesInUse, dataDir }, round)
  expect(found).toMatchObject([{ name: 'kubectl v1.33.9', kind: 'tool', why: { code: 'version-unused' }, preselected: false }])
})
