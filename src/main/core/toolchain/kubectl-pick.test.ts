import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { type Publisher, startPublisher } from './fixtures/publisher.ts'

const pathOf = (version: string) => `release/${version}/bin/linux/amd64/kubectl`
let site: Publisher
const grounds: Ground[] = []

beforeEach(async () => {
  site = await startPublisher()
  for (const version of ['v1.31.4', 'v1.34.4']) site.put(pathOf(version), toolScript('kubectl', version))
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await site.close()
})

async function ground(): Promise<Ground> {
  const made = await makeGround({ machine: { os: 'linux', arch: 'amd64' }, env: { COVE_PUBLISHER_KUBERNETES: site.base } })
  grounds.push(made)
  return made
}

/** A ground with kubectl v1.34.4 on its PATH. */
async function usual() {
  const at = await ground()
  const path = await putProgram(join(at.bin, 'kubectl'), toolScript('kubectl', 'v1.34.4'))
  return { at, path }
}

test('a cluster that the usual kubectl does not fit gets one downloaded beside it, and every other keeps the usual one', async () => {
  const { at, path } = await usual()
  expect(await at.toolchain.plan('kubectl', 'v1.33.9')).toBeNull()
  expect(await at.toolchain.plan('kubectl', 'v1.31.4+k3s1')).toEqual({
    tool: 'kubectl',
    version: 'v1.31.4',
    url: `${site.base}/${pathOf('v1.31.4')}`,
    digestFrom: `${site.base}/${pathOf('v1.31.4')}.sha256`,
    bytes: null,
    instead: path,
  })
  // To ask for a program is no leave to fetch one.
  expect(await at.toolchain.resolve('kubectl', { kubernetes: 'v1.31.4' })).toMatchObject({ path })
  expect(site.requests).toEqual([])

  const own = { path: at.ownPath('kubectl', 'v1.31.4'), version: 'v1.31.4', origin: 'cove' }
  expect(await at.toolchain.ensure('kubectl', { version: 'v1.31.4+k3s1' })).toMatchObject(own)
  expect(await at.toolchain.resolve('kubectl', { kubernetes: 'v1.30.0' })).toMatchObject(own)
  expect(await at.toolchain.resolve('kubectl', { kubernetes: 'v1.35.0' })).toMatchObject({ path })
  expect(await at.toolchain.resolve('kubectl')).toMatchObject({ path })
  expect(await at.toolchain.plan('kubectl', 'v1.30.2')).toBeNull()
})

test('what is taken for its version is checked like any copy of Cove’s, and no longer taken when it is gone', async () => {
  const { at, path } = await usual()
  await at.toolchain.ensure('kubectl', { version: 'v1.31.4' })
  const own = at.ownPath('kubectl', 'v1.31.4')
  await writeFile(own, toolScript('kubectl', 'v1.31.4', '# changed'))
  await expect(at.toolchain.resolve('kubectl', { kubernetes: 'v1.31.4' })).rejects.toMatchObject({
    code: 'tool-changed',
    facts: { path: own },
  })
  await rm(own)
  expect(await at.toolchain.resolve('kubectl', { kubernetes: 'v1.31.4' })).toMatchObject({ path })
})

test('one chosen by hand is used for every cluster, and nothing is fetched beside it', async () => {
  const { at, path } = await usual()
  await at.toolchain.choose('kubectl', path)
  expect(await at.toolchain.plan('kubectl', 'v1.31.4')).toBeNull()
  expect(await at.toolchain.ensure('kubectl', { version: 'v1.31.4' })).toMatchObject({ path, origin: 'chosen' })
  expect(site.requests).toEqual([])
})

test('a fitting one that cannot be fetched is said, and the usual one is still there', async () => {
  const { at, path } = await usual()
  await expect(at.toolchain.ensure('kubectl', { version: 'v1.28.0' })).rejects.toMatchObject({ code: 'download-digest-missing' })
  expect(await at.toolchain.resolve('kubectl', { kubernetes: 'v1.28.0' })).toMatchObject({ path })
})

test('what each version answers is asked once, however often a kubectl is picked', async () => {
  const { at } = await usual()
  await at.toolchain.ensure('kubectl', { version: 'v1.31.4' })
  const before = at.exec.commands({ limit: 100 }).length
  for (let i = 0; i < 5; i++) for (const kubernetes of ['v1.31.4', 'v1.34.4', null]) await at.toolchain.resolve('kubectl', { kubernetes })
  expect(at.exec.commands({ limit: 100 })).toHaveLength(before)
})
