import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, numbersFrom } from './fixtures/batch.ts'
import { createLineStore } from './line-store.ts'

const MiB = 1024 * 1024
const fill = path.join(import.meta.dirname, 'fixtures', 'fill.ts')
const canMount = process.platform === 'linux' && process.getuid?.() === 0

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'line-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

type Filled = { next: number; rows: number; dropped: number; before: Memory; after: Memory; peak: number }
type Memory = { rss: number }

describe('line store, at length', () => {
  it('holds no more of 5,000,000 lines in memory than of 1,000,000', { timeout: 120_000 }, () => {
    const run = (lines: number) =>
      JSON.parse(execFileSync(process.execPath, ['--expose-gc', '--no-warnings', fill, dir, `${lines}`]).toString()) as Filled
    const [one, five] = [run(1_000_000), run(5_000_000)]
    expect(five).toMatchObject({ next: 5_000_000, rows: 5_000_000, dropped: 0 })
    expect(five.after.rss / one.after.rss).toBeLessThanOrEqual(1.05)
    expect(five.peak / one.peak).toBeLessThanOrEqual(1.1)
    expect(one.after.rss - one.before.rss).toBeLessThan(80 * MiB)
    expect(readdirSync(dir)).toEqual([])
  })

  it('leaves nothing when it is ended by force', { skip: process.platform === 'win32' }, async () => {
    const child = spawn(process.execPath, ['--expose-gc', '--no-warnings', fill, dir, '1000000', 'wait'])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect(readdirSync(dir)).toEqual([])
  })

  describe.runIf(canMount)('on a full disk (needs root on Linux, which mounts a small one)', () => {
    const small = () => path.join(dir, 'small')
    beforeEach(() => {
      mkdirSync(small())
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', small()])
    })
    afterEach(() => {
      execFileSync('umount', ['-l', small()])
    })

    it('goes on with what there is room for, counts what it drops and says why', { timeout: 60_000 }, async () => {
      const random = numbersFrom(3)
      const drops: number[] = []
      const store = createLineStore({ dir: small(), residentBytes: 4 * MiB, inspect: () => 0, onDrop: (first) => drops.push(first) })
      const text = (id: number) => `${id} `.repeat(1 + (id % 60))
      const append = async (lines: number) => {
        for (const end = store.next + lines; store.next < end; ) {
          store.append(1, batchOf(Array.from({ length: 500 }, (_, i) => ({ text: text(store.next + i), second: 1 }))))
          await store.drained()
          await turn()
          for (let look = 0; look < 5; look += 1) {
            const id = store.first + random(store.next - store.first)
            expect(Buffer.from(store.bytes(id)).toString()).toBe(text(id))
          }
        }
      }
      await append(300_000)
      expect(store.problem).toMatchObject({ code: 'ENOSPC', dropped: store.dropped })
      expect(store.dropped).toBe(store.first)
      expect(drops.at(-1)).toBe(store.first)
      // Most of the disk is in use, though it could not grow any further.
      expect(store.keptBytes).toBeGreaterThan(12 * MiB)
      expect(store.keptBytes).toBeLessThan(20 * MiB)

      // Somebody else takes and gives back the rest.
      const ballast = path.join(small(), 'ballast')
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'], { stdio: 'ignore' })
      await append(50_000)
      rmSync(ballast)
      execFileSync('mount', ['-o', 'remount,size=64m', small()])
      await append(300_000)
      expect(store.keptBytes).toBeGreaterThan(30 * MiB)
      await store.dispose()
    })

    it('keeps to memory where there was no room from the start', async () => {
      spawnSync('dd', ['if=/dev/zero', `of=${path.join(small(), 'ballast')}`, 'bs=64k'], { stdio: 'ignore' })
      const store = createLineStore({ dir: path.join(small(), 'logs'), residentBytes: 4 * MiB, inspect: () => 0 })
      for (let round = 0; round < 200; round += 1) {
        store.append(1, batchOf(Array.from({ length: 500 }, () => ({ text: 'x'.repeat(100), second: 1 }))))
        await store.drained()
      }
      await store.drained()
      expect(store.problem?.code).toBe('ENOSPC')
      expect(store.next).toBe(100_000)
      expect(store.keptBytes).toBeGreaterThanOrEqual(4 * MiB)
      expect(store.keptBytes).toBeLessThanOrEqual(8 * MiB)
      expect(Buffer.from(store.bytes(store.next - 1)).toString()).toBe('x'.repeat(100))
      await store.dispose()
    })
  })
})
