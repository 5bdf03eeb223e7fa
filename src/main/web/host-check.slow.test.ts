import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hostCheck } from './host-check.ts'

let base = ''
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'cove-test-'))
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true)
  vi.spyOn(console, 'error').mockReturnValue(undefined)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(base, { recursive: true, force: true })
})

const check = () => {
  const env = { HOME: base, PATH: process.env['PATH'], SHELL: '/bin/false' }
  const intent = { role: 'worker' as const, kubernetes: null, podSubnets: [], serviceSubnets: [], criSocket: null }
  return hostCheck({ target: 'local', intent, form: 'lines', dataDir: base, homeDir: base, env, version: '1.0.0' })
}

test('what goes wrong in a way that nobody thought of is not taken for a warning', async () => {
  vi.stubEnv('TMPDIR', join(base, 'none'))
  expect(await check()).toBe(3)
})

test('told to end, it ends what it runs and leaves nothing', async () => {
  vi.stubEnv('TMPDIR', base)
  const code = check()
  let isOver = false
  void code.then(() => (isOver = true))
  await vi.waitUntil(async () => (await readdir(base)).some((name) => name.startsWith('cove-host-check-')), 20_000)
  while (!isOver) {
    process.emit('SIGTERM', 'SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(await code).toBe(3)
  expect((await readdir(base)).filter((name) => name.startsWith('cove-'))).toEqual([])
})
