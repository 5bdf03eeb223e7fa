import { expect, test } from 'vitest'
import { AppError, errorShape } from './error.ts'

test('what a server or a program says is harmless when it crosses the contract; its lines stay lines', () => {
  const said = '\u001b[31mpods "a\u202eb"\u001b[0m\r\nis \u001b]0;owned\u0007forbidden\n\ttwice'
  const shape = errorShape(new AppError('api-forbidden', { context: 'a\u0000b', reason: said }, { commandId: 'c1' }))
  expect(shape).toEqual({
    code: 'api-forbidden',
    facts: { context: 'a\u2400b', reason: 'pods "a\uFFFDb"\nis forbidden\n\ttwice' },
    commandId: 'c1',
  })
  expect(errorShape(new Error('a bug'))).toEqual({ code: 'internal', facts: {}, commandId: null })
})
