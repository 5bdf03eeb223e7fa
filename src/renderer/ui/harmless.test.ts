import { expect, test } from 'vitest'
import { createI18n } from '../locales/i18n.ts'
import { harmless, harmlessWords } from './harmless.ts'

test('what could turn the line or act on a terminal is spelt out', () => {
  expect(harmless('a\u202Eb\u0000c\u001b[31m\nd\u2028e')).toBe(String.raw`a\u202eb\u0000c\u001b[31m\nd\u2028e`)
  expect(harmlessWords('a\u202Eb\n\tc\r')).toBe('a\\u202eb\n\tc\\r')
  expect(harmless('请求完成 👩🏽‍🚀 שלום <b>')).toBe('请求完成 👩🏽‍🚀 שלום <b>')
})

test('words of the page hold values so, whatever they are', () => {
  const { t } = createI18n('en')
  expect(t('logs:titleOf', { what: 'a\u202eb & <i>' })).toBe(String.raw`Log of a\u202eb & <i>`)
})
