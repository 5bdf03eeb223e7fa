import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
    { ref: 'docker.io/shop/web:1', ids, idsOf: 'both', architecture: 'arm64' },
    { ref: 'registry.k8s.io/web:1', ids, idsOf: 'both', architecture: 'arm64' },
  ])
})

test('of an engine of before, whose files are named otherwise, and of an image without a name', async () => {
  const files = { [`${digest(config)}.json`]: config, 'layer/layer.tar': layer }
  const old = {
    ...files,
    'manifest.json': JSON.stringify([{ Config: `${digest(config)}.json`, RepoTags: null, Layers: ['layer/layer.tar'] }]),
  }
  expect(await imagesIn(await tar(old))).toEqual([
    { ref: null, ids: [`sha256:${digest(config)}`], idsOf: 'configuration', architecture: 'arm64' },
  ])
})

test('of an OCI layout', async () => {
  expect(await imagesIn(await tar(layout))).toEqual([
    {
      ref: 'docker.io/shop/web:1',
      ids: [`sha256:${digest(config)}`, `sha256:${digest(manifest)}`],
      idsOf: 'both',
      architecture: 'arm64',
    },
  ])
})

test('of an image for several processors the digests of each; what a build says of it, and those that are not in the archive, are none', async () => {
  const [arm, amd] = ['arm64', 'amd64'].map((architecture) => {
    const own = JSON.stringify({ architecture, os: 'linux' })
    return { own, manifest: JSON.stringify({ config: { digest: `sha256:${digest(own)}` }, layers: [] }), architecture }
  })
  const attestation = JSON.stringify({ config: { digest: `sha256:${digest('{}')}` }, layers: [] })
  const blobs = (...texts: string[]) => Object.fromEntries(texts.map((text) => [`blobs/sha256/${digest(text)}`, text]))
  const index = JSON.stringify({
    manifests: [
      { digest: `sha256:${digest(arm?.manifest ?? '')}`, platform: { architecture: 'arm64' } },
      { digest: `sha256:${digest(amd?.manifest ?? '')}`, platform: { architecture: 'amd64' } },
      { digest: `sha256:${digest('elsewhere')}`, platform: { architecture: 's390x' } },
      { digest: `sha256:${digest(attestation)}`, platform: { architecture: 'unknown' } },
    ],
  })
  const top = {
    'index.json': JSON.stringify({
      manifests: [{ digest: `sha256:${digest(index)}`, annotations: { 'io.containerd.image.name': 'docker.io/shop/web:1' } }],
    }),
    ...blobs(index, attestation, '{}', arm?.own ?? '', arm?.manifest ?? ''),
  }
  const both = { ...top, ...blobs(amd?.own ?? '', amd?.manifest ?? '') }
  const ids = (...texts: (string | undefined)[]) => texts.map((text) => `sha256:${digest(text ?? '')}`)
  expect(await imagesIn(await tar(both))).toEqual([
    {
      ref: 'docker.io/shop/web:1',
      ids: ids(arm?.own, amd?.own, index, arm?.manifest, amd?.manifest),
      idsOf: 'both',
      architecture: null,
    },
  ])
  const one = { ids: ids(arm?.own, index, arm?.manifest), idsOf: 'both', architecture: 'arm64' }
  expect(await imagesIn(await tar(top))).toEqual([{ ref: 'docker.io/shop/web:1', ...one }])
  // An engine that keeps its images in containerd names one processor in its own file.
  const own = JSON.stringify([{ Config: `blobs/sha256/${digest(arm?.own ?? '')}`, RepoTags: ['shop/web:1'], Layers: [] }])
  expect(await imagesIn(await tar({ ...top, 'manifest.json': own }))).toEqual([{ ref: 'docker.io/shop/web:1', ...one }])
  expect(await imagesIn(await tar({ ...both, 'manifest.json': own }))).toMatchObject([{ architecture: null }])
})

test('an index that says it stands in itself is read once', async () => {
  const name = 'f'.repeat(64)
  const round = JSON.stringify({ manifests: Array.from({ length: 50 }, () => ({ digest: `sha256:${name}` })) })
  expect(await imagesIn(await tar({ 'index.json': round.replace(/},.*/, '}]}'), [`blobs/sha256/${name}`]: round }))).toEqual([
    { ref: null, ids: [`sha256:${name}`], idsOf: 'target', architecture: null },
  ])
})

test('however many small layers stand before the manifest, and however much JSON: what is kept of them is full to the last byte', async () => {
  const many = (letter: string) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`a-layers/${n}`, `${letter}${String(n).padStart(1_048_575, 'x')}`]))
  const sorted = ['--sort=name']
  expect(await imagesIn(await tar({ ...many('x'), ...layout, ...saved }, sorted))).toMatchObject([
    { ref: 'docker.io/shop/web:1', architecture: 'arm64' },
    { ref: 'registry.k8s.io/web:1', architecture: 'arm64' },
  ])
  expect(await imagesIn(await tar({ ...many('{'), ...saved }, sorted))).toMatchObject([{ idsOf: 'configuration' }, {}])
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

test.skipIf(process.platform !== 'linux')(
  'a packed one that is not read to its end, or is damaged, is closed (needs Linux: /proc)',
  async () => {
    const noise = randomBytes(3_000_000).toString('latin1')
    const packed = await tar({ ...layout, ...saved, noise }, ['--gzip'])
    const archive = await imagesInArchive(packed)
    const isOpen = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
      return (await Promise.all(links)).includes(packed)
    }
    const left = await sourceOf(packed, archive)
    for await (const _ of left.bytes) {
      expect(await isOpen()).toBe(true)
      break
    }
    await vi.waitFor(async () => expect(await isOpen()).toBe(false))
    const handle = await open(packed, 'r+')
    await handle.write('no gzip any more', 100_000)
    await handle.close()
    const damaged = await sourceOf(packed, archive)
    for await (const _ of damaged.bytes);
    expect(await damaged.failure()).toMatchObject({ code: 'image-archive-invalid' })
    await vi.waitFor(async () => expect(await isOpen()).toBe(false))
  },
)

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
