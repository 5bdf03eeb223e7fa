import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepManifest, safeName } from './keep-manifest.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cove 清单 '))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

test('a manifest is kept once, for its owner alone, and another text of the same name beside it', async () => {
  const path = await keepManifest(dataDir, { name: '网站 web.yaml', text: 'kind: Pod\n' })
  expect(path.startsWith(join(dataDir, 'manifests'))).toBe(true)
  expect(path.endsWith('网站 web.yaml')).toBe(true)
  expect(await readFile(path, 'utf8')).toBe('kind: Pod\n')
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0)
  expect(await keepManifest(dataDir, { name: '网站 web.yaml', text: 'kind: Pod\n' })).toBe(path)
  expect(await keepManifest(dataDir, { name: '网站 web.yaml', text: 'kind: Service\n' })).not.toBe(path)
  expect(await readFile(path, 'utf8')).toBe('kind: Pod\n')
})

test('where it cannot be written the reason is said', async () => {
  await writeFile(join(dataDir, 'manifests'), '')
  await expect(keepManifest(dataDir, { name: 'a.yaml', text: 'x' })).rejects.toMatchObject({ code: 'file-unreadable' })
})

test.each([
  ['app.yml', 'app.yml'],
  ['list.JSON', 'list.JSON'],
  ['../../etc/passwd', 'passwd.yaml'],
  ['C:\\Users\\me\\app.yaml', 'app.yaml'],
  ['-x.yaml', 'x.yaml'],
  ['..', 'manifest.yaml'],
  ['a\nb:c.yaml', 'a-b-c.yaml'],
  ['', 'manifest.yaml'],
])('a file %j is kept as %s', (name, kept) => {
  expect(safeName(name)).toBe(kept)
})
