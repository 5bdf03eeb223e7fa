import { expect, test } from 'vitest'
import { logLevels } from '#shared/contract/logs.ts'
import { flag, flagsOf, levelOf, levels, sourceOf, tagOf } from './layout.ts'

test('levels are those of the contract', () => {
  expect(levels).toEqual(logLevels)
})

test('a tag holds its parts whatever they are', () => {
  const all = Object.values(flag).reduce((sum, one) => sum | one, 0)
  for (const [source, level, flags] of [
    [0, 0, 0],
    [65_535, 6, all],
    [1, 3, flag.late],
  ] as const) {
    const tag = tagOf(source, level, flags)
    expect([sourceOf(tag), levelOf(tag), flagsOf(tag)]).toEqual([source, level, flags])
  }
})
