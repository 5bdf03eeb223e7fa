import { array, assert, constantFrom, nat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { type DiffHunk, lineDiff } from './line-diff.ts'

/** As `diff -U` prints it, without the names. */
const unified = (hunks: readonly DiffHunk[]) =>
  hunks.flatMap(({ before, after, lines }) => [
    `@@ ${before} ${after}`,
    ...lines.map(({ kind, text, open }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}${open ? '$' : ''}`),
  ])
/** One side of it: all lines where the context is as long as the text. */
const side = (hunks: readonly DiffHunk[], without: 'added' | 'removed') =>
  hunks
    .flatMap(({ lines }) => lines)
    .filter(({ kind }) => kind !== without)
    .map(({ text, open }) => (open ? text : `${text}\n`))
    .join('')

test('one line in a long file: it, and three lines on either side', () => {
  const config = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`)
  const after = config.with(9, 'SystemdCgroup = true\n')
  expect(unified(lineDiff(config.join(''), after.join('')))).toEqual([
    '@@ 7 7',
    ' line 7',
    ' line 8',
    ' line 9',
    '-line 10',
    '+SystemdCgroup = true',
    ' line 11',
    ' line 12',
    ' line 13',
  ])
})

test('a file that was not there is added whole, one that goes is removed whole, an empty one has nothing to show', () => {
  expect(unified(lineDiff(null, 'overlay\nbr_netfilter\n'))).toEqual(['@@ 1 1', '+overlay', '+br_netfilter'])
  expect(unified(lineDiff('overlay\n', null))).toEqual(['@@ 1 1', '-overlay'])
  expect(lineDiff(null, '')).toEqual([])
  expect(lineDiff('same\n', 'same\n')).toEqual([])
})

test('changes far from each other are shown apart, near ones together', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `${at}\n`)
  expect(lineDiff(lines.join(''), lines.with(2, 'x\n').with(25, 'y\n').join('')).length).toBe(2)
  expect(lineDiff(lines.join(''), lines.with(2, 'x\n').with(9, 'y\n').join('')).length).toBe(1)
  expect(lineDiff(lines.join(''), lines.with(2, 'x\n').with(10, 'y\n').join('')).length).toBe(2)
})

test('a line end that is missing is a change, and is told', () => {
  expect(unified(lineDiff('a\nb', 'a\nb\n'))).toEqual(['@@ 1 1', ' a', '-b$', '+b'])
})

test('texts too large to be compared are shown as replaced, still with what they begin and end with', () => {
  const many = (name: string) => `first\n${Array.from({ length: 3000 }, (_, at) => `${name} ${at}\n`).join('')}last\n`
  const [hunk] = lineDiff(many('a'), many('b'), 1)
  expect(hunk?.lines.length).toBe(6002)
  expect(hunk?.lines[0]?.text).toBe('first')
})

const texts = array(constantFrom('a\n', 'b\n', 'c\n', '\n', 'd'), { maxLength: 12 }).map((lines) => lines.join(''))

test('what it shows leads from one text to the other and back', () => {
  assert(
    property(texts, texts, (before, after) => {
      const hunks = lineDiff(before, after, 100)
      if (before === after) expect(hunks).toEqual([])
      else {
        expect(side(hunks, 'added')).toBe(before)
        expect(side(hunks, 'removed')).toBe(after)
      }
    }),
  )
})

test('never more lines than needed are marked, never more context than asked for, and the numbers are right', () => {
  assert(
    property(tuple(texts, texts, nat(4)), ([before, after, context]) => {
      const hunks = lineDiff(before, after, context)
      const all = hunks.flatMap(({ lines }) => lines)
      expect(all.filter(({ kind }) => kind !== 'same').length).toBe(distance(before, after))
      for (const { before: from, after: to, lines } of hunks) {
        const first = lines.findIndex(({ kind }) => kind !== 'same')
        const last = lines.findLastIndex(({ kind }) => kind !== 'same')
        expect(first).toBeLessThanOrEqual(context)
        expect(lines.length - 1 - last).toBeLessThanOrEqual(context)
        const named = lines.find(({ kind }) => kind !== 'added')
        if (named) expect(split(before)[from - 1]).toBe(named.text)
        const made = lines.find(({ kind }) => kind !== 'removed')
        if (made) expect(split(after)[to - 1]).toBe(made.text)
      }
    }),
  )
})

const split = (text: string) => text.split('\n')

/** The fewest lines to take away and add, found without the table. */
function distance(before: string, after: string): number {
  const a = before.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const b = after.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const known = new Map<string, number>()
  const walk = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return a.length - i + b.length - j
    const key = `${i} ${j}`
    const was = known.get(key)
    if (was !== undefined) return was
    const cost = a[i] === b[j] ? walk(i + 1, j + 1) : 1 + Math.min(walk(i + 1, j), walk(i, j + 1))
    known.set(key, cost)
    return cost
  }
  return walk(0, 0)
}
