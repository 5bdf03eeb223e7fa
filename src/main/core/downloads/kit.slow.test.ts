import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Publisher, startPublisher } from '../toolchain/fixtures/publisher.ts'
import { machineOf, machineSigns } from '../toolchain/machine.ts'
import { type DownloadsGround, makeDownloads } from './fixtures/ground.ts'
import { type Registry, startRegistry } from './fixtures/registry.ts'
import { tableImages } from './image-table.ts'

// Real programs, as e2e/real-cluster builds them: their folder is named by $COVE_KIT_MIRROR, or found in the kit's cache.
const mirror =
  process.env['COVE_KIT_MIRROR'] ?? join(process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster'), 'mirror')
const { os, arch } = machineOf(machineSigns(process.env))
/** All that the kit has of the newer version; of the older one what tells of images. */
const programsOf = (version: string) => (version === 'v1.34.4' ? (['kubectl', 'kubeadm', 'kubelet'] as const) : (['kubeadm'] as const))
const pathOf = (version: string, name: string) => `release/${version}/bin/linux/amd64/${name}`
const versions = ['v1.33.4', 'v1.34.4'].filter(
  (version) => os === 'linux' && arch === 'amd64' && existsSync(join(mirror, pathOf(version, 'kubeadm'))),
)

const grounds: DownloadsGround[] = []
afterEach(() => Promise.all(grounds.splice(0).map((ground) => ground.dispose())))
const ground = async (options: Parameters<typeof makeDownloads>[0]) => {
  const made = await makeDownloads(options)
  grounds.push(made)
  return made
}

describe.skipIf(versions.length === 0)(`the real programs of ${versions.join(' and ') || `nothing: no kit in ${mirror}`}`, () => {
  let site: Publisher
  beforeAll(async () => {
    site = await startPublisher()
    for (const version of versions)
      for (const name of programsOf(version)) {
        const path = pathOf(version, name)
        site.put(path, readFileSync(join(mirror, path)), null)
        site.put(`${path}.sha256`, readFileSync(join(mirror, `${path}.sha256`)), null)
      }
  })
  afterAll(() => site.close())

  test.each(versions)('%s: all are downloaded, and its kubeadm names the images that the table has', async (version) => {
    const { downloads, run, exec } = await ground({ publisher: site.base })
    const table = await downloads.images(version)
    expect(table).toMatchObject({ from: 'table', sure: true, unknown: [] })
    for (const component of programsOf(version)) {
      const job = await run(downloads.start({ component, version, os: 'linux', arch: 'amd64', folder: null, signature: true }))
      expect(job, component).toMatchObject({ state: 'succeeded' })
    }
    const kubeadm = (await downloads.list()).find(({ component }) => component === 'kubeadm')?.path ?? ''
    const own = await exec.check({ file: kubeadm, args: ['config', 'images', 'list', `--kubernetes-version=${version}`] })
    expect(own.stdout.trim().split('\n')).toEqual(tableImages(version).refs)
    // Now that one is here, it is the one that is asked.
    expect(await downloads.images(version)).toMatchObject({ from: 'kubeadm', kubeadm, images: table.images })
  })
})

const docker = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'docker'))
  .find((path) => existsSync(path))
const answers = () => {
  try {
    execFileSync(docker ?? 'docker', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(docker === undefined || !answers())('the real engine (needs Docker)', () => {
  const version = 'v1.37.0-alpha.1'
  const scheduler = `registry.k8s.io/kube-scheduler:${version}`
  let original: Registry
  let copy: Registry
  beforeAll(async () => {
    original = await startRegistry()
    copy = await startRegistry()
  })
  afterAll(async () => {
    await Promise.all([original.close(), copy.close()])
  })
  const remove = (ref: string) => {
    try {
      execFileSync(docker ?? '', ['image', 'rm', '--force', ref], { stdio: 'ignore' })
    } catch {
      // Nothing to remove.
    }
  }
  afterEach(() => {
    remove(scheduler)
  })
  const open = async () => {
    const made = await ground({ registry: original.base })
    symlinkSync(docker ?? '', join(made.bin, 'docker'))
    made.settings.set({ mirrors: { registry: copy.host } })
    return made
  }
  const wish = { version, names: ['kube-scheduler'] }

  test('an image is pulled through a mirror by the digest of registry.k8s.io, has its name, and is saved', async () => {
    original.put('kube-scheduler', version, ['linux/amd64', 'linux/arm64'])
    copy.put('kube-scheduler', version, ['linux/amd64', 'linux/arm64'])
    const { downloads, run, exec, homeDir } = await open()
    const file = join(homeDir, 'images 镜像.tar')
    expect(await run(downloads.saveImages({ ...wish, file }))).toMatchObject({ state: 'succeeded', result: { path: file }, left: null })
    const saved = await exec.check({ file: '/usr/bin/tar', args: ['--extract', '--to-stdout', `--file=${file}`, 'manifest.json'] })
    expect(JSON.parse(saved.stdout)).toMatchObject([{ RepoTags: [scheduler] }])
    const names = (await exec.check({ file: docker ?? '', args: ['image', 'ls', '--digests', '--format={{.Repository}}'] })).stdout
    expect(names.split('\n').filter((name) => name.startsWith(copy.host))).toEqual([])
    // Held now: nobody is asked again.
    const asked = original.requests.length
    expect(await run(downloads.pullImages(wish))).toMatchObject({ state: 'succeeded' })
    expect(original.requests).toHaveLength(asked)
    expect(await run(downloads.saveImages({ ...wish, file }))).toMatchObject({ state: 'failed', error: { code: 'file-exists' } })
  })

  test('a mirror that has something else under the tag is of no use', async () => {
    original.put('kube-scheduler', version, ['linux/amd64'], 'the scheduler')
    copy.put('kube-scheduler', version, ['linux/amd64'], 'something else')
    const { downloads, run, exec } = await open()
    expect(await run(downloads.pullImages(wish))).toMatchObject({ state: 'failed', error: { code: 'image-not-found' } })
    expect((await exec.run({ file: docker ?? '', args: ['image', 'inspect', '--', scheduler] })).exitCode).not.toBe(0)
  })

  test('without the digest nothing is pulled from a mirror', async () => {
    original.damage = (_, response) => {
      response.writeHead(429).end()
      return true
    }
    copy.put('kube-scheduler', version, ['linux/amd64'])
    const asked = copy.requests.length
    const { downloads, run } = await open()
    expect(await run(downloads.pullImages(wish))).toMatchObject({ state: 'failed', error: { code: 'registry-rate-limited' } })
    expect(copy.requests).toHaveLength(asked)
  })
})
