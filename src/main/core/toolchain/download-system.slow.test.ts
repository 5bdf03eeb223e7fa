import { existsSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { type Publisher, startPublisher } from './fixtures/publisher.ts'

const path = 'release/v1.34.4/bin/linux/amd64/kubectl'
const kubectl = `${toolScript('kubectl', 'v1.34.4')}exit 0\n${'#'.repeat(400_000)}\n`
const ensureScript = decodeURIComponent(new URL('fixtures/ensure.ts', import.meta.url).pathname)

let publisher: Publisher
let ground: Ground
let stop: AbortController

beforeEach(async () => {
  publisher = await startPublisher()
  publisher.put(path, kubectl)
  ground = await makeGround({ machine: { os: 'linux', arch: 'amd64' }, env: { COVE_PUBLISHER_KUBERNETES: publisher.base } })
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await ground.dispose()
  await publisher.close()
})

function another() {
  return ground.exec.run({
    file: process.execPath,
    args: [ensureScript, ground.homeDir, publisher.base],
    signal: stop.signal,
    killGraceMs: 0,
    timeoutMs: 60_000,
  })
}

// Fault row 27.
test('two processes ask at once: one fetch, and both get the file', async () => {
  publisher.damage(path, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.subarray(0, 1000))
    setTimeout(() => response.end(body.subarray(1000)), 3_000)
    return true
  })
  const results = await Promise.all([another(), another(), ground.toolchain.ensure('kubectl')])
  const own = ground.ownPath('kubectl', 'v1.34.4')
  expect(results.slice(0, 2).map((result) => 'stdout' in result && result.stdout)).toEqual([`started\n${own}\n`, `started\n${own}\n`])
  expect(results[2]).toMatchObject({ path: own })
  expect(publisher.requests.filter((line) => line === `GET /${path}`)).toHaveLength(1)
  expect(await readdir(dirname(dirname(own)))).toEqual(['v1.34.4'])
})

test('a process that was killed in the middle: the next takes over its lock and goes on with its part', async () => {
  const heal = publisher.damage(path, (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length, etag: '"dead"' }).write(body.subarray(0, 100_000))
    return true
  })
  const killed = another()
  const own = ground.ownPath('kubectl', 'v1.34.4')
  await until(async () => (await stat(`${own}.part`).catch(() => null))?.size === 100_000)
  stop.abort()
  expect(await killed).toMatchObject({ cancelled: true })
  heal()
  const lock = `${dirname(own)}.lock`
  // TERM runs no clean-up of ours; had it, the part would be gone.
  expect([existsSync(lock), existsSync(`${own}.part`)]).toEqual([true, true])
  expect(await ground.toolchain.ensure('kubectl')).toMatchObject({ path: own })
  expect(publisher.requests).toContain(`GET /${path} bytes=100000-`)
  expect(existsSync(lock)).toBe(false)
})

test('bytes that are there without a manifest are taken up, not fetched again', async () => {
  const own = await putProgram(ground.ownPath('kubectl', 'v1.34.4'), kubectl, 0o600)
  expect(await ground.toolchain.ensure('kubectl')).toMatchObject({ path: own })
  expect(publisher.requests).toEqual([`GET /${path}.sha256`])
  expect((await stat(own)).mode & 0o777).toBe(0o755)
})

// Fault rows 23 and 29. Mounts need root.
const root = process.getuid?.() === 0 && process.platform === 'linux'

test.skipIf(!root)(
  'disk full: said so, what was there stays, the part gives its room back (needs root on Linux, which mounts)',
  async () => {
    await onTmpfs('size=200k', async () => {
      await expect(ground.toolchain.ensure('kubectl')).rejects.toMatchObject({
        code: 'disk-full',
        facts: { path: ground.ownPath('kubectl', 'v1.34.4') },
      })
      expect(await readdir(join(ground.binDir, 'kubectl'))).toEqual([])
      publisher.put(path, toolScript('kubectl', 'v1.34.4'))
      expect(await ground.toolchain.ensure('kubectl')).toMatchObject({ origin: 'cove' })
    })
  },
)

test.skipIf(!root)('a folder that may not run programs: said so, and not installed (needs root on Linux, which mounts)', async () => {
  await onTmpfs('noexec', async () => {
    await expect(ground.toolchain.ensure('kubectl')).rejects.toMatchObject({
      code: 'download-not-runnable',
      facts: { tool: 'kubectl', reason: 'noexec' },
    })
    expect(existsSync(ground.ownPath('kubectl', 'v1.34.4'))).toBe(false)
    const copy = await putProgram(join(ground.binDir, 'mine', 'kubectl'), kubectl)
    await expect(ground.toolchain.choose('kubectl', copy)).rejects.toMatchObject({ code: 'tool-changed' })
  })
})

async function onTmpfs(option: string, work: () => Promise<void>): Promise<void> {
  await mkdir(ground.binDir, { recursive: true })
  await ground.exec.check({ file: '/bin/mount', args: ['-t', 'tmpfs', '-o', option, 'tmpfs', ground.binDir] })
  try {
    await work()
  } finally {
    await ground.exec.check({ file: '/bin/umount', args: ['-l', ground.binDir] })
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await condition()); await sleep(50)) {
    if (performance.now() > end) throw new Error('waited 20 s')
  }
}
