import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createChanges } from '../changes.ts'
import { createProfiles, type ProfileStore } from './profiles.ts'

const document =
  '# mine\nkind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n  - image: kindest/node:v1.34.0\n  - role: worker # plain\n'
let dataDir = ''
let profiles: ProfileStore
let changed = 0

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove-profiles-'))
  const changes = createChanges()
  changed = 0
  changes.on((topic) => {
    if (topic === 'profiles') changed++
  })
  profiles = createProfiles({ dataDir, changes })
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

test('without a folder there are no profiles', async () => {
  expect(await profiles.list()).toEqual({ profiles: [], damaged: [], folder: join(dataDir, 'profiles') })
})

test('a profile is saved, read, saved again under its id, renamed and removed', async () => {
  const saved = await profiles.save({ id: null, name: 'Cilium lab', document })
  expect(saved).toMatchObject({ id: 'cilium-lab', name: 'Cilium lab', provider: 'kind', controlPlanes: 1, workers: 1, version: 'v1.34.0' })
  expect((await profiles.get('cilium-lab')).document).toBe(document)
  expect(await readFile(saved.file, 'utf8')).toBe(`# Cove profile: Cilium lab\n${document}`)
  await profiles.save({ id: saved.id, name: 'Cilium lab', document: document.replace('worker', 'control-plane') })
  expect((await profiles.list()).profiles).toMatchObject([{ id: 'cilium-lab', controlPlanes: 2, workers: 0 }])
  expect(await profiles.rename(saved.id, '实验')).toMatchObject({ id: 'cilium-lab', name: '实验' })
  expect(await profiles.remove(saved.id)).toEqual({ removed: true })
  expect(await profiles.remove(saved.id)).toEqual({ removed: false })
  expect((await profiles.list()).profiles).toEqual([])
  expect(changed).toBe(4)
})

test('a name is given once, also where two save at the same time', async () => {
  const both = await Promise.allSettled([1, 2].map(() => profiles.save({ id: null, name: 'lab', document })))
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(profiles.save({ id: null, name: 'lab', document })).rejects.toMatchObject({
    code: 'profile-name-taken',
    facts: { suggestion: 'lab 2' },
  })
  // Two names that are the same as a file: both stay.
  await profiles.save({ id: null, name: 'Lab', document })
  await profiles.save({ id: null, name: '实验', document })
  await profiles.save({ id: null, name: '配置', document })
  expect((await profiles.list()).profiles.map((one) => one.name).sort()).toEqual(['Lab', 'lab', '实验', '配置'].sort())
})

test('what is no document is refused and nothing is written', async () => {
  await expect(profiles.save({ id: null, name: 'x', document: 'kind: Pod\n' })).rejects.toMatchObject({ code: 'document-invalid' })
  await expect(profiles.import({ name: 'x', document: 'a: [' })).rejects.toMatchObject({
    code: 'document-invalid',
    facts: { reason: 'syntax' },
  })
  await expect(readdir(join(dataDir, 'profiles'))).rejects.toThrow('ENOENT')
})

test('a file that was exported comes back under its name, or a free one near it', async () => {
  const saved = await profiles.save({ id: null, name: 'lab', document })
  const text = await readFile(saved.file, 'utf8')
  expect(await profiles.import({ name: 'download (1)', document: text })).toMatchObject({ name: 'lab 2' })
  expect(await profiles.import({ name: 'kind', document })).toMatchObject({ name: 'kind', id: 'kind' })
  await profiles.remove(saved.id)
  expect(await profiles.import({ name: 'x', document: `\uFEFF${text}` })).toMatchObject({ name: 'lab' })
})

test('files that people put there are profiles too, damaged ones are named and stay as they are', async () => {
  const folder = join(dataDir, 'profiles')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'by hand.yaml'), document)
  await writeFile(join(folder, 'broken.yaml'), '# Cove profile: lost\nkind: Cluster\nnodes: [\n')
  await writeFile(join(folder, 'notes.txt'), 'x')
  await writeFile(join(folder, '.hidden.yaml'), 'x')
  await mkdir(join(folder, 'folder.yaml'))
  const list = await profiles.list()
  expect(list.profiles).toMatchObject([{ id: 'by hand', name: 'by hand' }])
  expect(list.damaged).toMatchObject([{ id: 'broken', problem: { code: 'document-invalid', facts: { line: 3 } } }])
  await expect(profiles.get('broken')).rejects.toMatchObject({ code: 'document-invalid' })
  await expect(profiles.rename('broken', 'x')).rejects.toMatchObject({ code: 'document-invalid' })
  expect(await readFile(join(folder, 'broken.yaml'), 'utf8')).toContain('nodes: [')
  // Written over only by somebody who means it.
  expect(await profiles.save({ id: 'broken', name: 'mended', document })).toMatchObject({ id: 'broken', name: 'mended' })
})

test.each(['../settings', '/etc/passwd', '.hidden', '', 'a/b', '-x'])('an id is never a path: %j', async (id) => {
  for (const call of [() => profiles.get(id), () => profiles.rename(id, 'x'), () => profiles.save({ id, name: 'x', document })])
    await expect(call()).rejects.toMatchObject({ code: 'not-found' })
  await expect(profiles.remove(id)).rejects.toMatchObject({ code: 'not-found' })
})

test('a profile that is gone is not made again by saving it', async () => {
  await expect(profiles.save({ id: 'gone', name: 'x', document })).rejects.toMatchObject({ code: 'not-found' })
})

test('a folder that takes nothing is said to be so, and the old file stays', async () => {
  const saved = await profiles.save({ id: null, name: 'lab', document })
  const folder = join(dataDir, 'profiles')
  await rm(folder, { recursive: true })
  await writeFile(folder, 'a file stands where the folder should be')
  await expect(profiles.list()).rejects.toMatchObject({ code: 'file-unreadable' })
  await expect(profiles.save({ id: saved.id, name: 'lab', document })).rejects.toMatchObject({ code: 'file-unreadable' })
  await chmod(folder, 0o600)
})
