import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { imagesInArchive, sourceOf } from './archive.ts'

let folder: string
const imagesIn = async (file: string) => (await imagesInArchive(file)).images
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove archive 镜像 '))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const config = JSON.stringify({ architecture: 'arm64', os: 'linux' })
const layer = 'x'.repeat(3_000_000)
const manifest = JSON.stringify({ config: { digest: `sha256:${digest(config)}` }, layers: [{ digest: `sha256:${digest(layer)}` }] })

/** A tar of these files, by the system's own tar. */
async function tar(files: Readonly<Record<string, string>>, flags: readonly string[] = []): Promise<string> {
  const content = await mkdtemp(join(folder, 'of '))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(content, name, '..'), { recursive: true })
    await writeFile(join(content, name), text)
  }
  const file = join(folder, `${digest(content).slice(0, 8)}.tar`)
  await execa('tar', [...flags, `--file=${file}`, '--create', `--directory=${content}`, '.'])
  return file
}

const layout = {
  'index.json': JSON.stringify({
    manifests: [{ digest: `sha256:${digest(manifest)}`, annotations: { 'io.containerd.image.name': 'docker.io/shop/web:1' } }],
  }),
  [`blobs/sha256/${digest(manifest)}`]: manifest,
  [`blobs/sha256/${digest(config)}`]: config,
  [`blobs/sha256/${digest(layer)}`]: layer,
}
const saved = {
  'manifest.json': JSON.stringify([
    {
      Config: `blobs/sha256/${digest(config)}`,
      RepoTags: ['shop/web:1', 'registry.k8s.io/web:1'],
      Layers: [`blobs/sha256/${digest(layer)}`],
    },
  ]),
}

test.each([
  ['ustar', ['--format=ustar']],
  ['pax', ['--format=pax']],
  ['gnu', ['--format=gnu']],
  ['packed with gzip', ['--gzip']],
])('names, digests and processor of what docker saved (%s)', async (_, flags) => {
  const ids = [`sha256:${digest(config)}`, `sha256:${digest(manifest)}`]
  expect(await imagesIn(await tar({ ...layout, ...saved }, flags))).toEqual([
    { ref: 'docker.io/shop/web:1', ids, architecture: 'arm64' },
    { ref: 'registry.k8s.io/web:1', ids, architecture: 'arm64' },
  ])
})

test('of an engine of before, whose files are named otherwise, and of an image without a name', async () => {
  const files = { [`${digest(config)}.json`]: config, 'layer/layer.tar': layer }
  const old = {
    ...files,
    'manifest.json': JSON.stringify([{ Config: `${digest(config)}.json`, RepoTags: null, Layers: ['layer/layer.tar'] }]),
  }
  expect(await imagesIn(await tar(old))).toEqual([{ ref: null, ids: [`sha256:${digest(config)}`], architecture: 'arm64' }])
})

test('of an OCI layout', async () => {
  expect(await imagesIn(await tar(layout))).toEqual([
    { ref: 'docker.io/shop/web:1', ids: [`sha256:${digest(manifest)}`, `sha256:${digest(config)}`], architecture: 'arm64' },
  ])
})

test('a packed one is sent unpacked, and its bytes are known before', async () => {
  const packed = await tar({ ...layout, ...saved }, ['--gzip'])
  const archive = await imagesInArchive(packed)
  const plain = await execa('gunzip', ['--stdout'], { inputFile: packed, encoding: 'buffer' })
  expect(archive).toMatchObject({ packed: true, sizeBytes: expect.any(Number) })
  // What stands after the end of a tar is not looked at.
  expect(plain.stdout.length - archive.sizeBytes).toBeLessThan(20 * 512)
  const { bytes, failure } = await sourceOf(packed, archive)
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  expect(Buffer.concat(parts).equals(Buffer.from(plain.stdout))).toBe(true)
  expect(await failure()).toBeNull()
})

test('names longer than a header are read', async () => {
  const long = `${'deep/'.repeat(40)}file`
  expect(await imagesIn(await tar({ ...saved, [long]: 'x' }, ['--format=pax']))).toHaveLength(2)
  expect(await imagesIn(await tar({ ...saved, [long]: 'x' }, ['--format=gnu']))).toHaveLength(2)
})

test('what is no archive of images is told, and why', async () => {
  const said = async (file: string) =>
    imagesInArchive(file).then(
      () => null,
      (error: { code: string; facts: object }) => [error.code, error.facts],
    )
  const text = join(folder, 'notes.txt')
  await writeFile(text, 'hello '.repeat(1000))
  expect(await said(text)).toEqual(['image-archive-invalid', { file: text, reason: 'no tar' }])
  const empty = join(folder, 'empty')
  await writeFile(empty, '')
  expect(await said(empty)).toEqual(['image-archive-invalid', { file: empty, reason: 'no tar' }])
  const other = await tar({ 'readme.md': 'hello' })
  expect(await said(other)).toEqual(['image-archive-invalid', { file: other, reason: 'no manifest' }])
  const cut = await tar({ [`blobs/sha256/${digest(layer)}`]: layer })
  await truncate(cut, 1_000_000)
  expect(await said(cut)).toEqual(['image-archive-invalid', { file: cut, reason: 'cut off' }])
  const packed = await tar({ ...layout, ...saved }, ['--gzip'])
  await truncate(packed, 400)
  expect(await said(packed)).toEqual(['image-archive-invalid', { file: packed, reason: 'cut off' }])
  expect(await said(join(folder, 'none'))).toEqual(['file-unreadable', { file: join(folder, 'none'), reason: 'ENOENT' }])
  expect(await said(folder)).toEqual(['file-unreadable', { file: folder, reason: 'EISDIR' }])
})
