import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logFilterSchema, logOpenSchema, type LogViewState } from '#shared/contract/logs.ts'
import { batchOf } from '../search/fixtures.ts'
import { createLineSplitter } from '../source/line-splitter.ts'
import type { SourceInfo } from '../source/sink.ts'
import { flag, maxPieceBytes } from '../store/layout.ts'
import { stateWhere } from './fixtures/state-where.ts'
import { createView, type LogView } from './view.ts'

let dir: string
let view: LogView
const open = logOpenSchema.parse({ context: null, parts: [{ kind: 'file', path: '/x' }] })
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cove-view-'))
  view = createView({ id: 'v', open, dir })
})
afterEach(async () => {
  await view.dispose()
  expect(await readdir(dir)).toEqual([])
  await rm(dir, { recursive: true })
})

const info = (pod: string): SourceInfo => ({
  kind: 'container',
  name: `shop/${pod}/main`,
  namespace: 'shop',
  pod,
  container: 'main',
  containerKind: 'container',
  owner: null,
  node: 'worker',
  podUid: `uid-${pod}`,
})
const texts = (from: number | { time: string } | { id: number; offset: number } = 0, count = 100) =>
  view.rows({ from, count }).rows.map((row) => row.text)
const at = (...seconds: number[]) => ({ second: (line: number) => seconds[line] ?? 0 })

const stateOfView = (holds: (state: LogViewState) => boolean) => stateWhere((signal) => view.watch(signal), holds)

test('lines of two sources stand in the order of time, each source in its own', () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  const b = sink.join(info('b'))
  expect(sink.join(info('a'))).toBe(a)
  sink.lines(a, batchOf(['a1', 'a3', 'a2 goes back'], at(1000, 1003, 1002)), true)
  sink.lines(b, batchOf(['b2', 'b4'], at(1002, 1004)), true)
  expect(texts()).toEqual(['a1', 'b2', 'a3', 'a2 goes back', 'b4'])
  expect(texts({ time: '1970-01-01T00:16:42Z' }, 1)).toEqual(['b2'])
  const [, second] = view.rows({ from: 0, count: 2 }).rows
  expect(texts({ id: second?.id ?? -1, offset: -1 }, 2)).toEqual(['a1', 'b2'])
  expect(view.state()).toMatchObject({
    total: 5,
    bytes: 25,
    shown: 5,
    sources: [
      { short: 'a', lines: 3 },
      { short: 'b', lines: 2 },
    ],
  })
})

test('a line that comes after later ones were shown is in its place and says that it is late', () => {
  const { sink } = view.ports
  const [a, b] = [sink.join(info('a')), sink.join(info('b'))]
  sink.lines(a, batchOf(['a1', 'a9'], at(1000, 1009)), true)
  const before = view.state().layout
  sink.lines(b, batchOf(['b5'], at(1005)), false)
  expect(view.rows({ from: 0, count: 9 }).rows.map(({ text, late }) => [text, late])).toEqual([
    ['a1', false],
    ['b5', true],
    ['a9', false],
  ])
  expect(view.state().layout).toBeGreaterThan(before)
})

test('a row and a line that is saved name the stream that it was written to, where that is known', async () => {
  const { sink } = view.ports
  const streams = [0, flag.stdout, flag.stderr]
  sink.lines(sink.join(info('a')), batchOf(['api', 'out', 'err'], { flags: (line) => streams[line] ?? 0 }), true)
  expect(view.rows({ from: 0, count: 9 }).rows.map(({ text, stream }) => [text, stream])).toEqual([
    ['api', null],
    ['out', 'stdout'],
    ['err', 'stderr'],
  ])
  let saved = ''
  for await (const chunk of view.export({ what: 'all', format: 'jsonl', prefix: false }, new AbortController().signal)) saved += chunk
  const lines = saved.trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { stream?: string }).stream)).toEqual([undefined, 'stdout', 'stderr'])
})

test('a reason of whoever wrote the object is harmless in a row of Cove’s own too', () => {
  const { sink } = view.ports
  sink.note(sink.join(info('a')), null, {
    type: 'restarted',
    exitCode: 1,
    reason: '\u001b[31mE\u202error\u001b]0;x\u0007',
    restarts: 2,
    ranMs: null,
  })
  expect(view.rows({ from: 0, count: 1 }).rows[0]?.note).toMatchObject({ reason: 'E\uFFFDrror', restarts: 2 })
})

test('a stack trace is one row that opens; pieces of a long line are one line', () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  sink.lines(a, batchOf(['ERROR java.lang.X: y', '\tat a.b(C.java:1)', '\tat d.e(F.java:2)', 'next'], at(1, 1, 1, 2)), true)
  sink.lines(
    a,
    batchOf(['x'.repeat(maxPieceBytes), 'y'.repeat(700)], { second: () => 3, flags: (line) => (line === 1 ? flag.piece : 0) }),
    true,
  )
  const rows = view.rows({ from: 0, count: 9 }).rows
  expect(rows.map(({ text, folded, more, level }) => [text.slice(0, 20), folded, more, level])).toEqual([
    ['ERROR java.lang.X: y', 2, 0, 'error'],
    ['next', 0, 0, 'none'],
    ['x'.repeat(20), 0, maxPieceBytes - 4096 + 700, 'none'],
  ])
  // What a row stands for is no row of its own, so nothing seems to be left out.
  expect(view.state()).toMatchObject({ total: 3, shown: 3 })
  expect(view.line(rows[0]?.id ?? -1).trace).toEqual(['\tat a.b(C.java:1)', '\tat d.e(F.java:2)'])
  expect(view.line(rows[2]?.id ?? -1).text).toBe('x'.repeat(maxPieceBytes) + 'y'.repeat(700))
  view.setFilter(logFilterSchema.parse({ fold: false }))
  expect(texts()).toHaveLength(5)
})

test('fields of lines that a row holds only in part: JSON of many pieces, logfmt, and what is too long to be read', () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  const long = JSON.stringify({ pad: 'x'.repeat(maxPieceBytes), user: { id: 7, tags: ['a', 'b\u202e'] }, msg: 'y'.repeat(5000) })
  const pieces = [long.slice(0, maxPieceBytes), long.slice(maxPieceBytes)]
  sink.lines(a, batchOf(pieces, { second: () => 1, flags: (line) => (line === 1 ? flag.piece : 0) }), true)
  sink.lines(a, batchOf([`level=info pad=${'x'.repeat(5000)} \u001b[31mn=4\u001b[0m`, `plain ${'x'.repeat(5000)}`], at(2, 2)), true)
  const endless = Array.from({ length: 17 }, () => 'x'.repeat(maxPieceBytes))
  sink.lines(a, batchOf(endless, { second: () => 3, flags: (line) => (line > 0 ? flag.piece : 0) }), true)
  const ids = view.rows({ from: 0, count: 9 }).rows.map(({ id }) => id)
  const paths = ['user.id', 'user.tags', 'user.tags.1', 'n', 'msg']
  expect(view.values([...ids, 1_000_000], paths)).toEqual([
    { id: ids[0], values: ['7', '["a","b\ufffd"]', 'b\ufffd', null, 'y'.repeat(1000)] },
    { id: ids[1], values: [null, null, null, '4', null] },
    { id: ids[2], values: [null, null, null, null, null] },
    { id: ids[3], values: null },
  ])
})

test('a row of Cove’s own in the middle of a stack trace hides nothing of it', () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  sink.lines(a, batchOf(['ERROR java.lang.X: y', '\tat a.b(C.java:1)'], at(1, 1)), true)
  sink.note(a, null, { type: 'resumed', from: null, to: null })
  sink.lines(a, batchOf(['\tat d.e(F.java:2)', 'next'], at(1, 2)), true)
  const rows = view.rows({ from: 0, count: 9 }).rows
  const shown = rows.flatMap(({ id, text, note }) => (note === null ? [text, ...view.line(id).trace] : []))
  expect(shown).toEqual(['ERROR java.lang.X: y', '\tat a.b(C.java:1)', '\tat d.e(F.java:2)', 'next'])
})

test('what is harmful in a line is harmless in its row', () => {
  const a = view.ports.sink.join(info('a'))
  view.ports.sink.lines(
    a,
    batchOf(['\u001b]0;title\u0007text', '\u001b[31mred', 'a\u202eb', Buffer.from([0x61, 0xff, 0x62])], at(1, 1, 1, 1)),
    true,
  )
  expect(texts()).toEqual(['text', '\u001b[31mred', 'a\uFFFDb', 'a\uFFFDb'])
})

test('filter and search together; seek goes round', async () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  sink.lines(a, batchOf(Array.from({ length: 1000 }, (_, n) => `${n % 10 === 0 ? 'WARN' : 'INFO'} line ${n}`)), true)
  view.setFilter(logFilterSchema.parse({ levels: ['warn'] }))
  await stateOfView((state) => state.filtered === 1 && state.shown === 100)
  view.setFind({ text: 'line 9', regex: false, matchCase: false, wholeWord: false })
  const state = await stateOfView(({ find }) => find?.done === 1)
  // 90 and 900 to 990.
  expect(state.find?.hits).toBe(11)
  expect(state.find?.heat.reduce((x, y) => x + y, 0)).toBe(11)
  expect(view.seek(-1, 'next')).toMatchObject({ at: 9, index: 0 })
  expect(view.seek(9, 'next')).toMatchObject({ at: 90, index: 1 })
  expect(view.seek(99, 'next')?.at).toBe(9)
  expect(view.seek(9, 'previous')).toMatchObject({ at: 99, index: 10 })
  sink.lines(a, batchOf(['WARN line 91'], at(5000)), false)
  await stateOfView(({ shown, find }) => shown === 101 && find?.hits === 12)
  view.setFilter(logFilterSchema.parse({ include: [{ text: 'line 500' }], context: 2 }))
  await stateOfView((now) => now.filtered === 1 && now.shown === 5)
  expect(view.rows({ from: 0, count: 9 }).rows.map(({ text, context }) => [text.slice(5), context])).toEqual([
    ['line 498', true],
    ['line 499', true],
    ['line 500', false],
    ['line 501', true],
    ['line 502', true],
  ])
  expect(() => view.setFilter(logFilterSchema.parse({ include: [{ text: '(', regex: true }] }))).toThrow(
    expect.objectContaining({ code: 'bad-input' }),
  )
  expect(view.state().shown).toBe(5)
})

test('while an expression takes for ever lines come in, are told and are served', async () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  const add = (text: string) => sink.lines(a, batchOf([text]), true)
  add(`${'a'.repeat(60)}!`)
  view.setFind({ text: '(a+)+$', regex: true, matchCase: true, wholeWord: false })
  for (const total of [2, 3, 4, 5, 6]) {
    add(`line ${total}`)
    const state = await stateOfView((now) => now.total === total)
    expect(state.find).toMatchObject({ hits: 0, error: null })
    expect(state.find?.done).toBeLessThan(1)
    expect(texts(total - 1)).toEqual([`line ${total}`])
  }
})

test('the rate of lines is told down to nothing after the last of them', async () => {
  const { sink } = view.ports
  const a = sink.join(info('a'))
  const rates: number[] = []
  sink.lines(a, batchOf(['one']), true)
  await stateOfView((now) => rates.push(now.linesPerSecond) > 1 && now.linesPerSecond === 0)
  expect(rates.at(0)).toBeGreaterThan(0)
})

test('notes are rows, and what comes from the nodes’ files goes before what is there', async () => {
  const { sink, history, firstLine, containers } = view.ports
  const a = sink.join(info('a'))
  sink.lines(a, batchOf(['live 1', 'live 2'], at(2000, 2001)), true)
  sink.note(a, null, { type: 'ended', reason: 'completed', exitCode: 0 })
  sink.state(a, { state: 'ended' })
  expect(Buffer.from(firstLine(a)?.text ?? []).toString()).toBe('live 1')
  history.lines(a, batchOf(['old 1', 'old 2'], at(1000, 1001)), true)
  history.note(a, { second: 1002, nanos: 0 }, { type: 'restarted', exitCode: null, reason: '', restarts: 1, ranMs: null })
  const rows = view.rows({ from: 0, count: 9 }).rows
  expect(rows.map((row) => row.note?.type ?? row.text)).toEqual(['old 1', 'old 2', 'restarted', 'live 1', 'live 2', 'ended'])
  expect(rows.every((row) => !row.late)).toBe(true)
  expect(containers()).toMatchObject([{ index: a, state: 'ended' }])
})

test('where the nodes’ files join is kept though its maker uses its memory again', () => {
  const { sink, firstLine } = view.ports
  const a = sink.join(info('a'))
  const splitter = createLineSplitter()
  sink.lines(a, splitter.push(Buffer.from('2026-11-24T10:00:00.5Z the first line\n')), true)
  sink.lines(a, splitter.push(Buffer.from(`2026-11-24T10:00:01Z ${'x'.repeat(200)}\n`)), true)
  expect(Buffer.from(firstLine(a)?.text ?? []).toString()).toBe('the first line')
  expect(firstLine(a)?.at).toEqual({ second: Date.parse('2026-11-24T10:00:00Z') / 1000, nanos: 500_000_000 })
})

test('a save goes on though the cap takes lines that it has not come to', async () => {
  await view.dispose()
  view = createView({ id: 'v', open, dir, residentBytes: 1024 * 1024, capBytes: 4 * 1024 * 1024 })
  const { sink } = view.ports
  const a = sink.join(info('a'))
  let next = 0
  const add = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const from = next
      next += 500
      sink.lines(
        a,
        batchOf(
          Array.from({ length: 500 }, (_, n) => `${from + n} `.padEnd(200, 'x')),
          { second: (line) => from + line + 1 },
        ),
        true,
      )
      if (sink.full()) await sink.drained()
    }
  }
  await add(20)
  const saved: number[] = []
  for await (const chunk of view.export({ what: 'all', format: 'text', prefix: false }, new AbortController().signal)) {
    for (const line of chunk.trim().split('\n')) saved.push(Number(line.split(' ')[0]))
    if (next < 60_000) await add(20)
  }
  expect(view.state().dropped).toBeGreaterThan(0)
  // Never one twice, never back; what is left out was dropped before it was reached.
  expect(saved.every((number, at) => at === 0 || number > (saved[at - 1] ?? 0))).toBe(true)
  expect(saved.at(-1)).toBe(next - 1)
})

test('a saving that is aborted throws, between two chunks too: it is no end of the lines', async () => {
  const a = view.ports.sink.join(info('a'))
  view.ports.sink.lines(a, batchOf(Array.from({ length: 300 }, () => 'x'.repeat(4000))), true)
  const stop = new AbortController()
  const chunks = view.export({ what: 'all', format: 'text', prefix: false }, stop.signal)
  await chunks.next()
  stop.abort(new Error('enough'))
  await expect(chunks.next()).rejects.toThrow('enough')
})

test('saved as text with and without prefix, and as JSON lines', async () => {
  const a = view.ports.sink.join(info('a'))
  view.ports.sink.lines(a, batchOf(['ERROR one', '\tat a.b(C.java:1)', 'two'], at(1000, 1000, 1001)), true)
  view.ports.sink.note(a, null, { type: 'gap', from: null, to: null, reason: 'connection' })
  const all = async (options: Parameters<LogView['export']>[0]) => {
    let text = ''
    for await (const chunk of view.export(options, new AbortController().signal)) text += chunk
    return text
  }
  expect(await all({ what: 'all', format: 'text', prefix: false })).toBe('ERROR one\n\tat a.b(C.java:1)\ntwo\n')
  expect(await all({ what: 'shown', format: 'text', prefix: true })).toBe(
    'a 1970-01-01T00:16:40.000000000Z ERROR one\na 1970-01-01T00:16:40.000000000Z \tat a.b(C.java:1)\na 1970-01-01T00:16:41.000000000Z two\n',
  )
  const json = (await all({ what: 'all', format: 'jsonl', prefix: false }))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(json[0]).toEqual({ time: '1970-01-01T00:16:40.000000000Z', source: 'shop/a/main', level: 'error', text: 'ERROR one' })
})

test('bookmarks keep their note and their place', () => {
  const a = view.ports.sink.join(info('a'))
  view.ports.sink.lines(a, batchOf(['one', 'two']), true)
  view.bookmark(1, 'here')
  expect(view.bookmarks()).toEqual([{ id: 1, at: 1, note: 'here' }])
  expect(view.rows({ from: 1, count: 1 }).rows[0]?.bookmark).toBe('here')
  view.bookmark(1, null)
  expect(view.bookmarks()).toEqual([])
})

test('at its cap the oldest lines go, and the view says how many', async () => {
  await view.dispose()
  view = createView({ id: 'v', open, dir, residentBytes: 1024 * 1024, capBytes: 4 * 1024 * 1024 })
  const { sink } = view.ports
  const a = sink.join(info('a'))
  for (let round = 0; round < 100; round++) {
    sink.lines(
      a,
      batchOf(
        Array.from({ length: 500 }, (_, n) => `${round * 500 + n} `.padEnd(200, 'x')),
        { second: (line) => round * 500 + line + 1 },
      ),
      true,
    )
    if (sink.full()) await sink.drained()
  }
  const state = view.state()
  expect(state.dropped).toBeGreaterThan(0)
  expect(state.dropped + state.total).toBe(50_000)
  expect(texts(0, 1)[0]).toBe(`${state.dropped} `.padEnd(200, 'x'))
  expect(texts(state.total - 1, 1)[0]?.startsWith('49999 ')).toBe(true)
})
