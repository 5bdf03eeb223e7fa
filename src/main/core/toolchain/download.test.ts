import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../error.ts'
import { faultsOf } from './fixtures/faults.ts'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { type Publisher, serve, sha256, startPublisher } from './fixtures/publisher.ts'
import type { DownloadProgress } from './types.ts'

const machine = { os: 'linux', arch: 'amd64' }
const kubectlPath = 'release/v1.34.4/bin/linux/amd64/kubectl'
const kindPath = 'kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64'
/** About 1 MB, so that it comes in several pieces. */
const kubectl = `${toolScript('kubectl', 'v1.34.4')}exit 0\n${'#'.repeat(1_000_000)}\n`

let publisher: Publisher
const grounds: Ground[] = []

beforeEach(async () => {
  publisher = await startPublisher()
  publisher.put(kubectlPath, kubectl)
  publisher.put('release/stable.txt', 'v1.34.4', null)
  const kind = toolScript('kind', 'v0.33.0')
  publisher.put(kindPath, kind, null)
  publisher.put(`${kindPath}.sha256sum`, `${sha256(kind)}  kind-linux-amd64\n`, null)
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await publisher.close()
})

async function ground(options: Parameters<typeof makeGround>[0] = {}): Promise<Ground> {
  const env = { COVE_PUBLISHER_KUBERNETES: publisher.base, COVE_PUBLISHER_GITHUB: publisher.base, ...options.env }
  const made = await makeGround({ machine, stallMs: 5_000, ...options, env })
  grounds.push(made)
  return made
}

test('kubectl and kind come from their publishers, checked, and answer', async () => {
  const { toolchain, ownPath } = await ground()
  const progress: DownloadProgress[] = []
  expect(await toolchain.ensure('kubectl', { progress: (state) => progress.push(state) })).toEqual({
    name: 'kubectl',
    path: ownPath('kubectl', 'v1.34.4'),
    version: 'v1.34.4',
    origin: 'cove',
  })
  expect(await toolchain.ensure('kind')).toMatchObject({ version: 'v0.33.0', origin: 'cove' })
  // The digest is known before the first byte of the program.
  expect(publisher.requests).toEqual([
    `GET /${kubectlPath}.sha256`,
    `GET /${kubectlPath}`,
    `GET /${kindPath}.sha256sum`,
    `GET /${kindPath}`,
  ])
  expect(progress[0]).toEqual({ receivedBytes: 0, totalBytes: kubectl.length })
  expect(progress.at(-1)).toEqual({ receivedBytes: kubectl.length, totalBytes: kubectl.length })

  const folder = dirname(ownPath('kubectl', 'v1.34.4'))
  expect((await readdir(folder)).sort()).toEqual(['kubectl', 'manifest.json'])
  expect(await readdir(dirname(folder))).toEqual(['v1.34.4'])
  expect((await stat(join(folder, 'kubectl'))).mode & 0o777).toBe(0o755)
  expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
    version: 'v1.34.4',
    url: `${publisher.base}/${kubectlPath}`,
    sha256: sha256(kubectl),
    digestFrom: `${publisher.base}/${kubectlPath}.sha256`,
  })
  const tool = toolchain.snapshot().find(({ name }) => name === 'kubectl')
  expect(tool).toMatchObject({ state: 'found', reason: 'cove', used: { sha256: sha256(kubectl), problem: null } })
})

test('while it comes, the file is neither executable nor readable for others', async () => {
  const { toolchain, ownPath } = await ground()
  const part = `${ownPath('kubectl', 'v1.34.4')}.part`
  let mode = 0
  publisher.damage(kubectlPath, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.subarray(0, 1000))
    void until(() => existsSync(part))
      .then(() => stat(part))
      .then((stats) => {
        mode = stats.mode & 0o777
        response.end(body.subarray(1000))
      })
    return true
  })
  await toolchain.ensure('kubectl')
  expect(mode).toBe(0o600)
})

test('nothing is fetched where a usable copy is there, and the plan says so without the network', async () => {
  const { toolchain, bin } = await ground()
  expect(await toolchain.plan('kubectl')).toEqual({
    tool: 'kubectl',
    version: 'v1.34.4',
    url: `${publisher.base}/${kubectlPath}`,
    digestFrom: `${publisher.base}/${kubectlPath}.sha256`,
    bytes: null,
    instead: null,
  })
  await putProgram(join(bin, 'kubectl'), toolScript('kubectl', 'v1.33.0'))
  expect(await toolchain.plan('kubectl')).toBeNull()
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.33.0', origin: 'path' })
  expect(await toolchain.plan('helm')).toBeNull()
  expect(publisher.requests).toEqual([])
})

test('an unusable copy on PATH is made up for by a download', async () => {
  const { toolchain, bin, ownPath } = await ground()
  await putProgram(join(bin, 'kubectl'), '#!/bin/sh\nexit 3\n')
  expect(await toolchain.ensure('kubectl')).toMatchObject({ path: ownPath('kubectl', 'v1.34.4') })
  const tool = toolchain.snapshot().find(({ name }) => name === 'kubectl')
  expect(tool).toMatchObject({ reason: 'only-usable', used: { origin: 'cove' } })
})

// Fault row 26: each its own message, and nothing installed.
const faults = faultsOf({ tool: 'kubectl', path: kubectlPath, digestPath: `${kubectlPath}.sha256`, body: Buffer.from(kubectl) })

test.each(faults)('$name: $code, and nothing is installed', async ({ cause, code, facts, keepsPart = false }) => {
  const { toolchain, ownPath } = await ground({ stallMs: code === 'download-stalled' ? 400 : 10_000 })
  cause(publisher)
  const error = await toolchain.ensure('kubectl').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code, facts })
  const path = ownPath('kubectl', 'v1.34.4')
  const left = await readdir(dirname(path)).catch(() => [] as string[])
  expect(left.sort()).toEqual(keepsPart ? ['kubectl.part', 'kubectl.part.json'] : [])
  expect(await toolchain.resolve('kubectl').catch((thrown: unknown) => thrown)).toMatchObject({ code: 'tool-absent' })
})

test('nobody at the address: unreachable, with the system’s word for it', async () => {
  const { toolchain } = await ground({ env: { COVE_PUBLISHER_KUBERNETES: 'http://127.0.0.1:1' } })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-unreachable', facts: { reason: 'ECONNREFUSED' } })
})

test('what was cut short is gone on with from where it ended', async () => {
  const { toolchain } = await ground()
  cutOnce(publisher, 400_000)
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  const progress: DownloadProgress[] = []
  expect(await toolchain.ensure('kubectl', { progress: (state) => progress.push(state) })).toMatchObject({ version: 'v1.34.4' })
  expect(publisher.requests.filter((line) => !line.endsWith('.sha256'))).toEqual([
    `GET /${kubectlPath}`,
    `GET /${kubectlPath} bytes=400000-`,
  ])
  expect(progress[0]).toEqual({ receivedBytes: 400_000, totalBytes: kubectl.length })
})

test('a server that ignores Range is begun with anew', async () => {
  const { toolchain } = await ground()
  cutOnce(publisher, 400_000)
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  publisher.damage(kubectlPath, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length }).end(body)
    return true
  })
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(publisher.requests.at(-1)).toBe(`GET /${kubectlPath} bytes=400000-`)
})

test('a file that changed on the server since is begun with anew', async () => {
  const { toolchain } = await ground()
  publisher.damage(kubectlPath, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length, etag: '"an older one"' })
    response.write(body.subarray(0, 400_000), () => setTimeout(() => response.destroy(), 200))
    return true
  })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  publisher.damage(kubectlPath, () => false)
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
})

test('a part that is already whole is not fetched again; a server that answers with another range is begun with anew', async () => {
  const { toolchain, ownPath } = await ground()
  const part = `${ownPath('kubectl', 'v1.34.4')}.part`
  cutOnce(publisher, 400_000)
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  // Killed between the last byte and the rename.
  await writeFile(part, kubectl)
  const heal = publisher.damage(kubectlPath, (_, response) => {
    response.writeHead(500).end()
    return true
  })
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(publisher.requests.filter((line) => line.startsWith(`GET /${kubectlPath} `))).toEqual([])

  const other = await ground()
  heal()
  cutOnce(publisher, 300_000)
  await expect(other.toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  publisher.damage(kubectlPath, (request, response, body) => {
    if (request.headers.range === undefined) return false
    response.writeHead(206, { 'content-range': `bytes 0-${body.length - 1}/${body.length}`, 'content-length': body.length }).end(body)
    return true
  })
  expect(await other.toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
})

test('a part that rotted on the disk is thrown away and all of it fetched once more', async () => {
  const { toolchain, ownPath } = await ground()
  const restore = cutOnce(publisher, 400_000)
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-truncated' })
  restore()
  await writeFile(`${ownPath('kubectl', 'v1.34.4')}.part`, Buffer.alloc(400_000))
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(publisher.requests.slice(-2)).toEqual([`GET /${kubectlPath} bytes=400000-`, `GET /${kubectlPath}`])
})

test('two who ask get one fetch; one of them letting go does not end it', async () => {
  const { toolchain } = await ground()
  publisher.damage(kubectlPath, slowly(300))
  const first = new AbortController()
  const results = Promise.allSettled([
    toolchain.ensure('kubectl', { signal: first.signal }),
    toolchain.ensure('kubectl'),
    toolchain.ensure('kubectl'),
  ])
  await until(() => publisher.requests.includes(`GET /${kubectlPath}`))
  first.abort()
  const [gone, second, third] = await results
  expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
  expect(second).toMatchObject({ status: 'fulfilled', value: { version: 'v1.34.4' } })
  expect(third).toEqual(second)
  expect(publisher.requests.filter((line) => line === `GET /${kubectlPath}`)).toHaveLength(1)
})

test('cancel leaves nothing behind', async () => {
  const { toolchain, ownPath } = await ground()
  let closed = false
  publisher.damage(kubectlPath, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length, etag: '"one"' }).write(body.subarray(0, 300_000))
    response.on('close', () => {
      closed = true
    })
    return true
  })
  const stop = new AbortController()
  const asked = toolchain.ensure('kubectl', { signal: stop.signal })
  await until(() => existsSync(`${ownPath('kubectl', 'v1.34.4')}.part`))
  stop.abort()
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(dirname(dirname(ownPath('kubectl', 'v1.34.4'))))).toEqual([])
  await until(() => closed)
})

test('the old one stays until the new one answers', async () => {
  const { toolchain, ownPath } = await ground()
  await toolchain.ensure('kubectl')
  publisher.put('release/v1.34.5/bin/linux/amd64/kubectl', '#!/bin/sh\necho broken\n')
  const broken = await run(toolchain.startDownload('kubectl', 'v1.34.5'))
  expect(broken).toMatchObject({ state: 'failed', error: { code: 'download-not-runnable', facts: { reason: 'unreadable' } } })
  expect(await toolchain.resolve('kubectl')).toMatchObject({ path: ownPath('kubectl', 'v1.34.4') })

  publisher.put('release/v1.34.5/bin/linux/amd64/kubectl', toolScript('kubectl', 'v1.34.5'))
  expect(await run(toolchain.startDownload('kubectl', '1.34.5'))).toMatchObject({ state: 'succeeded' })
  expect(await toolchain.resolve('kubectl')).toMatchObject({ path: ownPath('kubectl', 'v1.34.5'), version: 'v1.34.5' })
})

test('a download is a job with bytes; asked for twice it is the same one; `stable` asks the publisher', async () => {
  const { toolchain, jobs, ownPath } = await ground()
  publisher.damage(kubectlPath, slowly(250))
  const [first, second] = await Promise.all([toolchain.startDownload('kubectl', 'stable'), toolchain.startDownload('kubectl', 'stable')])
  expect(second).toEqual(first)
  expect(toolchain.snapshot().find(({ name }) => name === 'kubectl')?.jobId).toBe(first.jobId)
  const seen: unknown[] = []
  for await (const event of jobs.watch(first.jobId)) if (event.type === 'job') seen.push(event.job.steps[0]?.facts)
  const job = jobs.get(first.jobId)
  expect(job).toMatchObject({
    kind: 'tool.download',
    subject: 'kubectl',
    state: 'succeeded',
    steps: [{ id: 'download', facts: { tool: 'kubectl', version: 'v1.34.4', receivedBytes: kubectl.length, totalBytes: kubectl.length } }],
    result: { path: ownPath('kubectl', 'v1.34.4') },
  })
  expect(seen.length).toBeGreaterThan(2)
  expect(publisher.requests.filter((line) => line === 'GET /release/stable.txt')).toHaveLength(1)
  expect(toolchain.snapshot().find(({ name }) => name === 'kubectl')).toMatchObject({ jobId: null, state: 'found' })
})

test('cancelling the job removes its part and says that nothing is left', async () => {
  const { toolchain, jobs, ownPath } = await ground()
  publisher.damage(kubectlPath, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length, etag: '"one"' }).write(body.subarray(0, 300_000))
    return true
  })
  const { jobId } = await toolchain.startDownload('kubectl', null)
  const part = `${ownPath('kubectl', 'v1.34.4')}.part`
  await until(() => existsSync(part))
  expect(jobs.get(jobId)?.undo).toEqual([part])
  expect(await jobs.cancel(jobId)).toMatchObject({ state: 'cancelled', left: [] })
  expect(existsSync(part)).toBe(false)
})

test('a mirror changes the address, never the digest', async () => {
  const mirror = await startPublisher()
  try {
    const { toolchain, settings, ownPath } = await ground()
    settings.set({ mirrors: { kubernetes: mirror.base } })
    // Other bytes, with a checksum of their own that fits.
    mirror.put(kubectlPath, toolScript('kubectl', 'v1.34.4', '# and something more'))
    await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({
      code: 'download-digest-mismatch',
      facts: { url: `${mirror.base}/${kubectlPath}`, expected: sha256(kubectl) },
    })
    expect(mirror.requests).toEqual([`GET /${kubectlPath}`])
    expect(publisher.requests).toEqual([`GET /${kubectlPath}.sha256`])

    mirror.put(kubectlPath, kubectl)
    expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
    const manifest = JSON.parse(await readFile(join(dirname(ownPath('kubectl', 'v1.34.4')), 'manifest.json'), 'utf8')) as unknown
    expect(manifest).toMatchObject({ url: `${mirror.base}/${kubectlPath}`, digestFrom: `${publisher.base}/${kubectlPath}.sha256` })
  } finally {
    await mirror.close()
  }
})

test('where only a mirror answers, its own checksum is not believed', async () => {
  const mirror = await startPublisher()
  try {
    const { toolchain, settings } = await ground({ env: { COVE_PUBLISHER_KUBERNETES: 'http://127.0.0.1:1' } })
    settings.set({ mirrors: { kubernetes: mirror.base } })
    mirror.put(kubectlPath, kubectl)
    await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({
      code: 'download-unreachable',
      facts: { url: `http://127.0.0.1:1/${kubectlPath}.sha256` },
    })
    expect(mirror.requests).toEqual([])
  } finally {
    await mirror.close()
  }
})

test('a pinned build needs no checksum file, so that a mirror alone will do', async () => {
  const mirror = await startPublisher()
  try {
    const { toolchain, settings } = await ground({ env: { COVE_PUBLISHER_KUBERNETES: '' }, pins: { [kubectlPath]: sha256(kubectl) } })
    settings.set({ mirrors: { kubernetes: mirror.base } })
    mirror.put(kubectlPath, kubectl, null)
    expect(await toolchain.plan('kubectl')).toMatchObject({ digestFrom: 'pin' })
    expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
    expect(mirror.requests).toEqual([`GET /${kubectlPath}`])
  } finally {
    await mirror.close()
  }
})

test('plain http to another machine is refused before anything is asked', async () => {
  const { toolchain, settings } = await ground()
  settings.set({ mirrors: { kubernetes: 'http://mirror.example/k8s' } })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'settings-invalid', facts: { field: 'mirrors.kubernetes' } })
  const other = await ground({ env: { COVE_PUBLISHER_KUBERNETES: 'http://192.0.2.1' } })
  await expect(other.toolchain.ensure('kubectl')).rejects.toMatchObject({
    code: 'settings-invalid',
    facts: { field: 'COVE_PUBLISHER_KUBERNETES' },
  })
  expect(publisher.requests).toEqual([])
})

test('what nobody publishes is refused in words, and a wish can never become part of a path', async () => {
  const { toolchain } = await ground()
  await expect(toolchain.startDownload('docker', null)).rejects.toMatchObject({
    code: 'download-no-build',
    facts: { tool: 'docker', ...machine },
  })
  for (const wish of ['../../../tmp/x', 'v1.34', '-x', 'v1.34.4/../..', '']) {
    await expect(toolchain.startDownload('kubectl', wish)).rejects.toMatchObject({ code: 'bad-input', facts: { field: 'version' } })
  }
  const riscv = await ground({ machine: { os: 'linux', arch: 'riscv64' } })
  await expect(riscv.toolchain.ensure('kind')).rejects.toMatchObject({ code: 'tool-absent' })
  expect(riscv.toolchain.snapshot().find(({ name }) => name === 'kind')).toMatchObject({ downloadable: false, wanted: null })
})

test('stable.txt that is a page or nonsense is no version', async () => {
  const { toolchain } = await ground()
  publisher.put('release/stable.txt', '../../evil', null)
  expect(await run(toolchain.startDownload('kubectl', 'stable'))).toMatchObject({
    state: 'failed',
    error: { code: 'download-not-a-program' },
  })
})

async function run(started: Promise<{ jobId: string }>) {
  const { jobs } = grounds.at(-1) as Ground
  return jobs.done((await started).jobId)
}

function cutOnce(site: Publisher, bytes: number): () => void {
  let cut = false
  return site.damage(kubectlPath, (request, response, body) => {
    if (cut) return false
    cut = true
    const declared: Record<string, string> = {}
    // The same headers as the whole answer, then the line goes dead.
    serve(request, { writeHead: (_: number, headers: object) => Object.assign(declared, headers), end: () => {} } as never, body)
    response.writeHead(200, declared)
    response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 200))
    return true
  })
}

function slowly(ms: number): Parameters<Publisher['damage']>[1] {
  return (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length })
    const pieces = 4
    const size = Math.ceil(body.length / pieces)
    void (async () => {
      for (let piece = 0; piece < pieces; piece++) {
        response.write(body.subarray(piece * size, (piece + 1) * size))
        await sleep(ms / pieces)
      }
      response.end()
    })()
    return true
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !condition(); await sleep(20)) {
    if (performance.now() > end) throw new Error('waited 10 s')
  }
}
