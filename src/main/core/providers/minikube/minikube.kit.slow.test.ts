import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import { type Kit, kitMissing, makeKit } from './fixtures/kit.ts'

const ground = kitMissing === null ? 'the real minikube' : `SKIPPED: ${kitMissing}`
const name = 'cove-mk'
const run = { jobId: 'job', signal: new AbortController().signal }
const spec = (over: object = {}) => createSpecSchema.parse({ name, provider: 'minikube', ...over })

describe.skipIf(kitMissing !== null)(`on ${ground}`, () => {
  let kit: Kit
  let before: Awaited<ReturnType<Kit['everything']>>
  let heard = 0
  let unwatch = () => {}

  beforeAll(async () => {
    kit = await makeKit()
    before = await kit.everything()
    unwatch = kit.provider.watch(() => heard++)
  }, 120_000)
  afterAll(async () => {
    if (kit === undefined) return
    unwatch()
    for (const left of [name, `${name}-2`]) await kit.provider.remove(left, kit.folder, 0, run).catch(() => undefined)
    await kit.dispose()
  }, 120_000)

  const state = async () => (await kit.cluster(name))?.state
  const target = async () => {
    const cluster = await kit.cluster(name)
    if (cluster === undefined) throw new Error(`no cluster ${name}`)
    return { name, nodes: cluster.nodes, folder: kit.folder }
  }

  test('where there is no minikube home nothing is asked, and nothing is left by asking', async () => {
    expect(await kit.provider.list()).toEqual([])
    expect(await readdir(kit.home)).not.toContain('.minikube')
  })

  test('created, found, stopped, started, paused, unpaused, grown, shrunk, loaded into, deleted: and nothing is left', {
    timeout: 290_000,
  }, async () => {
    const { provider, folder, program } = kit
    const request = { spec: spec(), image: (await provider.images())[0]?.ref ?? '', folder, program }
    const steps: string[] = []
    await provider.create(request, run, (step) => steps.push(step))
    // Each once and in the order that was announced.
    expect(steps).toEqual(provider.steps(request.spec).flatMap(({ id }) => (steps.includes(id) ? id : [])))
    expect(steps).toEqual(expect.arrayContaining(['start-machine', 'create-machine', 'boot-control-plane', 'enable-add-ons']))
    expect(heard).toBeGreaterThan(0)

    const made = await kit.cluster(name)
    expect(made).toMatchObject({ provider: 'minikube', state: 'running', driver: 'docker', runtime: 'containerd', version: 'v1.34.4' })
    expect(made?.nodes.map((node) => [node.name, node.role, node.state])).toEqual([[name, 'control-plane', 'running']])
    expect(await kit.kubectl('get', 'nodes', '--output=name')).toBe(`node/${name}`)
    expect(provider.readDocument(await provider.documentOf(made as never), { name: null, image: null })).toMatchObject({
      name,
      image: 'v1.34.4',
      controlPlanes: 1,
      workers: 0,
    })

    await provider.life.pause(await target(), run, kit.progress)
    expect(await state()).toBe('paused')
    await provider.life.unpause(await target(), run, kit.progress)
    expect(await state()).toBe('running')

    await provider.life.nodes?.add(await target(), 'worker', run, kit.progress)
    expect((await kit.cluster(name))?.nodes.map((node) => [node.name, node.role])).toEqual([
      [name, 'control-plane'],
      [`${name}-m02`, 'worker'],
    ])
    await provider.loadImage(await target(), { image: kit.sampleImage }, run, kit.progress)
    const held = await provider.heldImages((await kit.cluster(name)) as never, `${name}-m02`)
    expect(held.map(({ ref }) => ref)).toContain(kit.sampleImage)
    await provider.removeImage(await target(), kit.sampleImage, run)

    await provider.life.stop(await target(), run, kit.progress)
    expect(await kit.cluster(name)).toMatchObject({ state: 'stopped', id: made?.id })
    await provider.life.start(await target(), run, kit.progress)
    expect(await kit.cluster(name)).toMatchObject({ state: 'running', id: made?.id })
    await provider.life.nodes?.remove(await target(), `${name}-m02`, run, kit.progress)
    expect((await kit.cluster(name))?.nodes.map((node) => node.name)).toEqual([name])

    const addOn = async () => (await provider.addOns(name)).find((one) => one.name === 'storage-provisioner')?.enabled
    for (const on of [true, false]) {
      await provider.setAddOn(await target(), 'storage-provisioner', on, run)
      expect(await addOn()).toBe(on)
    }
    expect((await provider.services(name, folder)).map((one) => one.name)).toEqual(expect.arrayContaining(['kubernetes', 'kube-dns']))
    await provider.exportLogs(name, folder, program, run)
    expect(await readFile(join(folder, `${name}.log`), 'utf8')).toContain('kubelet')

    const belongings = await provider.belongings(made as never)
    expect(belongings.map(({ kind, name: one }) => [kind, one.replace(kit.home, '~')])).toEqual([
      ['container', name],
      ['volume', name],
      ['network', name],
      ['file', `~/.minikube/profiles/${name}`],
      ['file', `~/.minikube/machines/${name}`],
    ])
    expect(await provider.remove(name, folder, 0, run)).toEqual([])
    expect(await provider.left(name)).toEqual([])
    expect(await kit.everything()).toEqual(before)
    expect(await provider.list()).toEqual([])
  })
  test.each(['start-machine', 'create-machine', 'boot-control-plane'] as const)(
    'cancelled at %s: nothing is left, and nothing comes back',
    { timeout: 180_000 },
    async (step) => {
      const { provider, folder, program } = kit
      const cancel = new AbortController()
      const request = { spec: spec(), image: (await provider.images())[0]?.ref ?? '', folder, program }
      const create = provider.create(request, { jobId: 'job', signal: cancel.signal }, (at) => {
        if (at === step) cancel.abort()
      })
      await expect(create).rejects.toMatchObject({ code: 'cancelled' })
      expect(await provider.remove(name, folder, 3_000, run)).toEqual([])
      expect(await kit.everything()).toEqual(before)
    },
  )

  test('a node whose making was cancelled is taken away again, and the cluster runs on', { timeout: 240_000 }, async () => {
    const { provider, folder, program } = kit
    await provider.create({ spec: spec(), image: (await provider.images())[0]?.ref ?? '', folder, program }, run, () => {})
    const cancel = new AbortController()
    const before = await target()
    const add = provider.life.nodes?.add(before, 'worker', { jobId: 'job', signal: cancel.signal }, kit.progress)
    void (async () => {
      while (!(await kit.everything()).containers.includes(`${name}-m02`)) await new Promise((resolve) => setTimeout(resolve, 100))
      cancel.abort()
    })()
    await expect(add).rejects.toMatchObject({ code: 'cancelled' })
    const extra = (await target()).nodes.find((node) => node.name === `${name}-m02`)
    expect(extra).toBeDefined()
    await provider.life.nodes?.remove({ ...before, nodes: [...before.nodes, extra as never] }, `${name}-m02`, run, kit.progress)
    expect(await kit.cluster(name)).toMatchObject({ state: 'running', nodes: [{ name }] })
    expect(await kit.kubectl('get', 'nodes', '--output=name')).toBe(`node/${name}`)
    const now = await kit.everything()
    expect([now.containers, now.volumes, now.machines].map((all) => all.filter((one) => one.startsWith(name)))).toEqual([
      [name],
      [name],
      [name],
    ])

    // A stop that is cancelled ends with the cluster as it was.
    const stopping = new AbortController()
    const stop = provider.life.stop(
      await target(),
      { jobId: 'job', signal: stopping.signal },
      { ...kit.progress, enter: () => setTimeout(() => stopping.abort(), 700) },
    )
    await stop.catch(() => undefined)
    expect(await provider.life.restore(before, run)).toEqual([])
    expect(await state()).toBe('running')
    expect(await provider.remove(name, folder, 0, run)).toEqual([])
  })
})
