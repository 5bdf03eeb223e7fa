import { rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '#shared/contract/jobs.ts'
import { createHostImagesGround, line, nodes, pauseLines, saved, web, webLines } from './fixtures/ground.ts'

const from = { images: ['web:1'] } as const
const all = [nodes.box, nodes.lab, nodes.den] as const
const pause = 'registry.k8s.io/pause:3.10'

describe.skipIf(process.platform !== 'linux')('on machines whose containerd is a script (needs Linux: setsid and /proc)', () => {
  let ground: Awaited<ReturnType<typeof createHostImagesGround>>
  beforeEach(async () => {
    ground = await createHostImagesGround()
  })
  afterEach(() => ground.dispose())

  /** The job at its end, and how its step went on the way. */
  async function load(targets: readonly string[] = all, what: { images: readonly string[] } | { archive: string } = from) {
    const { jobId } = await ground.images.load({ targets, cluster: null, ...what })
    const said: Job['steps'][number][] = []
    for await (const event of ground.jobs.watch(jobId)) {
      const step = 'job' in event ? event.job.steps.find(({ id }) => id === 'load-image') : undefined
      if (step !== undefined) said.push(step)
    }
    return { job: await ground.done(jobId), said }
  }
  /** Until its import has taken its first bytes. */
  const at = (node: keyof typeof nodes) => vi.waitFor(() => expect(ground.read(node, 'received')).not.toBe(''), 10_000)
  /** Commands of an import that still run on this machine, which is all machines here. */
  const running = async () => {
    const lines = (await readdir('/proc')).map((id) => readFile(join('/proc', id, 'cmdline'), 'utf8').catch(() => ''))
    return (await Promise.all(lines))
      .filter((line) => line.includes(join(ground.root, 'run', 'containerd')))
      .map((line) => line.replaceAll('\0', ' '))
  }

  test('images are read once and reach each machine whole, by docker exec and by ssh; then they are there', async () => {
    const { job } = await load()
    expect(job).toMatchObject({
      state: 'succeeded',
      error: null,
      subject: 'box + 2',
      facts: { image: 'web:1', more: 0, images: 'web:1', nodes: 3, targets: all.join(' ') },
    })
    expect(await ground.saves()).toEqual(['save -- web:1'])
    for (const node of ['box', 'lab', 'den'] as const) {
      expect(ground.read(node, 'received')).toHaveLength(saved)
      expect(ground.names(node)).toContain(web.ref)
    }
    expect(ground.read('lab', 'calls')).toContain('images import --digests --snapshotter=native -')
    expect(job.steps.map(({ id, state, facts }) => [id, state, facts['done'], facts['receivedBytes'], facts['totalBytes']])).toEqual([
      ['look-at-host', 'done', undefined, undefined, undefined],
      ['load-image', 'done', 3, saved, saved],
    ])
    const look = await ground.images.look(nodes.lab, new AbortController().signal)
    expect(look).toMatchObject({ runtime: 'containerd', images: [{ ref: pause }, { ref: web.ref, id: web.id }] })
  })

  test('a machine that holds exactly this image is left out; one that holds another of its name is not', async () => {
    ground.setNode('box', 'names', webLines)
    ground.setNode('lab', 'names', `${line(web.ref, `sha256:${'e'.repeat(64)}`)}\n`)
    ground.setNode('lab', 'imported', webLines)
    await ground.images.load({ targets: [nodes.lab], cluster: null, ...from }).then(({ jobId }) => ground.done(jobId))
    const { job } = await load([nodes.box, nodes.lab])
    expect(job.state).toBe('succeeded')
    expect(ground.read('box', 'received')).toBe('')
    expect(job.steps[1]?.facts).toMatchObject({ held: 2, nodes: 2, done: 2 })
    expect(await ground.saves()).toHaveLength(1)
  })

  test('a cancel in the middle ends both sides, and no machine holds what it had not', async () => {
    for (const node of ['box', 'lab', 'den'] as const) ground.setNode(node, 'hold-import')
    const { jobId } = await ground.images.load({ targets: all, cluster: null, ...from })
    await Promise.all([at('box'), at('lab'), at('den')])
    expect(await running()).not.toEqual([])
    expect(await ground.jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await running()).toEqual([])
    for (const node of ['box', 'lab', 'den'] as const) {
      expect(ground.read(node, 'received').length).toBeLessThan(saved)
      expect(`${ground.names(node).join('\n')}\n`).toBe(pauseLines.replace(/ .*/g, ''))
    }
  })

  /** So little that a machine has all of it while another waits. */
  async function little() {
    await ground.set('save', 'x'.repeat(2000))
    for (const node of ['box', 'lab', 'den'] as const) ground.setNode(node, 'whole', '2000')
  }

  test('what has arrived on a machine goes again with a cancel; another image that it had under the name does not come back, and is told', async () => {
    await little()
    ground.setNode('lab', 'names', `${line(web.ref, `sha256:${'e'.repeat(64)}`)}\n`)
    ground.setNode('den', 'hold-import')
    const { jobId } = await ground.images.load({ targets: all, cluster: null, ...from })
    await at('den')
    await vi.waitFor(() => {
      expect(ground.names('box')).toContain(web.id)
      expect(ground.names('lab')).toContain(web.id)
    }, 10_000)
    const { state, left } = await ground.jobs.cancel(jobId)
    expect(state).toBe('cancelled')
    expect(left).toHaveLength(1)
    expect(left?.[0]).toContain('(ann@lab)')
    expect(ground.names('box')).not.toContain(web.ref)
    expect(ground.names('lab')).toContain(web.ref)
    expect(ground.names('den')).not.toContain(web.ref)
  })

  test('a connection that breaks in the middle stops no other machine; what has arrived where is told', async () => {
    ground.setNode('lab', 'drop')
    const { job } = await load()
    expect(job).toMatchObject({ state: 'failed', error: { code: 'ssh-lost', facts: { host: 'ann@lab' } } })
    expect(job.left).toEqual([`image ${web.ref} (box)`, `image ${web.ref} (bob@den)`])
    expect(ground.names('lab')).not.toContain(web.ref)
    expect(await running()).toEqual([])
  })

  test('no room: known before anything is sent, and told when it runs out on the way', async () => {
    ground.setNode('den', 'df', '/dev/sda1 1000 900 100 90% /\n')
    expect((await load()).job.error).toMatchObject({
      code: 'host-disk-full',
      facts: { target: 'bob@den', folder: '/var/lib/containerd', freeMiB: 1, neededMiB: 3 },
    })
    expect(await ground.saves()).toEqual([])
    ground.unsetNode('den', 'df')
    ground.setNode(
      'den',
      'fail-import',
      'ctr: failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/data: no space left on device\n',
    )
    const { job } = await load([nodes.den])
    expect(job).toMatchObject({
      state: 'failed',
      left: [],
      error: { code: 'host-disk-full', facts: { target: 'bob@den', freeMiB: null, neededMiB: 3 } },
    })
  })

  test('an image for another processor is refused before anything is sent', async () => {
    await ground.set('image', JSON.stringify({ Id: web.id, RepoTags: ['web:1'], Architecture: 's390x', Size: saved }))
    const { job } = await load()
    expect(job.error).toMatchObject({ code: 'image-not-for-node', facts: { image: web.ref, architecture: 's390x', node: 'box' } })
    expect(await ground.saves()).toEqual([])
    for (const node of ['box', 'lab', 'den'] as const) expect(ground.read(node, 'calls')).not.toContain('import')
  })

  test('a file that is no archive of images reaches no machine', async () => {
    const file = join(ground.base, '笔记.tar')
    await writeFile(file, 'hello '.repeat(1000))
    expect((await load(all, { archive: file })).job.error).toMatchObject({
      code: 'image-archive-invalid',
      facts: { file, reason: 'no tar' },
    })
    for (const node of ['box', 'lab', 'den'] as const) expect(ground.read(node, 'calls')).not.toContain('import')
    await expect(ground.images.load({ targets: all, cluster: null, archive: 'web.tar' })).rejects.toMatchObject({
      code: 'bad-input',
      facts: { field: 'archive' },
    })
    await expect(ground.images.load({ targets: all, cluster: null, images: ['--help'] })).rejects.toMatchObject({
      code: 'image-invalid',
    })
    await expect(ground.images.load({ targets: all, cluster: null, images: [] })).rejects.toMatchObject({
      code: 'bad-input',
      facts: { field: 'images' },
    })
    await expect(ground.images.load({ targets: [], cluster: null, ...from })).rejects.toMatchObject({
      code: 'bad-input',
      facts: { field: 'targets' },
    })
  })

  test('an image that the engine lacks, and a runtime that is not there', async () => {
    rmSync(join(ground.base, 'state', 'image'))
    expect((await load()).job.error).toMatchObject({ code: 'image-not-found', facts: { image: 'web:1' } })
    await ground.set('image', JSON.stringify({ Id: web.id, RepoTags: ['web:1'], Size: saved }))
    rmSync(join(ground.root, 'run', 'containerd', 'containerd.sock'))
    expect((await load()).job.error).toMatchObject({ code: 'host-runtime-absent', facts: { target: 'box', socket: null } })
    await expect(ground.images.look(nodes.lab, new AbortController().signal)).rejects.toMatchObject({ code: 'host-runtime-absent' })
  })

  test('a runtime that says it is done and holds another image is not believed', async () => {
    ground.setNode('lab', 'imported', `${line(web.ref, `sha256:${'e'.repeat(64)}`)}\n`)
    const { job } = await load([nodes.lab])
    expect(job).toMatchObject({ state: 'failed', error: { code: 'image-not-loaded', facts: { image: web.ref, node: 'ann@lab' } } })
  })

  test('an engine that keeps its images in containerd names them by their target, which containerd of a node does too', async () => {
    const seen = { RepoTags: ['web:1'], RepoDigests: [`web@${web.digest}`], Size: saved }
    await ground.set('image', JSON.stringify({ ...seen, Id: web.digest }))
    expect((await load([nodes.box])).job).toMatchObject({ state: 'succeeded', error: null })
    ground.setNode('lab', 'imported', `${line(web.ref, `sha256:${'e'.repeat(64)}`)}\n`)
    expect((await load([nodes.lab])).job).toMatchObject({ state: 'failed', error: { code: 'image-not-loaded' } })
  })

  test('a host whose containerd has no part of the CRI knows no configurations: the name is believed', async () => {
    ground.setNode('lab', 'names')
    ground.setNode('lab', 'imported', `${line(web.ref, web.digest)}\n`)
    expect((await load([nodes.lab])).job).toMatchObject({ state: 'succeeded', error: null })
    // Once more: the name stands under the same digest as before.
    expect((await load([nodes.lab])).job).toMatchObject({ state: 'succeeded', error: null })
  })

  test('images without a name are told by what they are known by, and each has to fit', async () => {
    const here = process.arch === 'arm64' ? 'arm64' : 'amd64'
    const other = here === 'arm64' ? 'amd64' : 'arm64'
    const configs = [here, other].map((architecture, n) => ({ architecture, hex: String(n).repeat(64) }))
    const content = join(ground.base, 'nameless')
    await mkdir(content)
    for (const { architecture, hex } of configs) await writeFile(join(content, `${hex}.json`), JSON.stringify({ architecture }))
    await writeFile(
      join(content, 'manifest.json'),
      JSON.stringify(configs.map(({ hex }) => ({ Config: `${hex}.json`, RepoTags: null, Layers: [] }))),
    )
    const archive = join(ground.base, 'nameless.tar')
    await execa('tar', [`--file=${archive}`, '--create', `--directory=${content}`, '.'])
    expect((await load([nodes.lab], { archive })).job.error).toMatchObject({
      code: 'image-not-for-node',
      facts: { image: `sha256:${'1'.repeat(64)}`, architecture: other, node: 'ann@lab', needed: here },
    })
  })

  test('of a Cove that was killed: what machines hold is told; a cancel that had begun is brought to its end', async () => {
    const reconcile = ground.images.reconcileHandlers['host.load-images']
    const memory = {
      targets: JSON.stringify([nodes.lab]),
      before: JSON.stringify({ 'ann@lab': {} }),
      images: JSON.stringify([{ ref: web.ref, ids: [web.id], idsOf: 'configuration', architecture: null }]),
    }
    ground.setNode('lab', 'names', webLines)
    const job = { id: 'j9', state: 'running' } as Job
    expect(await reconcile?.(job, memory)).toEqual({ state: 'interrupted', left: [`image ${web.ref} (ann@lab)`] })
    expect(ground.names('lab')).toContain(web.ref)
    expect(await reconcile?.({ ...job, state: 'cancelling' }, memory)).toEqual({ state: 'interrupted', left: [] })
    expect(ground.names('lab')).toEqual([])
    expect(await reconcile?.(job, { targets: memory.targets })).toEqual({ state: 'interrupted', left: [] })
  })

  test('a name is taken away from every machine that has it, and one that nobody has is told', async () => {
    ground.setNode('lab', 'names', pauseLines + webLines)
    ground.setNode('den', 'names', webLines)
    const remove = (image: string) => ground.images.remove(all, image).then(({ jobId }) => ground.done(jobId))
    expect(await remove(web.ref)).toMatchObject({ state: 'succeeded', kind: 'host.remove-image' })
    expect(ground.names('lab')).toHaveLength(2)
    expect(ground.names('den')).toEqual([])
    expect(await remove(web.ref)).toMatchObject({ state: 'failed', error: { code: 'image-not-found', facts: { image: web.ref } } })
  })

  test('jobs on one machine exclude each other, also where it is one of several', async () => {
    ground.setNode('den', 'hold-import')
    const { jobId } = await ground.images.load({ targets: all, cluster: null, ...from })
    await at('den')
    await expect(ground.images.remove([nodes.lab], pause)).rejects.toMatchObject({ code: 'busy', facts: { jobId } })
    await ground.jobs.cancel(jobId)
  })
})
