import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { appErrorSchema } from '#shared/messages/error.ts'
import { appError } from './errors.ts'

const good = { code: 'port-taken', facts: { port: 80, holder: null, free: '8080' }, commandId: 'c1' }

test.each([
  good,
  { ...good, commandId: null, facts: {} },
  { ...good, code: 'not-a-code' },
  { ...good, code: 'toString' },
  { ...good, facts: { port: true } },
  { ...good, facts: { port: Number.NaN } },
  { ...good, facts: [] },
  { ...good, facts: null },
  { ...good, commandId: 1 },
  { code: 'port-taken', facts: {} },
  'port-taken',
  null,
  undefined,
])('what is taken for a failure of core is what its schema takes: %j', (data) => {
  const taken = appError(new ORPCError('APP', { data: data as never }))
  const parsed = appErrorSchema.safeParse(data)
  expect(taken).toEqual(parsed.success ? parsed.data : { code: 'internal', facts: {}, commandId: null })
})

test('anything else is none', () => {
  expect(appError(new Error('x'))).toBeNull()
})
