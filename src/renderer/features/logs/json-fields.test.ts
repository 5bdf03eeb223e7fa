import { expect, test } from 'vitest'
import { fieldsOf, summaryOf } from './json-fields.ts'

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
