import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepManifest } from './keep-manifest.ts'
import { removeUnnamedManifests } from './unnamed-manifests.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove 清单 '))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const kept = async () => (await readdir(join(dataDir, 'manifests'))).toSorted()
/** Written so many days ago; its path. */
async function keep(name: string, days: number) {
  const path = await keepManifest(dataDir, { name: `${name}.yaml`, text: `kind: Pod # ${name}\n` })
  const at = new Date(Date.now() - days * 24 * 3_600_000)
  await utimes(dirname(path), at, at)
  return path
}
const digestOf = (path: string) => dirname(path).slice(-16)
async function write(name: string, text: string) {
  await mkdir(dirname(join(dataDir, name)), { recursive: true })
  await writeFile(join(dataDir, name), text)
}

test('old manifests go that nothing names; those of profiles, clusters and jobs stay, and young ones', async () => {
  const [profile, cluster, job, young] = [
    await keep('profile', 90),
    await keep('cluster', 90),
    await keep('job', 90),
    await keep('young', 29),
  ]
  await keep('chosen-and-left', 31)
  await write('manifests/mine/app.yaml', 'kind: Pod\n')
  await utimes(join(dataDir, 'manifests', 'mine'), 0, 0)
  await write('profiles/web.yaml', `# Cove profile: web\nx-cove:\n  manifests:\n    - ${profile}\n`)
  await write('clusters.json', JSON.stringify({ 'kind:web': { document: `x-cove: { manifests: [${JSON.stringify(cluster)}] }` } }))
  await write('jobs/j1.json', JSON.stringify({ memory: { spec: JSON.stringify({ document: job }) } }))
  await mkdir(join(dataDir, 'jobs', 'a folder'))
  await removeUnnamedManifests(dataDir)
  expect(await kept()).toEqual([...[profile, cluster, job, young].map(digestOf), 'mine'].toSorted())
})

test('one that is chosen again is young again', async () => {
  await keep('app', 31)
  const path = await keepManifest(dataDir, { name: 'app.yaml', text: 'kind: Pod # app\n' })
  await removeUnnamedManifests(dataDir)
  expect(await kept()).toEqual([digestOf(path)])
})

test('while it cannot be read who names them, all stay', async () => {
  const path = await keep('app', 90)
  await write('profiles', '')
  await expect(removeUnnamedManifests(dataDir)).rejects.toMatchObject({ code: 'ENOTDIR' })
  expect(await kept()).toEqual([digestOf(path)])
})

test('where nothing was ever kept there is nothing to do', async () => {
  await expect(removeUnnamedManifests(dataDir)).resolves.toBeUndefined()
})
