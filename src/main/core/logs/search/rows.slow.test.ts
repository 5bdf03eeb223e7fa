import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LogFilter, logFilterSchema, type LogPattern, logPatternSchema } from '#shared/contract/logs.ts'
import { sanitize } from '#core/sanitize.ts'
import { batchOf, type Line, numbersFrom } from '../store/fixtures/batch.ts'
import { flag, flagsOf, levelOf, levels, maxPieceBytes, sourceOf } from '../store/layout.ts'
import { createLineStore, type LineStore } from '../store/line-store.ts'
import { inspectLine } from './inspect.ts'
import { createSearcher, type Searcher } from './searcher.ts'

// A row is a line with its pieces and, folded, its stack trace; what stands for it is its first line. Search is held against the plainest way to say the same.

const dir = mkdtempSync(join(tmpdir(), 'cove-rows-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let store: LineStore
let searcher: Searcher
beforeEach(() => {
  store = createLineStore({ dir, inspect: inspectLine, residentBytes: 1024 * 1024 })
  searcher = createSearcher({ store, onChange: () => {} })
})
afterEach(async () => {
  await searcher.dispose()
  await store.dispose()
})

type Spec = LogFilter | LogPattern
const pattern = (text: string, over: Partial<LogPattern> = {}) => logPatternSchema.parse({ text, ...over })
const expression = (text: string, over: Partial<LogPattern> = {}) => pattern(text, { regex: true, ...over })
const filter = (over: Partial<LogFilter>) => logFilterSchema.parse(over)
const nameOf = (spec: Spec) => ('text' in spec ? 'find' : 'filter')

function begin(spec: Spec) {
  if ('text' in spec) searcher.set('find', spec, { fold: true })
  else searcher.set('filter', spec)
}

async function idsOf(spec: Spec): Promise<number[]> {
  const name = nameOf(spec)
  await expect.poll(() => searcher.error(name) ?? searcher.progress(name), { timeout: 20_000 }).toBe(1)
  return Array.from({ length: store.next }, (_, id) => id).filter((id) => searcher.has(name, id))
}

const passing = (spec: Spec) => {
  begin(spec)
  return idsOf(spec)
}

type Row = { readonly head: number; readonly texts: string[] }
const sgr = new RegExp(`${String.fromCharCode(27)}\\[[0-9;:]*m`, 'g')

function rowsOf(fold: boolean): Row[] {
  const rows: { head: number; lines: Buffer[][] }[] = []
  const open = new Map<number, (typeof rows)[number]>()
  for (let id = store.first; id < store.next; id++) {
    const flags = flagsOf(store.tag(id))
    if ((flags & flag.note) !== 0) continue
    const bytes = Buffer.from(store.bytes(id))
    const row = open.get(sourceOf(store.tag(id)))
    if (row && (flags & flag.piece) !== 0) row.lines.at(-1)?.push(bytes)
    else if (row && fold && (flags & flag.continuation) !== 0) row.lines.push([bytes])
    else {
      const made = { head: id, lines: [[bytes]] }
      open.set(sourceOf(store.tag(id)), made)
      rows.push(made)
    }
  }
  return rows.map(({ head, lines }) => ({ head, texts: lines.map((parts) => sanitize(Buffer.concat(parts).toString()).replace(sgr, '')) }))
}

function testOf({ text, regex, matchCase, wholeWord }: LogPattern): (row: Row) => boolean {
  const letter = '[0-9A-Za-z_\\u00aa\\u00b5\\u00ba\\u00c0-\\u1fff]'
  const plain = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const one = new RegExp(wholeWord ? `(?<!${letter})(?:${plain})(?!${letter})` : plain, matchCase ? '' : 'i')
  return ({ texts }) => texts.some((each) => one.test(each))
}

function expected(spec: Spec): number[] {
  if ('text' in spec)
    return rowsOf(true)
      .filter(testOf(spec))
      .map(({ head }) => head)
  const include = spec.include.map(testOf)
  const exclude = spec.exclude.map(testOf)
  const passes = (row: Row) => {
    const tag = store.tag(row.head)
    if (spec.hidden.includes(sourceOf(tag)) || spec.levels?.includes(levels[levelOf(tag)]!) === false) return false
    if (spec.stream !== null && (flagsOf(tag) & flag[spec.stream]) === 0) return false
    return include.every((one) => one(row)) && !exclude.some((one) => one(row))
  }
  return rowsOf(spec.fold)
    .filter(passes)
    .map(({ head }) => head)
}

const escape = String.fromCharCode(27)
const words = [
  'timeout',
  'order',
  'closed',
  '订单',
  '请求完成',
  'ERROR',
  'WARN',
  'naïve',
  'x',
  '12',
  '😀',
  'connection reset',
  'time',
  'out',
  'a.b',
  '-',
  'мир',
  '',
]
const marks = [`${escape}[31m`, `${escape}[0m`, `${escape}[1;38;5;3m`, `${escape}[2K`, '\r', '\u0007', '\u202e']

/** Batches of one source each. `long`: so long now and then that they fill segments. */
function madeLines(next: (below: number) => number, count: number, { long, pieces }: { long: number; pieces: boolean }): Line[][] {
  const text = () => {
    let made = ''
    for (let left = next(6); left > 0; left--)
      made += words[next(words.length)]! + (next(5) === 0 ? marks[next(marks.length)] : '') + (next(2) === 0 ? ' ' : '')
    return next(40) === 0 ? made + 'z'.repeat(next(long)) : made
  }
  // As long as a piece is, for a match: no more than its end is looked at together with the next.
  const piece = (flags: number): Line => ({ text: `${text()}${'z'.repeat(1100)}${text()}`.replaceAll('\r', ''), flags })
  return Array.from({ length: count }, (_, second): Line[] => {
    const at = { second: 1_700_000_000 + second }
    const kind = next(12)
    if (kind === 0) return [{ text: `java.lang.Exception: ${text()}`, ...at }]
    if (kind < 4) return Array.from({ length: 1 + next(3) }, () => ({ text: `\tat ${text()}(A.java:1)`, ...at }))
    if (kind === 4 && pieces)
      return [{ ...piece(0), ...at }, ...Array.from({ length: 1 + next(3) }, () => ({ ...piece(flag.piece), ...at }))]
    if (kind === 5) return [{ text: JSON.stringify({ level: 'error', msg: text() }), ...at }]
    return [{ text: text(), ...at, flags: [0, flag.stdout, flag.stderr][next(3)]! }]
  })
}

const anywhere = [
  ...['timeout', 'TIMEOUT', '订单', 'a.b', '😀', 'МИР'].map((text) => pattern(text)),
  pattern('timeout', { matchCase: true }),
  ...['time|closed', 'r\\s+c', '[^x]12', 'a.b', 'ï', 'x*', '[\\s\\S]x', 'o(?=r)', '(?<=t)i', '(?!x)out', '订.'].map((text) =>
    expression(text),
  ),
  expression('e', { matchCase: true }),
]
/** What may see the end of a piece as the end of a line, or reach over more than one. */
const withinLine = [
  ...[
    '^time',
    'out$',
    '^$',
    '^\\s*at ',
    '(?-m:^)time',
    '(?s:e.*c)',
    'e.*c',
    '[\\w\\s]+[^\\s]\\x31',
    'e(?!\\s)',
    '(?<!\\W)o',
    'e\\b',
    '\\u4e2d|\\u8ba2',
    '[^]$',
    '\\n',
    '[\\n]|t',
  ].map((text) => expression(text)),
  ...['order', '订单', 'мир', '-'].map((text) => pattern(text, { wholeWord: true })),
  expression('\\d+', { wholeWord: true }),
]

function madeSpec(next: (below: number) => number, patterns: readonly LogPattern[]): Spec {
  const some = (most: number) => Array.from({ length: next(most + 1) }, () => patterns[next(patterns.length)]!)
  if (next(3) === 0) return patterns[next(patterns.length)]!
  return filter({
    include: some(2),
    exclude: some(1),
    levels: next(3) === 0 ? ['error', 'none'] : null,
    hidden: next(3) === 0 ? [1] : [],
    stream: ([null, null, 'stdout', 'stderr'] as const)[next(4)]!,
    fold: next(3) > 0,
  })
}

const seeds = [1, 2, 3, 4, 5, 6]

describe('what is there when a search begins', () => {
  test.each(seeds)('lines, seed %i', async (seed) => {
    const next = numbersFrom(seed)
    for (const batch of madeLines(next, 500, { long: 100, pieces: false })) store.append(next(3), batchOf(batch))
    for (let round = 0; round < 25; round++) {
      const spec = madeSpec(next, [...anywhere, ...withinLine])
      expect({ spec, ids: await passing(spec) }).toEqual({ spec, ids: expected(spec) })
    }
  })

  test.each(seeds)('rows over segments, in memory and in the file, seed %i', async (seed) => {
    const next = numbersFrom(seed * 100)
    for (const batch of madeLines(next, 4000, { long: 80_000, pieces: true })) store.append(next(3), batchOf(batch))
    await store.drained()
    for (let round = 0; round < 5; round++) {
      const spec = madeSpec(next, anywhere)
      expect({ spec, ids: await passing(spec) }).toEqual({ spec, ids: expected(spec) })
    }
  })
})

test.each(seeds)('what comes while it runs, seed %i', async (seed) => {
  const next = numbersFrom(seed * 1000)
  const batches = madeLines(next, 3000, { long: 80_000, pieces: true })
  const spec = madeSpec(next, anywhere)
  for (const batch of batches.splice(0, next(1000))) store.append(next(3), batchOf(batch))
  begin(spec)
  while (batches.length > 0) {
    for (const batch of batches.splice(0, next(200))) store.append(next(3), batchOf(batch))
    searcher.poke()
    await new Promise((resolve) => setTimeout(resolve, next(50)))
  }
  expect({ spec, ids: await idsOf(spec) }).toEqual({ spec, ids: expected(spec) })
})

test('a line of 4 MiB is found by what stands at its end, and by what a border of two pieces cuts', async () => {
  const text = `first ${'z'.repeat(maxPieceBytes - 9)}needle ${'z'.repeat(4 * 1024 * 1024)} last`
  const pieces = Array.from(
    { length: Math.ceil(text.length / maxPieceBytes) },
    (_, index): Line => ({
      text: text.slice(index * maxPieceBytes, (index + 1) * maxPieceBytes),
      flags: index === 0 ? 0 : flag.piece,
      second: 1000,
    }),
  )
  store.append(0, batchOf([{ text: 'before', second: 999 }, ...pieces, { text: 'after', second: 1001 }]))
  const after = pieces.length + 1
  expect(await passing(pattern('last'))).toEqual([1])
  expect(await passing(pattern('needle'))).toEqual([1])
  expect(await passing(filter({ include: [pattern('first'), pattern('needle'), pattern('last')] }))).toEqual([1])
  expect(await passing(filter({ exclude: [pattern('last')] }))).toEqual([0, after])
})

test('a stack trace that goes on behind a note of a resumed stream is still one row', async () => {
  store.append(
    0,
    batchOf([
      { text: 'ERROR broken', second: 1000 },
      { text: '\tat a.b(C.java:1)', second: 1000 },
    ]),
  )
  store.note(0, null, { type: 'resumed', from: null, to: null })
  store.append(0, batchOf([{ text: '\tat needle(D.java:2)', second: 1001 }]))
  expect(await passing(pattern('needle'))).toEqual([0])
})

test('lines that come one by one go to the row that is open then', async () => {
  const spec = pattern('needle')
  begin(spec)
  for (const text of ['ERROR first', '\tat a.b(C.java:1)', 'ERROR second', '\tat needle(D.java:2)', 'INFO last', 'a needle']) {
    store.append(0, batchOf([{ text, second: 1000 }]))
    searcher.poke()
    await idsOf(spec)
  }
  expect(await idsOf(spec)).toEqual([2, 5])
})

test('the end of a row comes before its middle was looked at', async () => {
  const filler = Array.from({ length: 1500 }, (): Line => ({ text: 'z'.repeat(1000), second: 1000 }))
  store.append(0, batchOf([{ text: 'ERROR broken', second: 1000 }]))
  store.append(1, batchOf(filler))
  store.append(0, batchOf([{ text: '\tat a.b(C.java:1)', second: 1000 }]))
  const spec = pattern('needle')
  begin(spec)
  store.append(0, batchOf([{ text: '\tat needle(D.java:2)', second: 1000 }]))
  expect(await idsOf(spec)).toEqual([0])
})

test('an expression that takes for ever is ended when another is wanted, and hurts no other search', async () => {
  store.append(
    0,
    batchOf([
      { text: `${'a'.repeat(60)}!`, second: 1000 },
      { text: 'other', second: 1001 },
    ]),
  )
  const others = filter({ exclude: [pattern('!')] })
  expect(await passing(others)).toEqual([1])
  await searcher.dispose()
  searcher = createSearcher({ store, onChange: () => {}, limitMs: 600_000 })
  begin(others)
  begin(expression('(a+)+$'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await passing(pattern('other'))).toEqual([1])
  store.append(0, batchOf([{ text: 'new', second: 1002 }]))
  searcher.poke()
  expect(await idsOf(others)).toEqual([1, 2])
})
