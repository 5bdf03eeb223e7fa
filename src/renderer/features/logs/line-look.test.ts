import { afterEach, expect, test, vi } from 'vitest'
import type { LogRow } from '#shared/contract/logs.ts'
import { columnOf, lineLook } from './line-look.ts'

afterEach(() => vi.restoreAllMocks())

const row = (text: string): LogRow => ({
  id: 1,
  source: 0,
  time: null,
  level: 'none',
  stream: null,
  text,
  more: 0,
  folded: 0,
  late: false,
  context: false,
  bookmark: null,
  note: null,
})

test.each([
  ['{"user":{"id":7},"tags":["x",{"k":1}],"a.b":2,"none":{}}', { 'user.id': '7', user: '{"id":7}', tags: '["x",{"k":1}]', 'tags.0': 'x' }],
  [
    '{"user":{"id":7},"tags":["x",{"k":1}],"a.b":2,"none":{}}',
    { 'tags.1.k': '1', 'tags.2': '', 'a.b': '2', none: '{}', use: '', 'user.id.x': '' },
  ],
  ['{"a.b":{"c":1}}', { 'a.b': '{"c":1}', a: '' }],
  [`{${Array.from({ length: 300 }, (_, at) => `"f${at}":${at}`).join()}}`, { f299: '299', f300: '' }],
  ['level=info n=1', { n: '1', m: '' }],
  ['words', { n: '' }],
])('what stands in the column of a field: %#', (text, columns) => {
  expect(Object.fromEntries(Object.keys(columns).map((path) => [path, columnOf(row(text), path)]))).toEqual(columns)
})

test('a line is not read again for a field that it does not have', () => {
  const plain = row('{"msg":"a","user":{"id":7},"text":"[","tags":["x"]}')
  lineLook(plain)
  const read = vi.spyOn(JSON, 'parse')
  for (const path of ['trace', 'user.name', 'msg.x', 'text.0', 'use']) expect(columnOf(plain, path)).toBe('')
  expect(read).not.toHaveBeenCalled()
})
