import { expect, test } from 'vitest'
import { plainText, spansOf, withHits } from './ansi.ts'
import { hitsOf, matcherOf } from './hits.ts'

const esc = '\u001b['
const pattern = (text: string, part = {}) => ({ text, regex: false, matchCase: false, wholeWord: false, ...part })

test('colours are pieces with classes, never markup', () => {
  expect(spansOf(`${esc}31mno${esc}0m <b>`)).toEqual([
    { text: 'no', className: 'ansi-red' },
    { text: ' <b>', className: '' },
  ])
  expect(spansOf(`${esc}1;92mok`)).toEqual([{ text: 'ok', className: 'ansi-bold ansi-green' }])
  expect(spansOf('plain')).toEqual([{ text: 'plain', className: '' }])
})

test('exact colours become the nearest that reads on the ground of the theme', () => {
  const name = (code: string) => spansOf(`${esc}${code}mx`)[0]?.className
  expect(name('38;2;255;60;60')).toBe('ansi-red')
  expect(name('38;2:60:60:255')).toBe('ansi-blue')
  expect(name('38;5;46')).toBe('ansi-green')
  expect(name('38;5;9')).toBe('ansi-red')
  expect(name('38;5;250')).toBe('ansi-white')
  expect(name('41;37')).toBe('ansi-on-red')
  expect(name('7')).toBe('ansi-on-white')
})

test('a hit is found across colours and marked in each piece', () => {
  const text = `time${esc}31mout${esc}0m of 30`
  expect(plainText(text)).toBe('timeout of 30')
  const pieces = withHits(spansOf(text), hitsOf(plainText(text), matcherOf(pattern('TIMEOUT'))))
  expect(pieces.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['time', 'out'])
  expect(pieces.map((piece) => piece.text).join('')).toBe('timeout of 30')
})

test('what is typed is text, unless it is said to be a pattern', () => {
  expect(hitsOf('a.b axb', matcherOf(pattern('a.b')))).toEqual([[0, 3]])
  expect(hitsOf('a.b axb', matcherOf(pattern('a.b', { regex: true })))).toEqual([
    [0, 3],
    [4, 7],
  ])
  expect(matcherOf(null)).toBeNull()
  expect(matcherOf(pattern('(', { regex: true }))).toBeNull()
  expect(hitsOf('abc', matcherOf(pattern('x*', { regex: true })))).toEqual([])
})

test('case and whole words', () => {
  expect(hitsOf('Err err', matcherOf(pattern('err', { matchCase: true })))).toEqual([[4, 7]])
  expect(hitsOf('err errors 错err', matcherOf(pattern('err', { wholeWord: true })))).toEqual([[0, 3]])
})
