import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkName, maxNameLength, proposeName } from './names.ts'

test.each([
  ['', 'name-empty', {}],
  ['  ', 'name-empty', {}],
  ['-x', 'name-leading-dash', { suggestion: 'x' }],
  ['--config=/etc/passwd', 'name-leading-dash', { suggestion: 'config-etc-passwd' }],
  ['Shop', 'name-upper-case', { suggestion: 'shop' }],
  ['my shop', 'name-invalid', { suggestion: 'my-shop' }],
  ['Bad_Name', 'name-invalid', { suggestion: 'bad-name' }],
  ['.x', 'name-invalid', { suggestion: 'x' }],
  ['x.', 'name-invalid', { suggestion: 'x' }],
  ['a..b', 'name-invalid', { suggestion: 'a.b' }],
  ['开发', 'name-invalid', { suggestion: 'dev-3' }],
  ['a'.repeat(50), 'name-too-long', { length: 50, max: 49 }],
  ['dev', 'name-taken', { suggestion: 'dev-3' }],
])('%j is refused with %s', (name, code, facts) => {
  const error = checkName(name, 1, ['dev', 'dev-2'])
  expect(error?.code).toBe(code)
  expect(error?.facts).toMatchObject(facts)
})

test('what is allowed passes, to the last character', () => {
  for (const name of ['a', 'dev', 'x-1.y', '0', 'a'.repeat(maxNameLength(1))]) expect(checkName(name, 1, [])).toBeNull()
  expect(checkName('a'.repeat(maxNameLength(3)), 3, [])).toBeNull()
  expect(checkName('a'.repeat(maxNameLength(3) + 1), 3, [])?.code).toBe('name-too-long')
})

test('a suggestion is itself a name that can be used', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.array(fc.constantFrom('dev', 'dev-2', 'a', 'x')), (name, taken) => {
      const suggestion = (checkName(name, 1, taken)?.facts as { suggestion?: string } | undefined)?.suggestion
      if (suggestion !== undefined) expect(checkName(suggestion, 1, taken)).toBeNull()
    }),
  )
})

test('the first name that nobody has', () => {
  expect(proposeName([])).toBe('dev')
  expect(proposeName(['dev'])).toBe('dev-2')
  expect(proposeName(['dev', 'dev-2', 'dev-4'])).toBe('dev-3')
})
