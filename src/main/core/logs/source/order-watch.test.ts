import { expect, it } from 'vitest'
import type { LineBatch } from '../store/layout.ts'
import { createOrderWatch } from './order-watch.ts'

const batchOf = (...seconds: number[]) => ({ count: seconds.length, seconds: Uint32Array.from(seconds) }) as unknown as LineBatch

it('finds where a log begins again, once', () => {
  const watch = createOrderWatch()
  watch.begin()
  expect(watch.suspect(batchOf(100, 101, 99, 0, 50, 51), null, 102)).toBe(4)
  expect(watch.suspect(batchOf(50, 51), 101, 102)).toBe(2)
})

it('takes a newest line from the future for a clock that was set back', () => {
  expect(createOrderWatch().suspect(batchOf(4000, 100), null, 101)).toBe(2)
})

it('finds a hole where a stream fell behind, not in what was there before or is new', () => {
  const watch = createOrderWatch()
  watch.begin()
  expect(watch.suspect(batchOf(10, 20, 30), null, 200)).toBe(3)
  expect(watch.suspect(batchOf(199, 200), 30, 200)).toBe(2)
  expect(watch.suspect(batchOf(290), 200, 290)).toBe(1)
  expect(watch.suspect(batchOf(291, 300), 290, 310)).toBe(1)
  expect(watch.suspect(batchOf(300, 301), 291, 310)).toBe(2)
})
