import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createNodeGround, node, type NodeGround, until } from '../../nodes/fixtures/node-ground.ts'
import { heldImages, removeHeldImage } from './held-images.ts'
import { loadImage } from './load-image.ts'

type Facts = Readonly<Record<string, string | number | null>>
const line = (ref: string, digest: string) =>
  `${ref} application/vnd.docker.distribution.manifest.v2+json sha256:${digest} 8.1 MiB linux/amd64 -`
const names = [line('docker.io/library/web:1', 'b399'), line('import-2026-11-26@sha256:b399', 'b399'), line('sha256:45ee', 'b399')].join(
  '\n',
)

describe.skipIf(process.platform !== 'linux')('on nodes that are folders (needs Linux: setsid and /proc)', () => {
  let ground: NodeGround
  let said: [number | null, Facts][]
  const stop = { now: new AbortController() }
  const run = () => ({ jobId: 'j', signal: stop.now.signal })
  const progress = {
    progress: (_step: string, fraction: number | null, facts: Facts = {}) => void said.push([fraction, facts]),
  }
  const load = (from: { image: string } | { archive: string }, nodes = [node('a'), node('b')]) =>
    loadImage(ground.deps, { nodes }, from, run(), progress)

  beforeEach(() => {
    ground = createNodeGround()
    said = []
    stop.now = new AbortController()
    ground.set('image', 'sha256:45ee 3000000')
    ground.set('save', 'x'.repeat(3_000_000))
    ground.set('imported', `${names}\n`)
  })
  afterEach(() => ground.close())

  test('an image is saved once and reaches every node that runs, whole, with progress', async () => {
    await load({ image: 'web:1' }, [node('a'), node('b'), node('c', { state: 'exited' }), node('lb', { role: 'load-balancer' })])
    for (const name of ['a', 'b']) expect(ground.read(`${name}.tar`)).toHaveLength(3_000_000)
    expect(ground.calls().filter((call) => call.startsWith('save'))).toEqual(['save -- web:1'])
    expect(said.length).toBeGreaterThan(5)
    const fractions = said.map(([fraction]) => fraction ?? 0)
    expect(fractions.every((fraction, n) => n === 0 || fraction >= (fractions[n - 1] ?? 0))).toBe(true)
    expect(said[0]?.[1]).toEqual({ node: 'a', done: 0, nodes: 2, held: 0, down: 1 })
    expect(said.at(-1)).toEqual([1, { node: null, done: 2, nodes: 2, held: 0, down: 1 }])
    expect(await heldImages(ground.deps, 'a')).toEqual([{ ref: 'docker.io/library/web:1', id: 'sha256:45ee', sizeBytes: 8_493_466 }])
  })

  test('a node that holds it is left out and counted; one that holds another image of that name is not', async () => {
    ground.set('a.names', `${names}\n`)
    ground.set('b.names', `${line('docker.io/library/web:1', 'ffff')}\n${line('sha256:0000', 'ffff')}\n`)
    await load({ image: 'web:1' })
    expect(ground.read('a.tar')).toBe('')
    expect(ground.read('b.tar')).not.toBe('')
    expect(said.at(-1)?.[1]).toMatchObject({ done: 2, nodes: 2, held: 1 })
    said = []
    ground.set('b.names', `${names}\n`)
    const before = ground.calls().length
    await load({ image: 'web:1' })
    expect(said).toEqual([[1, { node: null, done: 2, nodes: 2, held: 2, down: 0 }]])
    expect(
      ground
        .calls()
        .slice(before)
        .some((call) => /save|import/.test(call)),
    ).toBe(false)
  })

  test('a tar file', async () => {
    const archive = join(ground.folder, '镜像 web.tar')
    writeFileSync(archive, 'y'.repeat(700_000))
    await load({ archive })
    expect(ground.read('b.tar')).toHaveLength(700_000)
    await expect(load({ archive: join(ground.folder, 'none.tar') })).rejects.toMatchObject({
      code: 'file-unreadable',
      facts: { reason: 'ENOENT' },
    })
    await expect(load({ archive: ground.folder })).rejects.toMatchObject({ code: 'file-unreadable', facts: { reason: 'not a file' } })
    ground.set('fail-import-a', 'ctr: unrecognized image format')
    await expect(load({ archive })).rejects.toMatchObject({
      code: 'image-archive-invalid',
      facts: { file: archive, reason: 'unrecognized image format' },
    })
  })

  test('cancelled in the middle: nothing runs on, here or in the nodes', async () => {
    ground.set('hold-import-a')
    const loading = load({ image: 'web:1' })
    await ground.reached('import-a')
    stop.now.abort()
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => ground.running().length === 0)
  })

  test('one node that fails does not keep the others from it, and is named', async () => {
    ground.set('fail-import-a', 'ctr: write /var/lib/containerd/x: no space left on device')
    await expect(load({ image: 'web:1' })).rejects.toMatchObject({ code: 'disk-full' })
    expect(ground.read('b.names')).toContain('web:1')
    ground.set('fail-import-a', 'ctr: rpc error')
    ground.set('b.names')
    await expect(load({ image: 'web:1' })).rejects.toMatchObject({
      code: 'command-failed',
      facts: { command: expect.stringContaining('-- a ctr'), tail: 'ctr: rpc error' },
    })
  })

  test('where every node refuses it early, what the nodes say is told, and not that the image was read no further', async () => {
    for (const name of ['a', 'b']) ground.set(`refuse-import-${name}`, 'ctr: write /var/lib/containerd/x: no space left on device')
    ground.set('hold-save')
    const loading = load({ image: 'web:1' }).catch((error: unknown) => error)
    // Once at the beginning, and with the end of each.
    await until(() => said.length === 3)
    ground.unset('hold-save')
    expect(await loading).toMatchObject({ code: 'disk-full' })
    expect(ground.running()).toEqual([])
  })

  test('what fails before the nodes', async () => {
    ground.set('fail-image', 'Error: No such image: web:1')
    await expect(load({ image: 'web:1' })).rejects.toMatchObject({ code: 'image-not-found', facts: { image: 'web:1' } })
    ground.unset('fail-image')
    ground.set('fail-save', 'Error response from daemon: cannot read layer')
    await expect(load({ image: 'web:1' })).rejects.toMatchObject({
      code: 'command-failed',
      facts: { tail: expect.stringContaining('cannot read layer') },
    })
    await expect(load({ image: 'web:1' }, [node('a', { state: 'exited' })])).rejects.toMatchObject({
      code: 'not-found',
      facts: { what: 'node' },
    })
  })

  test('a name is removed with what containerd keeps of it; where it is not, nothing is done', async () => {
    ground.set('a.names', `${names}\n${line('docker.io/library/other:1', 'aaaa')}\n`)
    expect(await removeHeldImage(ground.deps, 'a', 'docker.io/library/web:1', run())).toBe('removed')
    expect(ground.read('a.names')).toBe(`${line('docker.io/library/other:1', 'aaaa')}\n`)
    expect(await removeHeldImage(ground.deps, 'a', 'docker.io/library/web:1', run())).toBe('absent')
    await expect(heldImages(ground.deps, 'gone-1')).rejects.toMatchObject({ code: 'not-found', facts: { what: 'node', name: 'gone-1' } })
  })
})
