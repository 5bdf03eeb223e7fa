import { expect, test } from 'vitest'
import { fieldRows, fieldsOf, summaryOf } from './json-fields.ts'

test('a JSON line as dotted paths', () => {
  expect(fieldsOf(' {"msg":"a","n":1,"ok":true,"user":{"id":7,"tags":["x"]},"none":{}} ')).toEqual([
    { path: 'msg', value: 'a', type: 'string' },
    { path: 'n', value: '1', type: 'number' },
    { path: 'ok', value: 'true', type: 'other' },
    { path: 'user.id', value: '7', type: 'number' },
    { path: 'user.tags', value: '["x"]', type: 'other' },
    { path: 'none', value: '{}', type: 'other' },
  ])
})

const rowsOf = (text: string) => fieldRows(text)?.map(({ path, depth, type, size, value }) => [path, depth, type, size, value()])

test('all of a JSON line, each field below the one that holds it', () => {
  expect(rowsOf(' {"msg":"a","user":{"id":7,"tags":["x",{"k":null}]},"none":{},"a.b":[]} ')).toEqual([
    ['msg', 0, 'string', 0, 'a'],
    ['user', 0, 'object', 2, '{"id":7,"tags":["x",{"k":null}]}'],
    ['user.id', 1, 'number', 0, '7'],
    ['user.tags', 1, 'array', 2, '["x",{"k":null}]'],
    ['user.tags.0', 2, 'string', 0, 'x'],
    ['user.tags.1', 2, 'object', 1, '{"k":null}'],
    ['user.tags.1.k', 3, 'other', 0, 'null'],
    ['none', 0, 'other', 0, '{}'],
    ['a.b', 0, 'other', 0, '[]'],
  ])
  expect(rowsOf('level=info n=1')).toEqual([
    ['level', 0, 'string', 0, 'info'],
    ['n', 0, 'number', 0, '1'],
  ])
  expect(rowsOf('plain words')).toBeUndefined()
  expect(rowsOf('{}')).toBeUndefined()
})

test('a line that is nested without end is read as far as a person does', () => {
  const deep = 100_000
  const rows = fieldRows(`{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`) ?? []
  expect(rows.map(({ type }) => type)).toEqual(Array.from({ length: 31 }, () => 'array'))
  expect(rows.at(-1)?.value()).toBe('')
})

test('logfmt, quoted values too; one pair alone is none', () => {
  expect(fieldsOf(String.raw`order accepted  order=48209 msg="a \"b\" c" empty= ms=1.5`)).toEqual([
    { path: 'order', value: '48209', type: 'number' },
    { path: 'msg', value: 'a "b" c', type: 'string' },
    { path: 'empty', value: '', type: 'string' },
    { path: 'ms', value: '1.5', type: 'number' },
  ])
  expect(fieldsOf('cache miss key=cart:31')).toBeNull()
  expect(fieldsOf('plain words')).toBeNull()
  expect(fieldsOf('{"cut":')).toBeNull()
  expect(fieldsOf('{}')).toBeNull()
})

test('in short: the message, then the rest without time and level', () => {
  expect(summaryOf('{"time":"t","level":"error","msg":"timeout","order":5,"path":"a b"}')).toEqual({
    message: 'timeout',
    rest: 'order=5 path="a b"',
  })
  expect(summaryOf('{"order":5}')).toBeNull()
  expect(summaryOf('timeout order=5')).toBeNull()
})

test('what JSON spells out cannot turn the line or the terminal', () => {
  expect(summaryOf(String.raw`{"msg":"a\u202eb\nc"}`)?.message).toBe(String.raw`a\u202eb\nc`)
})
