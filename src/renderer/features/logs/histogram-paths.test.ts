import { expect, test } from 'vitest'
import { barPaths, bucketCounts, bucketTimes } from './histogram-paths.ts'

const counts = [
  [0, 0],
  [0, 0],
  [0, 0],
  [100, 0],
  [0, 10],
  [1, 0],
  [0, 0],
]

test('bars are stacked from the bottom, and a single error is still seen', () => {
  const [rest, warn, error] = barPaths({ counts }, 100)
  expect(rest?.d).toMatch(/^M0\.0 2\.4h/)
  expect(error?.d).toMatch(/^M0\.0 1\.4h48\.6v1\.0/)
  expect(warn?.d).toMatch(/^M50\.0 /)
})

test('nothing to draw is no path', () => {
  expect(barPaths({ counts: Array.from({ length: 7 }, () => [0]) }, 100).every(({ d }) => d === '')).toBe(true)
})

test('a bar in numbers and in times, brushed from either side', () => {
  expect(bucketCounts({ counts }, 0)).toEqual({ all: 101, warnings: 0, errors: 1 })
  expect(bucketTimes({ from: 1000, to: 3000, counts, gaps: [] }, 0, 0)).toEqual([1000, 2000])
  expect(bucketTimes({ from: 1000, to: 3000, counts, gaps: [] }, 1, 0)).toEqual([1000, 3000])
})
