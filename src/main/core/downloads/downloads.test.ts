import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Component, ReleaseBuild } from '#shared/contract/downloads.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { Engines } from '../engines/types.ts'
import type { JobContext } from '../jobs/types.ts'
import { faultsOf } from '../toolchain/fixtures/faults.ts'
import { putProgram } from '../toolchain/fixtures/ground.ts'
import { type Publisher, sha256, startPublisher } from '../toolchain/fixtures/publisher.ts'
import { releaseFiles } from './components.ts'
import { type DownloadsGround, makeDownloads } from './fixtures/ground.ts'
import { type ImageJobDeps, pullImagesJob, saveImagesJob } from './image-jobs.ts'
import { reconcileHandlers } from './reconcile.ts'
import type { DownloadRecords } from './records.ts'

const build: ReleaseBuild = { version: 'v1.34.4', os: 'linux', arch: 'arm64' }
const kubelet = 'release/v1.34.4/bin/linux/arm64/kubelet'
const proxy = 'release/v1.34.4/bin/linux/arm64/kube-proxy'
/** About 1 MB, so that it comes in several pieces; for another machine than this, so nothing here can run it. */
const body = Buffer.from(`\x7fELF kubelet ${'#'.repeat(1_000_000)}`)
const never = new AbortController().signal

let publisher: Publisher
const grounds: DownloadsGround[] = []
beforeEach(async () => {
  publisher = await startPublisher()
  publisher.put(kubelet, body)
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await publisher.close()
})

async function ground(options: Parameters<typeof makeDownloads>[0] = {}) {
  const made = await makeDownloads({ publisher: publisher.base, ...options })
  grounds.push(made)
  return made
}
const wish = (component: Component, more: Partial<ReleaseBuild> = {}) => ({ ...build, ...more, component, folder: null, signature: true })
const until = async (holds: () => boolean) => {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

test('every component of every pair comes from its address, checked, under its own name', async () => {
  const { downloads, run, dataDir } = await ground()
  for (const pair of [
    { os: 'linux', arch: 'amd64' },
    { os: 'windows', arch: 'amd64' },
    { os: 'darwin', arch: 'arm64' },
  ] as const) {
    const { files } = releaseFiles({ version: 'v1.34.4', ...pair })
    for (const file of files) publisher.put(file.path, `${pair.os} ${file.component}`)
    for (const { component, kind, fileName, path } of files) {
      const job = await run(downloads.start(wish(component, pair)))
      expect(job, component).toMatchObject({ state: 'succeeded', kind: 'component.download', subject: component })
      const folder = isForEveryPlatform(component) ? 'source' : `${pair.os}-${pair.arch}`
      const file = join(dataDir, 'downloads', 'v1.34.4', folder, fileName)
      expect(job.result?.['path']).toBe(file)
      expect(job.result?.['sha256']).toBe(sha256(await readFile(file)))
      expect((await stat(file)).mode & 0o777).toBe(kind === 'program' ? 0o755 : 0o644)
      expect(publisher.requests.filter((line) => line.startsWith(`GET /${path}`))[0]).toBe(`GET /${path}.sha256`)
    }
  }
  expect(await downloads.list()).toHaveLength(17 + 10 + 5 - 2 * 2)
})

// Fault row 26. What does not run here is for another machine as often as not, so nobody tries.
const faults = faultsOf({ tool: 'kubectl', path: proxy, digestPath: `${proxy}.sha256`, body }).filter(
  ({ code }) => code !== 'download-not-runnable',
)
test.each(faults)('$name: $code, and nothing has the name', async ({ cause, code, facts, keepsPart = false }) => {
  const { downloads, run, dataDir } = await ground({ stallMs: code === 'download-stalled' ? 400 : 10_000 })
  publisher.put(proxy, body)
  cause(publisher)
  const job = await run(downloads.start(wish('kube-proxy')))
  expect(job).toMatchObject({ state: 'failed', error: { code, facts } })
  const left = await readdir(join(dataDir, 'downloads', 'v1.34.4', 'linux-arm64'))
  expect(left.sort()).toEqual(keepsPart ? ['kube-proxy.part', 'kube-proxy.part.json'] : [])
  expect(await downloads.list()).toEqual([])
})

test('what was cut short is gone on with; a server that ignores Range is begun with anew', async () => {
  const { downloads, run } = await ground()
  const cut = () =>
    publisher.damage(kubelet, (_, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' })
      response.write(bytes.subarray(0, 400_000), () => setTimeout(() => response.destroy(), 100))
      return true
    })
  publisher.etag = '"one"'
  const heal = cut()
  expect(await run(downloads.start(wish('kubelet')))).toMatchObject({ error: { code: 'download-truncated' } })
  heal()
  expect(await run(downloads.start(wish('kubelet')))).toMatchObject({ state: 'succeeded' })
  expect(publisher.requests.at(-1)).toBe(`GET /${kubelet} bytes=400000-`)

  const other = await ground()
  cut()
  expect(await other.run(other.downloads.start(wish('kubelet')))).toMatchObject({ error: { code: 'download-truncated' } })
  publisher.damage(kubelet, (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    return true
  })
  expect(await other.run(other.downloads.start(wish('kubelet')))).toMatchObject({ state: 'succeeded' })
  expect(publisher.requests.at(-1)).toBe(`GET /${kubelet} bytes=400000-`)
})

test('cancel removes the part and says that nothing is left; asked for twice it is one job', async () => {
  const { downloads, jobs, dataDir } = await ground()
  publisher.damage(kubelet, (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' }).write(bytes.subarray(0, 300_000))
    return true
  })
  const { jobId } = await downloads.start(wish('kubelet'))
  const part = join(dataDir, 'downloads', 'v1.34.4', 'linux-arm64', 'kubelet.part')
  await until(() => existsSync(part))
  expect(await downloads.start(wish('kubelet'))).toEqual({ jobId })
  expect(jobs.get(jobId)?.undo).toEqual([part])
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(await readdir(dirname(part))).toEqual([])
})

test('in a folder of the person: a file of other content stays, the same content is taken for done', async () => {
  const { downloads, run, homeDir } = await ground()
  const folder = join(homeDir, '我的 programs')
  const file = join(folder, 'kubelet')
  const start = () => run(downloads.start({ ...wish('kubelet'), folder }))
  await mkdir(folder)
  await writeFile(file, 'mine')
  expect(await start()).toMatchObject({ state: 'failed', error: { code: 'file-exists', facts: { path: file } } })
  expect(await readFile(file, 'utf8')).toBe('mine')

  await writeFile(file, body)
  expect(await start()).toMatchObject({ state: 'succeeded' })
  expect(publisher.requests.filter((line) => line === `GET /${kubelet}`)).toEqual([])
  expect(await downloads.list()).toMatchObject([{ path: file, state: 'ok', bytes: body.length }])

  // Cove put it there, so a newer one may take its place.
  publisher.put(kubelet, 'newer')
  expect(await start()).toMatchObject({ state: 'succeeded' })
  expect(await readFile(file, 'utf8')).toBe('newer')
  expect(await downloads.list()).toHaveLength(1)
  await expect(downloads.start({ ...wish('kubelet'), folder: 'programs' })).rejects.toMatchObject({ code: 'bad-input' })
})

test('the list tells files that changed or went; one that changed is never removed', async () => {
  const { downloads, run } = await ground()
  const path = (await run(downloads.start(wish('kubelet')))).result?.['path'] ?? ''
  const id = (await downloads.list())[0]?.id ?? ''
  expect((await downloads.list())[0]?.state).toBe('ok')
  await chmod(path, 0o700)
  expect((await downloads.list())[0]?.state).toBe('unknown')
  expect(await downloads.verify(id)).toMatchObject({ state: 'ok' })
  await writeFile(path, 'other')
  expect(await downloads.verify(id)).toMatchObject({ state: 'changed' })
  expect((await downloads.list())[0]?.state).toBe('changed')
  expect(await downloads.remove(id)).toEqual({ fileRemoved: false })
  expect([existsSync(path), await downloads.list()]).toEqual([true, []])

  await run(downloads.start(wish('kubelet')))
  const again = (await downloads.list())[0]?.id ?? ''
  expect(await downloads.remove(again)).toEqual({ fileRemoved: true })
  expect([existsSync(path), await downloads.list()]).toEqual([false, []])
  await expect(downloads.verify(again)).rejects.toMatchObject({ code: 'not-found' })

  await run(downloads.start(wish('kubelet')))
  await rm(path)
  expect((await downloads.list())[0]?.state).toBe('gone')
})

test('a mirror changes addresses, never digests and signatures', async () => {
  const mirror = await startPublisher()
  try {
    const { downloads, run, settings } = await ground()
    settings.set({ mirrors: { kubernetes: `${mirror.base}/dl.k8s.io` } })
    const files = (await downloads.files({ ...build, os: 'windows', arch: 'amd64' })).files
    expect(files).toHaveLength(10)
    for (const { url, digestUrl, signature, commands } of files) {
      expect(url).toMatch(new RegExp(`^${mirror.base}/dl\\.k8s\\.io/`))
      for (const own of [digestUrl, signature?.signatureUrl, signature?.certificateUrl])
        expect(own).toMatch(new RegExp(`^${publisher.base}/`))
      expect(commands[0]).toContain(url)
      expect(commands[1]).toContain(digestUrl)
    }
    // A mirror with bytes and a sum of its own.
    mirror.put(`dl.k8s.io/${kubelet}`, 'not the kubelet')
    expect(await run(downloads.start(wish('kubelet')))).toMatchObject({
      error: { code: 'download-digest-mismatch', facts: { expected: sha256(body), actual: sha256('not the kubelet') } },
    })
    mirror.put(`dl.k8s.io/${kubelet}`, body)
    expect(await run(downloads.start(wish('kubelet')))).toMatchObject({ state: 'succeeded' })
    expect(mirror.requests.filter((line) => line.includes('.sha256'))).toEqual([])
    expect((await downloads.list())[0]).toMatchObject({
      url: `${mirror.base}/dl.k8s.io/${kubelet}`,
      digestFrom: `${publisher.base}/${kubelet}.sha256`,
    })
  } finally {
    await mirror.close()
  }
})

test('without cosign the signature is not checked, and that is what is said', async () => {
  const { downloads, run } = await ground()
  expect((await downloads.files(build)).cosign).toBeNull()
  expect(await run(downloads.start(wish('kubelet')))).toMatchObject({
    result: { signature: 'not-checked' },
    steps: [
      { id: 'download', state: 'done' },
      { id: 'check-signature', state: 'skipped' },
    ],
  })
  expect((await downloads.list())[0]?.signature).toBe('not-checked')
})

test('with cosign the signature decides: no leaves nothing, yes is written down', async () => {
  const { downloads, run, bin, dataDir } = await ground()
  publisher.put(`${kubelet}.sig`, 'c2ln', null)
  publisher.put(`${kubelet}.cert`, 'Y2VydA==', null)
  const seen = join(dataDir, 'cosign-saw')
  // Says yes to the right file, signature and certificate only, as it was asked.
  const cosign = await putProgram(
    join(bin, 'cosign'),
    `#!/bin/sh
printf '%s\\n' "$@" > '${seen}'
[ "$(/bin/cat "\${2#--signature=}")" = c2ln ] && [ "$(/bin/cat "\${3#--certificate=}")" = Y2VydA== ] && exec /usr/bin/cmp "$7" '${dataDir}/expected'
exit 1
`,
  )
  await writeFile(join(dataDir, 'expected'), 'something else')
  expect((await downloads.files(build)).cosign).toBe(cosign)
  const refused = await run(downloads.start(wish('kubelet')))
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'download-signature-invalid' } })
  expect(await readdir(join(dataDir, 'downloads', 'v1.34.4', 'linux-arm64'))).toEqual([])

  await writeFile(join(dataDir, 'expected'), body)
  expect(await run(downloads.start(wish('kubelet')))).toMatchObject({ state: 'succeeded', result: { signature: 'verified' } })
  expect((await readFile(seen, 'utf8')).split('\n').slice(3, 6)).toEqual([
    '--certificate-identity=krel-staging@k8s-releng-prod.iam.gserviceaccount.com',
    '--certificate-oidc-issuer=https://accounts.google.com',
    '--',
  ])
  expect((await downloads.list())[0]?.signature).toBe('verified')

  await downloads.remove((await downloads.list())[0]?.id ?? '')
  expect(await run(downloads.start({ ...wish('kubelet'), signature: false }))).toMatchObject({ result: { signature: 'not-checked' } })

  await downloads.remove((await downloads.list())[0]?.id ?? '')
  publisher.remove(`${kubelet}.sig`)
  expect(await run(downloads.start(wish('kubelet')))).toMatchObject({ error: { code: 'download-not-found' } })
  expect(await downloads.list()).toEqual([])
})

test('digest and size are asked of the publisher, file by file, and one that fails hides no other', async () => {
  const { downloads } = await ground()
  publisher.put('v1.34.4/kubernetes-client-linux-arm64.tar.gz', 'archive')
  const answers = await downloads.ask(build, never)
  expect(answers).toHaveLength(17)
  expect(answers.find(({ component }) => component === 'kubelet')).toEqual({
    component: 'kubelet',
    sha256: sha256(body),
    bytes: body.length,
    error: null,
  })
  expect(answers.find(({ component }) => component === 'client-archive')).toMatchObject({ sha256: sha256('archive'), bytes: 7 })
  expect(answers.find(({ component }) => component === 'kubeadm')).toMatchObject({
    sha256: null,
    error: { code: 'download-digest-missing' },
  })
})

test('nobody is asked before somebody asks; the newest patch is kept with its time', async () => {
  const { downloads, homeDir } = await ground()
  publisher.put('release/stable-1.34.txt', 'v1.34.12\n', null)
  publisher.put('release/stable-1.38.txt', 'v1.38.0', null)
  publisher.put('release/stable-1.33.txt', 'v1.34.4', null)
  const first = await downloads.releases()
  await downloads.files(build)
  await downloads.images('v1.34.4')
  expect(publisher.requests).toEqual([])
  expect(first.minors.find(({ minor }) => minor === '1.34')).toMatchObject({ newest: 'v1.34.12', newestFrom: 'list', endsOn: '2026-10-27' })
  expect(first.machine).toEqual({ os: 'linux', arch: 'amd64', because: 'same' })

  const before = Date.now()
  expect(await downloads.askNewest('1.34', never)).toMatchObject({ newest: 'v1.34.12', newestFrom: 'asked' })
  await expect(downloads.askNewest('1.33', never)).rejects.toMatchObject({ code: 'download-not-a-program' })
  await expect(downloads.askNewest('1.32', never)).rejects.toMatchObject({ code: 'download-not-found' })
  await downloads.askNewest('1.38', never)
  expect(publisher.requests).toHaveLength(4)

  // Another Cove in the same folder, later.
  const { minors } = await (await ground({ home: homeDir })).downloads.releases()
  expect(minors[0]).toMatchObject({ minor: '1.38', newest: 'v1.38.0', datesFrom: 'rule' })
  const asked = minors.find(({ minor }) => minor === '1.34')
  expect(asked).toMatchObject({ newest: 'v1.34.12', newestFrom: 'asked' })
  expect(asked?.newestAsOf).toBeGreaterThanOrEqual(before)
  grounds.pop()
})

test('after a kill: what was recorded is done, a part is kept to be gone on with, half a tar goes', async () => {
  const { downloads, run, dataDir } = await ground()
  const { 'component.download': download, 'images.save': save } = downloads.reconcileHandlers
  const killed = (path: string, startedAt: number) => ({ facts: { path }, startedAt }) as unknown as Job
  const before = Date.now()
  const path = (await run(downloads.start(wish('kubelet')))).result?.['path'] ?? ''
  expect(await download?.(killed(path, before), {})).toMatchObject({ state: 'succeeded', result: { path, sha256: sha256(body) } })
  expect(await download?.(killed(path, Date.now() + 1000), {})).toMatchObject({ state: 'interrupted', left: [] })

  const tar = join(dataDir, 'images.tar')
  await writeFile(`${tar}.part`, 'half')
  expect(await save?.(killed(tar, before), { begun: 'yes' })).toMatchObject({ state: 'interrupted', left: [] })
  expect(existsSync(`${tar}.part`)).toBe(false)
  await writeFile(tar, 'whole')
  expect(await save?.(killed(tar, before), {})).toEqual({ state: 'interrupted', left: [] })
  expect(await save?.(killed(tar, before), { begun: 'yes' })).toMatchObject({ state: 'succeeded', result: { path: tar } })
})

test.each(['images.tar', 'images.tar.part'])('images are not saved over a file of somebody, nor is that removed: %s', async (name) => {
  const { dataDir } = await ground()
  await writeFile(join(dataDir, name), 'mine')
  const save = saveImagesJob('v1.34.4', [], join(dataDir, 'images.tar'), {} as ImageJobDeps)
  const job = {} as JobContext
  await expect(save.run(job)).rejects.toMatchObject({ code: 'file-exists', facts: { path: join(dataDir, name) } })
  expect(await save.cleanUp?.(job, 'failed')).toEqual([])
  expect(await readFile(join(dataDir, name), 'utf8')).toBe('mine')
})

/** A docker that keeps names of images as lines of a file, and fails at what its second file names. */
async function scriptedDocker(folder: string) {
  const [names, fails, docker] = ['names', 'fails', 'docker'].map((name) => join(folder, name)) as [string, string, string]
  const script = `#!/bin/sh
PATH=/usr/bin:/bin
grep -qxF -- "$1" '${fails}' && exit 1
for last; do :; done
case "$1 $2" in
"image inspect") grep -qxF -- "$last" '${names}' ;;
"image rm") grep -qxF -- "$last" '${names}' || { echo "No such image: $last" >&2; exit 1; }; grep -vxF -- "$last" '${names}' > '${names}.new'; mv '${names}.new' '${names}' ;;
*) echo "$last" >> '${names}' ;;
esac
`
  await writeFile(docker, script, { mode: 0o755 })
  const set = (held: readonly string[], failing = '') =>
    Promise.all([writeFile(names, held.map((name) => `${name}\n`).join('')), writeFile(fails, `${failing}\n`)])
  return { docker, set, held: async () => (await readFile(names, 'utf8')).split('\n').filter((name) => name !== '') }
}

test('of a pull through a mirror the name of the mirror goes, also when it fails or Cove is killed; one that somebody has stays', async () => {
  const { exec, dataDir, run, jobs } = await ground()
  const { docker, set, held } = await scriptedDocker(dataDir)
  const engines = { require: async () => ({ docker }) } as unknown as Engines
  const deps = { exec, engines, digestOf: async () => 'sha256:ab' }
  const image = { name: 'pause', ref: 'registry.k8s.io/pause:3.10', from: 'mirror.lan/pause:3.10' }
  const pinned = 'mirror.lan/pause@sha256:ab'
  const pull = () => run(Promise.resolve({ jobId: jobs.start(pullImagesJob('v1.34.4', [image], deps)).id }))

  await set([])
  expect(await pull()).toMatchObject({ state: 'succeeded' })
  expect(await held()).toEqual([image.ref])
  await set([pinned])
  expect(await pull()).toMatchObject({ state: 'succeeded' })
  expect(await held()).toEqual([pinned, image.ref])
  await set([], 'tag')
  expect(await pull()).toMatchObject({ state: 'failed' })
  expect(await held()).toEqual([])

  const reconcile = reconcileHandlers({} as DownloadRecords, { exec, engines })['images.pull']
  await set([pinned, 'other'])
  const killed = { id: 'j1' } as Job
  expect(await reconcile?.(killed, { pinned: '' })).toEqual({ state: 'interrupted', left: [] })
  expect(await held()).toHaveLength(2)
  expect(await reconcile?.(killed, { pinned })).toEqual({ state: 'interrupted', left: [] })
  expect(await held()).toEqual(['other'])
  expect(await reconcile?.(killed, { pinned })).toEqual({ state: 'interrupted', left: [] })
  await set([pinned], 'image')
  expect(await reconcile?.(killed, { pinned })).toEqual({ state: 'interrupted', left: [pinned] })
})

test('a program that another host is to fetch: behind the mirror, with the digest of the publisher', async () => {
  const made = await ground()
  const file = await made.downloads.program('kubelet', build, never)
  expect(file).toEqual({ url: `${publisher.base}/${kubelet}`, sha256: sha256(body) })
  made.settings.set({ mirrors: { kubernetes: 'https://mirror.test/k8s' } })
  expect(await made.downloads.program('kubelet', build, never)).toEqual({ url: `https://mirror.test/k8s/${kubelet}`, sha256: sha256(body) })
  await expect(made.downloads.program('kubelet', { ...build, os: 'windows', arch: 's390x' }, never)).rejects.toMatchObject({
    code: 'download-no-build',
  })
})

test('what cannot be: a version too old, a pair without a build', async () => {
  const { downloads } = await ground()
  await expect(downloads.files({ ...build, version: 'v1.25.16' })).rejects.toMatchObject({ code: 'download-release-unknown' })
  await expect(downloads.start({ ...wish('kubelet'), os: 'darwin' })).rejects.toMatchObject({ code: 'download-no-build' })
})
