import { expect, test } from 'vitest'
import { createBoundedBytes } from './bounded.ts'

test('small output is whole', () => {
  const output = createBoundedBytes(10)
  for (const part of ['01', '234', '56789']) output.push(Buffer.from(part))
  expect([output.text(), output.truncated, output.totalBytes]).toEqual(['0123456789', false, 10])
})

test('of large output the first and the last half are kept, however it is cut', () => {
  for (const size of [1, 3, 7, 1_000]) {
    const output = createBoundedBytes(10)
    const bytes = Buffer.from(`head!${'.'.repeat(300_000)}tail!`)
    for (let at = 0; at < bytes.length; at += size) output.push(bytes.subarray(at, at + size))
    expect([output.text(), output.truncated, output.totalBytes]).toEqual(['head!\n… 300000 B …\ntail!', true, 300_010])
  }
})

test('a character cut by a chunk border is whole', () => {
  const output = createBoundedBytes(100)
  for (const byte of Buffer.from('日志')) output.push(Buffer.from([byte]))
  expect(output.text()).toBe('日志')
})
