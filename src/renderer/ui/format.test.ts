import { expect, test } from 'vitest'
import { createI18n } from '../locales/i18n.ts'
import { createFormat } from './format.tsx'

const en = createFormat('en', createI18n('en').getFixedT('en', 'common') as never)
const zh = createFormat('zh-CN', createI18n('zh-CN').getFixedT('zh-CN', 'common') as never)

test('spans take the largest unit that fits', () => {
  expect([500, 59_000, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(en.span)).toEqual([
    '1 s',
    '59 s',
    '1 min',
    '1 h',
    '47 h',
    '2 d',
  ])
  expect(zh.span(240_000)).toBe('4 分钟')
})

test('clocks count seconds, minutes and hours', () => {
  expect([0, 24_900, 61_000, 3_723_000].map(en.clock)).toEqual(['0:00', '0:24', '1:01', '1:02:03'])
})

test('durations are exact where they are short', () => {
  expect([62, 3100, 15_000].map(en.duration)).toEqual(['0.06 s', '3.1 s', '0:15'])
})

test('large counts are short, in the units of the language', () => {
  expect([12_345, 99_999, 191_234, 1_234_567, 12_300_000].map(en.compact)).toEqual(['12,345', '99,999', '191K', '1.23M', '12.3M'])
  expect(zh.compact(191_234)).toBe('19.1万')
})

test('sizes are decimal, as the tools print them', () => {
  expect([0, 999, 57_200_000, 1_100_000_000].map(en.bytes)).toEqual(['0 B', '999 B', '57.2 MB', '1.1 GB'])
})

test('ages and guesses are said in words of the language', () => {
  expect(en.ago(0, 1000)).toBe('just now')
  expect(en.ago(0, 14 * 60_000)).toBe('14 min ago')
  expect(zh.ago(0, 14 * 60_000)).toBe('14 分钟前')
  expect(en.about(40_400)).toBe('about 40 s')
  expect(zh.about(120_000)).toBe('约 2 分钟')
})

test('lists read as the language writes them', () => {
  expect(en.list(['a', 'b', 'c'])).toBe('a, b, and c')
  expect(zh.list(['a', 'b', 'c'])).toBe('a、b、c')
})
