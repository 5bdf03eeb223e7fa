import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './lock.ts'

let folder: string
let path: string
const never = new AbortController().signal

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove lock 锁 '))
  path = join(folder, 'v1.lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('one at a time, and nothing is left', async () => {
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await sleep(20)
    inside--
  }
  await Promise.all(Array.from({ length: 5 }, () => withLock(path, { signal: never }, work)))
  expect(most).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('who fails lets go', async () => {
  await expect(withLock(path, { signal: never }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await withLock(path, { signal: never }, async () => 'next')).toBe('next')
})

const holder = (over: object) => JSON.stringify({ id: 'other', pid: process.pid, host: hostname(), at: 1, ...over })

test('a living holder is waited for; the waiter may give up', async () => {
  await writeFile(path, holder({}))
  const stop = new AbortController()
  let asked = 0
  const waiting = async () => {
    if (++asked === 2) stop.abort()
  }
  await expect(withLock(path, { signal: stop.signal, waiting }, async () => 'never')).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(folder)).toEqual(['v1.lock'])
})

test.each([
  ['whose process is gone', holder({ pid: 2 ** 22 + 1 }), 0],
  ['of another machine, silent for a minute', holder({ host: 'elsewhere' }), 61],
  ['that hangs', holder({}), 61],
  ['that is no lock, silent for a minute', '', 61],
])('a holder %s is taken over from', async (_, content, silentSeconds) => {
  await writeFile(path, content)
  const then = Date.now() / 1000 - silentSeconds
  await utimes(path, then, then)
  expect(await withLock(path, { signal: never }, async () => 'mine')).toBe('mine')
  expect(await readdir(folder)).toEqual([])
})
