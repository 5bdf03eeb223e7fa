import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { segmentBytes } from './layout.ts'
import { createSpillFile, removeLeftSpills } from './spill-file.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'spill-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const filled = (value: number) => {
  const buffer = new SharedArrayBuffer(segmentBytes)
  new Uint8Array(buffer).fill(value)
  return buffer
}

describe('spill file', () => {
  it('gives each segment a place, and a free one first', async () => {
    const file = createSpillFile(dir)
    expect(file.fd).toBeNull()
    expect([await file.write([filled(1), filled(2)]), await file.write([filled(3)])]).toEqual([[0, 1], [2]])
    file.free(1)
    expect(await file.write([filled(4), filled(9)])).toEqual([1])
    expect(await file.write([filled(5)])).toEqual([3])
    const target = new Uint8Array(3)
    const read = (slot: number) => {
      file.read(slot, segmentBytes - 3, target)
      return [...target]
    }
    expect([0, 1, 2, 3].map(read)).toEqual([
      [1, 1, 1],
      [4, 4, 4],
      [3, 3, 3],
      [5, 5, 5],
    ])
    expect(() => read(4)).toThrow()
    for (const slot of [3, 0, 1]) file.free(slot)
    expect(await file.write([filled(6), filled(7), filled(8)])).toEqual([0, 1])
    expect(await file.write([filled(8), filled(9)])).toEqual([3])
    expect([0, 1, 2, 3].map((slot) => read(slot)[0])).toEqual([6, 7, 3, 8])
    file.close()
    file.close()
    expect(file.fd).toBeNull()
  })

  it('removes at the start what ended processes left, and nothing else', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0'])
    const [left, running, other] = [`${pid}-a.loglines`, `${process.pid}-b.loglines`, 'notes.txt']
    for (const name of [left, running, other]) writeFileSync(path.join(dir, name), '')
    removeLeftSpills(dir)
    expect(readdirSync(dir).toSorted()).toEqual([running, other].toSorted())
    removeLeftSpills(path.join(dir, 'missing'))
  })
})
