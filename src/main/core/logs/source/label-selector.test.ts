import { expect, it } from 'vitest'
import { selectorText } from './label-selector.ts'

it.each([
  [{ matchLabels: { app: 'web', tier: '' } }, 'app=web,tier='],
  [
    {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['1', '2'] },
        { key: 'b', operator: 'NotIn', values: ['3'] },
        { key: 'c', operator: 'Exists' },
        { key: 'd/e', operator: 'DoesNotExist', values: null },
      ],
    },
    'app=web,a in (1,2),b notin (3),c,!d/e',
  ],
  [{}, null],
  [{ matchExpressions: [{ key: 'a', operator: 'Future', values: [] }] }, null],
])('%j is %s', (selector, text) => {
  expect(selectorText(selector)).toBe(text)
})
