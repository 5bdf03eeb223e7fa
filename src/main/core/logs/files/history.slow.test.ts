import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createNodeGround, hasNodeGround, onNodeGround } from './fixtures/node-ground.ts'
import type { NodeGround } from './fixtures/node-ground.ts'
import { createRecordingSink, linesOf } from './fixtures/recording-sink.ts'
import type { LogSink } from '../source/sink.ts'
import { flag } from '../store/layout.ts'
import { createNodeFiles } from './node-files.ts'

const uid = '11111111-2222-3333-4444-555555555555'
describe.skipIf(!hasNodeGround)(`the whole history on ${onNodeGround}, at length`, () => {
  let ground: NodeGround
  beforeEach(() => {
    ground = createNodeGround()
  })
  afterEach(() => ground.close())

  test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    'a kubelet that turns over and packs at any moment, seed %d: none missing, none twice, in order',
    async (seed) => {
      const random = randomOf(seed)
      const folder = join(ground.pods, `shop_web-1_${uid}`, 'app')
      mkdirSync(folder, { recursive: true })
      let run = 0
      let n = 0
      let clock = 0
      const rotated: string[] = []
      const current = () => join(folder, `${run}.log`)
      const append = () => {
        let text = ''
        for (let i = Math.floor(random() * 400); i >= 0; i -= 1) {
          n += 1
          const stamp = `${new Date(Date.UTC(2026, 10, 23) + n * 1000).toISOString().slice(0, 19)}Z`
          text +=
            random() < 0.1
              ? `${stamp} stdout P n=\n${stamp} stdout F ${n}\n`
              : `${stamp} ${random() < 0.2 ? 'stderr' : 'stdout'} F n=${n}\n`
        }
        appendFileSync(current(), text)
      }
      const turnOver = () => {
        for (const name of rotated) {
          if (name.endsWith('.gz') || !existsSync(name)) continue
          writeFileSync(`${name}.tmp`, gzipSync(readFileSync(name)))
          renameSync(`${name}.tmp`, `${name}.gz`)
          rmSync(name)
        }
        clock += 1
        const name = `${current()}.20261123-${String(clock).padStart(6, '0')}`
        renameSync(current(), name)
        rotated.push(name)
        writeFileSync(current(), '')
      }
      const restart = () => {
        run += 1
        writeFileSync(current(), '')
      }
      const something = () => {
        const chance = random()
        if (chance < 0.5) append()
        else if (chance < 0.9) turnOver()
        else restart()
      }
      writeFileSync(current(), '')
      append()
      for (let i = 0; i < 6; i += 1) something()
      append()

      // What the view has begins with the last line so far; all that follows comes while it reads.
      const first = n
      const edge = { at: { second: Date.UTC(2026, 10, 23) / 1000 + first, nanos: 0 }, text: Buffer.from(`n=${first}`) }
      let left = 8
      const disturb = () => {
        if (left-- > 0 && random() < 0.7) something()
      }
      const sink = createRecordingSink()
      sink.onLines = disturb
      const { exec } = ground.deps
      const lines: typeof exec.lines = (spec) => {
        disturb()
        return exec.lines(spec)
      }
      const request = { node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', source: 0, before: () => edge }
      const end = await createNodeFiles({ ...ground.deps, exec: { ...exec, lines } }).history(request, sink, new AbortController().signal)
      const got = sink.texts().filter((text) => !text.startsWith('--'))
      const wrong = got.findIndex((text, i) => text !== `n=${i + 1}`)
      expect({ lines: got.length, wrong, at: got[wrong] }).toEqual({ lines: first - 1, wrong: -1, at: undefined })
      expect(end).toEqual({ lines: first - 1, joined: true })
      expect(sink.texts().filter((text) => text === '-- gap --')).toEqual([])
    },
  )

  /** A line of 50 MB, one part of 16 KiB after the other, as each runtime cuts it. */
  const stamp = '2026-11-23T00:00:01.000000001Z'
  test.each([
    ['CRI', (text: string, last: boolean) => `${stamp} stdout ${last ? 'F' : 'P'} ${text}\n`],
    ['Docker', (text: string, last: boolean) => `${JSON.stringify({ log: last ? `${text}\n` : text, stream: 'stdout', time: stamp })}\n`],
  ])('a line of 50 MB is one row with all its bytes, and never all in memory; %s', async (_, part) => {
    const folder = join(ground.pods, `shop_web-1_${uid}`, 'app')
    mkdirSync(folder, { recursive: true })
    const text = 'H-long <b>012345'.repeat(1024)
    const count = Math.ceil(50_000_000 / text.length)
    writeFileSync(
      join(folder, '0.log'),
      [...Array.from({ length: count }, (_none, n) => part(text, n === count - 1)), part('after it', true)].join(''),
    )
    let [bytes, widest] = [0, 0]
    const rows: string[] = []
    const sink: LogSink = {
      ...createRecordingSink(),
      lines: (_source, batch) => {
        widest = Math.max(widest, batch.bytes.length)
        for (const line of linesOf(batch)) {
          bytes += line.text.length
          if ((line.flags & flag.piece) === 0) rows.push(line.text.slice(0, 8))
        }
      },
    }
    const request = { node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', source: 0, before: () => null }
    expect(await createNodeFiles(ground.deps).history(request, sink, new AbortController().signal)).toMatchObject({ joined: true })
    expect({ rows, bytes }).toEqual({ rows: ['H-long <', 'after it'], bytes: count * text.length + 8 })
    expect(widest).toBeLessThanOrEqual(66 * 1024 * 1024)
  })

  test('cancelled in the middle: nothing runs on, here or in the node', async () => {
    const folder = join(ground.pods, `shop_web-1_${uid}`, 'app')
    mkdirSync(folder, { recursive: true })
    const line = (n: number) => `${new Date(Date.UTC(2026, 10, 23) + n * 1000).toISOString().slice(0, 19)}.000000001Z stdout F n=${n}\n`
    writeFileSync(join(folder, '0.log'), Array.from({ length: 200_000 }, (_, n) => line(n)).join(''))
    const stop = new AbortController()
    const sink = createRecordingSink()
    sink.onLines = () => stop.abort()
    const request = { node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', source: 0, before: () => null }
    await expect(createNodeFiles(ground.deps).history(request, sink, stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
    expect(ground.running()).toEqual([])
  })
})

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}
