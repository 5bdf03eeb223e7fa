import { expect, test } from 'vitest'
import { editPlain } from './plain.ts'

test('a removal takes what is empty without it along, and nothing that had no such thing below it', () => {
  const remove = (value: unknown, path: (string | number)[]) => editPlain(value, { do: 'set', path, value: undefined })
  expect(remove({ a: 1, networking: { ipFamily: 'ipv4' } }, ['networking', 'ipFamily'])).toEqual({ a: 1 })
  expect(remove({ a: 1, networking: 'a' }, ['networking', 'ipFamily'])).toEqual({ a: 1, networking: 'a' })
  expect(remove({ a: 1, nodes: 'all' }, ['nodes', 0])).toEqual({ a: 1, nodes: 'all' })
  expect(remove({ a: 1 }, ['networking', 'ipFamily'])).toEqual({ a: 1 })
})
