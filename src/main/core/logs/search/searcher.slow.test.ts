import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LogFilter, logFilterSchema, type LogPattern, logPatternSchema } from '#shared/contract/logs.ts'
import { flag } from '../store/layout.ts'
import { createLineStore, type LineStore } from '../store/line-store.ts'
import { batchOf } from './fixtures.ts'
import { inspectLine } from './inspect.ts'
import { createSearcher, type Searcher } from './searcher.ts'

let dir: string
let store: LineStore
let searcher: Searcher
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cove-search-'))
  store = createLineStore({ dir, inspect: inspectLine, residentBytes: 2 * 1024 * 1024 })
  searcher = createSearcher({ store, onChange: () => {} })
})
afterEach(async () => {
  await searcher.dispose()
  await store.dispose()
  await rm(dir, { recursive: true })
})

const pattern = (over: Partial<LogPattern> & { text: string }) => logPatternSchema.parse(over)
const filter = (over: Partial<LogFilter>) => logFilterSchema.parse(over)

async function settled(name: 'filter' | 'find'): Promise<number[]> {
  for (const end = performance.now() + 20_000; searcher.progress(name) < 1 && searcher.error(name) === null; ) {
    if (performance.now() > end) throw new Error(`not settled: ${searcher.progress(name)}`)
    searcher.poke()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return Array.from({ length: store.next }, (_, id) => id).filter((id) => searcher.has(name, id))
}
const found = (over: Partial<LogPattern> & { text: string }) => {
  searcher.set('find', pattern(over))
  return settled('find')
}
const passing = (over: Partial<LogFilter>) => {
  searcher.set('filter', filter(over))
  return settled('filter')
}

describe('a pattern', () => {
  const lines = [
    'GET /api/orders 200 18ms',
    'payment provider Timeout after 30s',
    '\u001b[31mtime\u001b[0mout in colours',
    '请求超时 path=/api',
    'timeouts are not timeout',
    '',
    'a.b [x] (y) $1',
    'bell \u0007 inside',
  ]
  beforeEach(() => void store.append(0, batchOf(lines)))

  test.each<[string, Partial<LogPattern> & { text: string }, number[]]>([
    ['text, without case', { text: 'timeout' }, [1, 2, 4]],
    ['text, with case', { text: 'Timeout', matchCase: true }, [1]],
    ['a whole word', { text: 'timeout', wholeWord: true }, [1, 2, 4]],
    ['a whole word that is never alone', { text: 'timeou', wholeWord: true }, []],
    ['Chinese', { text: '超时' }, [3]],
    ['Chinese, as a word', { text: '超时', wholeWord: true }, [3]],
    ['characters that mean something in an expression', { text: '.b [x] (y) $' }, [6]],
    ['an expression', { text: '\\d+(ms|s)\\b', regex: true }, [0, 1]],
    ['the ends of a line', { text: '^GET.*ms$', regex: true }, [0]],
    ['nothing at all matches every line', { text: '^$', regex: true }, [5]],
    ['what would run over the end of the line', { text: '18ms\\s+payment', regex: true }, []],
    ['a class that would', { text: '18ms[^x]+payment', regex: true }, []],
    ['a class of all', { text: '18ms[\\s\\S]payment', regex: true }, []],
    ['a look-around', { text: 'timeout(?!s)', regex: true }, [1, 2, 4]],
    ['a newline is never there', { text: '\\n', regex: true }, []],
  ])('%s', async (_, over, expected) => {
    expect(await found(over)).toEqual(expected)
  })

  test('what is no expression is refused, and the search before it stays', async () => {
    await found({ text: 'GET' })
    expect(() => searcher.set('find', pattern({ text: '(', regex: true }))).toThrow(expect.objectContaining({ code: 'bad-input' }))
    expect(searcher.has('find', 0)).toBe(true)
  })
})

test('lines that come later are found too, and a stack trace by its head', async () => {
  store.append(0, batchOf(['INFO one', 'ERROR java.lang.IllegalStateException: closed']))
  searcher.set('find', pattern({ text: 'Order.java' }), { fold: true })
  expect(await settled('find')).toEqual([])
  store.append(0, batchOf(['\tat shop.Order.pay(Order.java:12)', 'INFO next']))
  searcher.poke()
  await expect.poll(() => searcher.has('find', 1)).toBe(true)
  expect(await settled('find')).toEqual([1])
  searcher.set('find', pattern({ text: 'Order.java' }), { fold: false })
  expect(await settled('find')).toEqual([2])
})

test('a field whose name or value JSON spells out is found by what it says', async () => {
  store.append(0, batchOf([String.raw`{"\u8ba2\u5355":"\u5df2\u4ed8"}`, '{"订单":"已付"}', '{"n":1}', String.raw`{"k\u202e":"v"}`]))
  expect(await passing({ fields: [{ path: '订单', op: '=', value: '已付' }] })).toEqual([0, 1])
  expect(await passing({ fields: [{ path: 'k\u202e', op: 'exists', value: '' }] })).toEqual([3])
  expect(await passing({ fields: [{ path: '订单', op: 'missing', value: '' }] })).toEqual([2, 3])
})

describe('a filter', () => {
  const lines = [
    '{"level":"error","status":504,"path":"/pay","took":{"ms":30002}}',
    '{"level":"info","status":200,"path":"/pay","took":{"ms":12}}',
    'level=warn status=503 msg="slow provider" took_ms=1200',
    'INFO GET /metrics',
    'ERROR broken',
    '\tat a.b(C.java:1)',
    'DEBUG cache',
  ]
  beforeEach(() => {
    store.append(0, batchOf(lines))
    store.append(
      1,
      batchOf(['INFO to stdout', 'to stderr'], {
        second: (line) => 2000 + line,
        flags: (line) => (line === 1 ? flag.stderr : flag.stdout),
      }),
    )
    store.note(1, null, { type: 'ended', reason: 'completed', exitCode: 0 })
  })

  test.each<[string, Partial<LogFilter>, number[]]>([
    ['folds stack traces', {}, [0, 1, 2, 3, 4, 6, 7, 8, 9]],
    ['or not', { fold: false }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['levels', { levels: ['error', 'warn'] }, [0, 2, 4, 9]],
    ['hidden sources, with their notes', { hidden: [1] }, [0, 1, 2, 3, 4, 6]],
    ['all that is included', { include: [pattern({ text: 'status' }), pattern({ text: 'pay' })] }, [0, 1, 9]],
    ['nothing that is excluded', { exclude: [pattern({ text: '/metrics' }), pattern({ text: 'C.java' })] }, [0, 1, 2, 6, 7, 8, 9]],
    ['a trace that holds it stands by its head', { include: [pattern({ text: 'C.java' })] }, [4, 9]],
    ['fields of JSON and logfmt as numbers', { fields: [{ path: 'status', op: '>=', value: '503' }] }, [0, 2, 9]],
    ['a field within a field', { fields: [{ path: 'took.ms', op: '<', value: '100' }] }, [1, 9]],
    ['a quoted value', { fields: [{ path: 'msg', op: '=', value: 'slow provider' }] }, [2, 9]],
    ['an expression on a field', { fields: [{ path: 'path', op: '~', value: '^/p' }] }, [0, 1, 9]],
    ['a field that is there', { fields: [{ path: 'took_ms', op: 'exists', value: '' }] }, [2, 9]],
    ['stderr', { stream: 'stderr' }, [8, 9]],
    ['stdout, and none that may be either', { stream: 'stdout' }, [7, 9]],
    ['a time range', { from: '1970-01-01T00:16:41Z', to: '1970-01-01T00:16:43Z' }, [1, 2]],
  ])('%s', async (_, over, expected) => {
    expect(await passing(over)).toEqual(expected)
  })

  test('lines by time and level, of all and of those that pass', async () => {
    const all = await searcher.histogram({ buckets: 2, from: null, to: null, within: null })
    expect(all).toMatchObject({ from: 1_000_000, to: 2_002_000 })
    // none, trace, debug, info, warn, error, fatal
    expect(all?.counts.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([1, 0, 1, 3, 1, 3, 0])
    expect(all?.counts[3]).toEqual([2, 1])
    await passing({ levels: ['error'] })
    const some = await searcher.histogram({ buckets: 1, from: null, to: null, within: 'filter' })
    expect(some?.counts.map((row) => row[0])).toEqual([0, 0, 0, 0, 0, 2, 0])
  })
})

test('an expression that takes for ever is given up; other searches go on', async () => {
  await searcher.dispose()
  searcher = createSearcher({ store, onChange: () => {}, limitMs: 300 })
  store.append(0, batchOf([`${'a'.repeat(60)}!`]))
  searcher.set('find', pattern({ text: '(a+)+$', regex: true }))
  await settled('find')
  expect(searcher.error('find')).toMatchObject({ code: 'search-too-slow' })
  expect(await found({ text: '!' })).toEqual([0])
})

test('counts a long log by time in parts, so that what is written to the disk meanwhile waits for none but the part that it is in', async () => {
  await searcher.dispose()
  const lent: number[] = []
  searcher = createSearcher({
    store: {
      get first() {
        return store.first
      },
      get next() {
        return store.next
      },
      lend: (...range) => {
        const loan = store.lend(...range)
        lent.push(loan.segments.length)
        return loan
      },
    },
    onChange: () => {},
  })
  const text = 'x'.repeat(1031)
  for (let round = 0; round < 40; round += 1) {
    store.append(0, batchOf(Array.from({ length: 1000 }, () => text)))
    await store.drained()
  }
  const histogram = await searcher.histogram({ buckets: 10, from: null, to: null, within: null })
  expect(histogram?.counts.flat().reduce((a, b) => a + b)).toBe(40_000)
  expect(Math.max(...lent)).toBe(16)
  expect(store.lend().segments.length).toBe(40)
})

/** As slow and plain as can be. */
const naive = (lines: readonly string[], one: RegExp) => lines.flatMap((line, id) => (one.test(line) ? [id] : []))

test('over many segments, some of them on the disk, it finds what a look at each line finds', async () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const words = ['timeout', 'Order', '请求', 'é', 'x=1', 'retry', '😀', '', 'ok', 'path=/a/b']
  const lines = Array.from(
    { length: 100_000 },
    (_, n) => `${n} ${Array.from({ length: random(12) }, () => words[random(words.length)]).join(' ')}`,
  )
  for (let at = 0; at < lines.length; at += 1000)
    store.append(at % 3, batchOf(lines.slice(at, at + 1000), { second: (line) => 1000 + at + line }))
  await store.drained()
  const loan = store.lend()
  expect(loan.segments.length).toBeGreaterThan(3)
  loan.release()
  expect(await found({ text: '请求' })).toEqual(naive(lines, /请求/))
  expect(await found({ text: 'order' })).toEqual(naive(lines, /order/i))
  expect(await found({ text: 'Order', matchCase: true })).toEqual(naive(lines, /Order/))
  expect(await found({ text: 'retry\\s+[^ ]*out', regex: true })).toEqual(naive(lines, /retry\s+[^ ]*out/i))
  expect(await found({ text: '^\\d*7 .*😀', regex: true })).toEqual(naive(lines, /^\d*7 .*😀/i))
})
