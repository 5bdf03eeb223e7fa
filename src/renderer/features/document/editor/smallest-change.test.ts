import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallestChange } from './smallest-change.ts'

test('property: applied to the text before, it gives the text after', () => {
  const text = fc.stringMatching(/^[ab\n]{0,8}$/)
  fc.assert(
    fc.property(text, text, (before, after) => {
      const change = smallestChange(before, after)
      const made = change === null ? before : before.slice(0, change.from) + change.insert + before.slice(change.to)
      expect(made).toBe(after)
      expect(change === null).toBe(before === after)
    }),
  )
})
