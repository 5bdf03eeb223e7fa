import { existsSync, fstatSync, mkdtempSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, numbersFrom } from './fixtures/batch.ts'
import { flag, maxPieceBytes, recordAt, segmentBytes } from './layout.ts'
import { createLineStore } from './line-store.ts'
import type { LineStore, LineStoreOptions } from './line-store.ts'

const MiB = 1024 * 1024
const level = { warn: 4, error: 5 }

let dir = ''
let stores: LineStore[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'line store 日志-'))
})
afterEach(async () => {
  for (const store of stores) await store.dispose()
  stores = []
  rmSync(dir, { recursive: true, force: true })
})

/** Lines with an E are errors; a line that begins with a blank goes on with what was before it. */
const inspect: LineStoreOptions['inspect'] = (bytes, start, end, previousTag) => {
  const first = start < end ? bytes[start] : 0
  const goesOn = first === 0x20 && previousTag !== -1 && (previousTag & flag.note) === 0
  return ((first === 0x45 ? level.error : level.warn) << 13) | (goesOn ? flag.continuation : 0)
}

function storeOf(options: Partial<LineStoreOptions> = {}) {
  const store = createLineStore({ dir, inspect, ...options })
  stores.push(store)
  return store
}

const textOf = (store: LineStore, id: number) => Buffer.from(store.bytes(id)).toString()
const flagsFrom = (store: LineStore) => Array.from({ length: store.next - store.first }, (_, i) => store.record(store.first + i).flags)
const megabyte = (text = 'x') => batchOf(Array.from({ length: 1000 }, (_, i) => ({ text: text.repeat(1031), second: 5, nanos: i })))

async function settled(store: LineStore, memory: number) {
  for (let round = 0; round < 5000; round += 1) {
    const { segments, release } = store.lend()
    release()
    if (segments.filter(({ sealed, buffer }) => sealed && buffer).length <= memory) return
    await sleep(1)
  }
  throw new Error('segments stay in memory')
}

describe('line store', () => {
  it('gives back lines, times, levels and flags', () => {
    const store = storeOf()
    expect([store.first, store.next]).toEqual([0, 0])
    const lines = [
      { text: 'Error 错误', second: 100, nanos: 7, flags: flag.stderr },
      { text: '', second: 101 },
      { text: ' at x', second: 4_000_000_000, nanos: 999_999_999 },
    ]
    expect(store.append(65_535, batchOf(lines))).toEqual({ first: 0, count: 3 })
    expect(store.append(2, batchOf([{ text: ' other', second: 1 }]))).toEqual({ first: 3, count: 1 })
    expect(store.record(0)).toEqual({ source: 65_535, second: 100, nanos: 7, level: level.error, flags: flag.stderr })
    expect(store.record(1)).toEqual({ source: 65_535, second: 101, nanos: 0, level: level.warn, flags: 0 })
    expect(store.record(2)).toEqual({
      source: 65_535,
      second: 4_000_000_000,
      nanos: 999_999_999,
      level: level.warn,
      flags: flag.continuation,
    })
    expect(store.record(3)).toEqual({ source: 2, second: 1, nanos: 0, level: level.warn, flags: 0 })
    expect([0, 1, 2, 3].map((id) => textOf(store, id))).toEqual(['Error 错误', '', ' at x', ' other'])
    expect([store.second(2), store.nanos(2), store.tag(0) >>> 16]).toEqual([4_000_000_000, 999_999_999, 65_535])
    expect([store.lineBytes, store.keptBytes]).toEqual([Buffer.byteLength('Error 错误\n\n at x\n other\n'), segmentBytes])
    for (const id of [-1, 4, Number.NaN]) expect(() => store.record(id)).toThrow(RangeError)
  })

  it('lets a line without time stand at that of the line before, or of the first that has one', () => {
    const store = storeOf()
    store.append(1, batchOf([{ text: 'a' }, { text: 'b', second: 50, nanos: 1 }, { text: 'c' }]))
    store.append(2, batchOf([{ text: 'd' }]))
    store.append(1, batchOf([{ text: 'e' }, { text: 'f', second: 49 }, { text: 'g' }]))
    expect([0, 1, 2, 3, 4, 5, 6].map((id) => [store.second(id), store.nanos(id), store.record(id).flags])).toEqual([
      [50, 1, flag.untimed],
      [50, 1, 0],
      [50, 1, flag.untimed],
      [0, 0, flag.untimed],
      [50, 1, flag.untimed],
      [49, 0, 0],
      [49, 0, flag.untimed],
    ])
  })

  it('keeps apart what is read from another end of the same source', () => {
    const store = storeOf()
    store.append(1, batchOf([{ text: 'now', second: 50 }]))
    store.append(1, batchOf([{ text: ' then', second: 10 }, { text: 'untimed' }]), 100_001)
    store.append(1, batchOf([{ text: ' goes on' }]))
    expect([1, 2, 3].map((id) => store.record(id))).toMatchObject([
      { source: 1, second: 10, flags: 0 },
      { source: 1, second: 10, flags: flag.untimed },
      { source: 1, second: 50, flags: flag.untimed | flag.continuation },
    ])
  })

  it('keeps notes among the lines', () => {
    const store = storeOf()
    const gap = { type: 'gap', from: null, to: '2026-01-01T00:00:00Z', reason: 'rotated' } as const
    const resumed = { type: 'resumed', from: null, to: null } as const
    store.append(3, batchOf([{ text: 'a', second: 9, nanos: 8 }]))
    expect(store.note(3, null, gap)).toBe(1)
    store.append(3, batchOf([{ text: ' no trace' }]))
    expect(store.note(3, { second: 70, nanos: 1 }, resumed)).toBe(3)
    store.append(3, batchOf([{ text: ' trace' }]))
    expect([1, 3].map((id) => JSON.parse(textOf(store, id)) as unknown)).toEqual([gap, resumed])
    expect([1, 2, 3, 4].map((id) => store.record(id))).toMatchObject([
      { source: 3, second: 9, nanos: 8, level: 0, flags: flag.note | flag.untimed },
      { second: 9, flags: flag.untimed },
      { second: 70, nanos: 1, flags: flag.note },
      // A note's time is not that of the lines.
      { second: 9, flags: flag.untimed | flag.continuation },
    ])
  })

  it('marks lines', () => {
    const store = storeOf()
    store.append(1, batchOf([{ text: 'a' }, { text: ' b' }, { text: 'c' }]))
    store.mark(1, 1, flag.late)
    expect(flagsFrom(store)).toEqual([flag.untimed, flag.untimed | flag.continuation | flag.late, flag.untimed])
  })

  it('reads any line from the file, from memory and from the open segment, whatever its length', async () => {
    const random = numbersFrom(11)
    const store = storeOf({ residentBytes: 2 * MiB })
    const noise = Buffer.from(Array.from({ length: 2 * maxPieceBytes }, () => random(256)))
    const length = [() => random(3), () => random(200), () => 15 + random(20), () => maxPieceBytes - random(2), () => random(20_000)]
    const kept: { source: number; at: number; size: number; nanos: number }[] = []
    while (store.keptBytes < 20 * MiB) {
      const source = random(5)
      const of = length[random(length.length)]!
      const batch = Array.from({ length: 1 + random(80) }, () => ({ at: random(maxPieceBytes), size: of(), nanos: 1 + random(1e9) }))
      store.append(source, batchOf(batch.map(({ at, size, nanos }) => ({ text: noise.subarray(at, at + size), second: 1, nanos }))))
      kept.push(...batch.map((line) => ({ ...line, source })))
      if (random(9) === 0) {
        store.note(source, null, { type: 'resumed', from: null, to: null })
        kept.push({ source, at: -1, size: 0, nanos: batch.at(-1)!.nanos })
      }
      const check = () => {
        const id = random(kept.length)
        const { at, size, nanos, source: from } = kept[id]!
        const record = store.record(id)
        if (record.source !== from || record.nanos !== nanos || record.second !== 1) expect.fail(`record of ${id}`)
        const wanted = at < 0 ? Buffer.from('{"type":"resumed","from":null,"to":null}') : noise.subarray(at, at + size)
        if (!wanted.equals(store.bytes(id))) expect.fail(`bytes of ${id}`)
      }
      // Between these the file is being written.
      for (let look = 0; look < 50; look += 1) check()
      await store.drained()
      if (random(3) === 0) await turn()
      check()
    }
    await settled(store, 2)
    const { segments, release } = store.lend()
    release()
    expect(segments.filter(({ buffer }) => buffer).length).toBe(3)
    expect(segments.filter(({ buffer, offset }) => !buffer && offset !== null).length).toBe(segments.length - 3)
    for (let id = 0; id < store.next; id += 1) {
      const { at, size } = kept[id]!
      if (at >= 0 && !noise.subarray(at, at + size).equals(store.bytes(id))) expect.fail(`bytes of ${id}`)
    }
    expect([store.next, store.dropped, store.problem]).toEqual([kept.length, 0, null])
  })

  it('starts a segment where a line does not fit into the rest of the one before', () => {
    const store = storeOf()
    const piece = 'p'.repeat(maxPieceBytes)
    store.append(1, batchOf(Array.from({ length: 33 }, () => ({ text: piece, second: 1 }))))
    store.append(1, batchOf(Array.from({ length: 5 }, () => ({ text: '', second: 1 }))))
    const { segments } = store.lend()
    expect(segments.map(({ firstId, count, sealed }) => [firstId, count, sealed])).toEqual([
      [0, 15, true],
      [15, 15, true],
      [30, 8, false],
    ])
    expect([14, 15, 32].map((id) => store.bytes(id).length)).toEqual([maxPieceBytes, maxPieceBytes, maxPieceBytes])
    expect(() => store.append(1, batchOf([{ text: 'x'.repeat(segmentBytes) }]))).toThrow(RangeError)
  })

  it('drops the oldest segments beyond the cap and uses their places in the file again', async () => {
    const drops: number[] = []
    const store: LineStore = storeOf({
      residentBytes: 2 * MiB,
      capBytes: 6 * MiB,
      onDrop: (first) => drops.push(first, store.first),
    })
    for (let round = 0; round < 40; round += 1) {
      store.append(1, megabyte(String.fromCharCode(97 + (round % 26))))
      await settled(store, 2)
      for (const id of [store.first, Math.floor((store.first + store.next) / 2), store.next - 1]) {
        expect(textOf(store, id)).toBe(String.fromCharCode(97 + (Math.floor(id / 1000) % 26)).repeat(1031))
      }
    }
    expect([store.next, store.dropped, store.keptBytes]).toEqual([40_000, store.first, 6 * MiB])
    expect(store.lineBytes).toBe((store.next - store.first) * 1032)
    expect(drops.at(-1)).toBe(store.first)
    expect(drops.filter((_, i) => i % 2 === 0)).toEqual(drops.filter((_, i) => i % 2 === 1))
    expect(() => store.record(store.first - 1)).toThrow(RangeError)
    expect(store.problem).toBeNull()
    const { fd, release } = store.lend()
    expect(fstatSync(fd!).size).toBeLessThanOrEqual(5 * MiB)
    release()
  })

  it('says when the disk is behind, and when it is not any more', async () => {
    const store = storeOf({ residentBytes: 6 * MiB })
    await store.drained()
    // Nothing is written before this turn of the loop ends.
    let rounds = 0
    for (; !store.isFull(); rounds += 1) store.append(1, megabyte())
    expect(rounds).toBeLessThan(12)
    let drained = false
    const waited = store.drained().then(() => (drained = true))
    expect(drained).toBe(false)
    await waited
    expect(store.isFull()).toBe(false)
    expect(store.dropped).toBe(0)
  })

  it('writes all that wait for the disk at once', async () => {
    const store = storeOf({ residentBytes: 12 * MiB })
    for (let round = 0; round < 17; round += 1) store.append(1, megabyte())
    const written = new Set<number>()
    const look = () => {
      const { segments, release } = store.lend()
      release()
      return segments.filter(({ offset }) => offset !== null).length
    }
    for (; look() < 4; await turn()) written.add(look())
    // The first went alone, when it was the only one.
    expect([...written].every((count) => count <= 1)).toBe(true)
    expect(look()).toBe(4)
  })

  it('takes its segments from the system one by one, not from among what comes and goes', () => {
    const before = process.memoryUsage().arrayBuffers
    const store = storeOf()
    const line = megabyte()
    for (let round = 0; round < 24; round += 1) store.append(1, line)
    const { segments, release } = store.lend()
    release()
    expect(segments.map(({ buffer }) => buffer?.byteLength)).toEqual(Array.from({ length: 24 }, () => segmentBytes))
    // These are the bytes of the allocator.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MiB)
  })

  it('writes a file that only its owner may read and that has no name', { skip: process.platform === 'win32' }, async () => {
    const folder = path.join(dir, 'a', 'b')
    const store = storeOf({ dir: folder, residentBytes: MiB })
    expect(existsSync(folder)).toBe(false)
    for (let round = 0; round < 4; round += 1) store.append(1, megabyte())
    await settled(store, 1)
    const { fd, release } = store.lend()
    release()
    expect(fstatSync(fd!)).toMatchObject({ nlink: 0, size: 2 * MiB })
    expect(fstatSync(fd!).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual([])
  })

  it('drops the oldest where nothing can be written, and says why', async () => {
    const blocked = path.join(dir, 'file')
    writeFileSync(blocked, '')
    const drops: number[] = []
    const store = storeOf({ dir: blocked, residentBytes: 2 * MiB, onDrop: (first) => drops.push(first) })
    for (let round = 0; round < 10; round += 1) {
      store.append(1, megabyte(`${round}`))
      await store.drained()
    }
    await settled(store, 2)
    expect(store.problem).toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) as string, dropped: store.dropped })
    expect(store.dropped).toBe(store.first)
    expect(store.first).toBeGreaterThan(5000)
    expect(drops.at(-1)).toBe(store.first)
    expect(textOf(store, store.next - 1)).toBe('9'.repeat(1031))
  })

  it('leaves alone what a reader holds, also when the lines are dropped meanwhile', async () => {
    const store = storeOf({ residentBytes: 3 * MiB, capBytes: 8 * MiB })
    for (let round = 0; round < 7; round += 1) store.append(1, megabyte(`${round}`))
    await settled(store, 3)
    const loan = store.lend()
    expect(loan.segments.map(({ index, buffer }) => [index, buffer !== null])).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => [i, i > 2]))
    for (let round = 0; round < 20; round += 1) {
      store.append(2, megabyte('z'))
      await settled(store, 3)
    }
    expect(store.first).toBeGreaterThan(7000)
    for (const { index, firstId, count, used, buffer, offset } of loan.segments) {
      const bytes = new Uint8Array(segmentBytes)
      if (buffer) bytes.set(new Uint8Array(buffer))
      else readSync(loan.fd!, bytes, 0, segmentBytes, offset)
      const words = new Uint32Array(bytes.buffer)
      for (let line = 0; line < count; line += 1) {
        const at = recordAt(words.length, line)
        const text = Buffer.from(bytes.subarray(words[at]!, line + 1 < count ? words[recordAt(words.length, line + 1)]! : used))
        const round = Math.floor((firstId + line) / 1000)
        if (text.toString() !== `${`${round}`.repeat(1031)}\n` || words[at + 3]! >>> 16 !== 1)
          expect.fail(`line ${line} of segment ${index}`)
      }
    }
    const lent = new Set(loan.segments.map(({ buffer }) => buffer))
    loan.release()
    loan.release()
    for (let round = 0; round < 8; round += 1) {
      store.append(2, megabyte('z'))
      await settled(store, 3)
    }
    const { segments, release } = store.lend()
    release()
    expect(segments.some(({ buffer }) => buffer !== null && lent.has(buffer))).toBe(true)
  })

  it('uses again at once what a reader of other segments does not hold', async () => {
    const store = storeOf({ residentBytes: 3 * MiB })
    for (let round = 0; round < 7; round += 1) store.append(1, megabyte())
    await settled(store, 3)
    const buffers = () => {
      const { segments, release } = store.lend()
      release()
      return segments.flatMap(({ buffer }) => (buffer ? [buffer] : []))
    }
    const loan = store.lend(0, Infinity, 2)
    expect(loan.segments.map(({ index }) => index)).toEqual([0, 1])
    const seen = new Set<SharedArrayBuffer>()
    for (let round = 0; round < 20; round += 1) {
      store.append(1, megabyte())
      await settled(store, 3)
      for (const buffer of buffers()) seen.add(buffer)
    }
    loan.release()
    expect(seen.size).toBeLessThan(8)
  })

  it('lends only the segments that are asked for', () => {
    const store = storeOf()
    for (let round = 0; round < 4; round += 1) store.append(1, megabyte())
    const indexes = (from?: number, to?: number) => store.lend(from, to).segments.map(({ index }) => index)
    const { segments } = store.lend()
    const second = segments[1]!.firstId
    expect(indexes()).toEqual(segments.map(({ index }) => index))
    expect(indexes(second, second + 1)).toEqual([1])
    expect(indexes(second - 1, second + 1)).toEqual([0, 1])
    expect(indexes(store.next - 1)).toEqual([segments.at(-1)!.index])
    expect(indexes(store.next)).toEqual([])
  })

  it('is gone when disposed, whatever is being written, and takes no more', async () => {
    const store = storeOf({ residentBytes: 2 * MiB })
    for (let round = 0; round < 6; round += 1) store.append(1, megabyte())
    while (store.lend().fd === null) await turn()
    const fd = store.lend().fd!
    const { ino } = fstatSync(fd)
    for (let round = 0; round < 20; round += 1) store.append(1, megabyte())
    const waiting = store.drained()
    const { next } = store
    await store.dispose()
    await waiting
    expect(store.lend().fd).toBeNull()
    // The number may be another file's by now.
    let left: number | null = null
    try {
      left = fstatSync(fd).ino
    } catch {
      // Closed.
    }
    expect(left).not.toBe(ino)
    expect(readdirSync(dir)).toEqual([])
    expect(store.append(1, megabyte())).toEqual({ first: next, count: 0 })
    expect(store.note(1, null, { type: 'resumed', from: null, to: null })).toBe(next)
    expect([store.first, store.next, store.lineBytes, store.keptBytes]).toEqual([next, next, 0, 0])
    await store.dispose()
  })
})
