import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkName } from './names.ts'

test.each([
  ['one', null, null],
  ['a.b', null, null],
  ['', 'name-empty', null],
  ['b', 'name-too-short', null],
  ['-x', 'name-leading-dash', 'dev'],
  ['One', 'name-upper-case', 'one'],
  ['a_b', 'name-invalid', 'a-b'],
  ['start', 'name-reserved', 'start-2'],
  ['x'.repeat(59), 'name-too-long', null],
  ['old', 'name-taken', 'old-2'],
  // Machines of another profile.
  ['old-m02', 'name-taken', 'old-m02-2'],
  ['big', 'name-taken', 'big-2'],
])('%j: %s, rather %s', (name, code, suggestion) => {
  const error = checkName(name, ['old', 'big-m03'])
  expect(error?.code ?? null).toBe(code)
  if (suggestion !== null) expect(error?.facts).toMatchObject({ suggestion })
})

/** https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/config/profile.go */
const minikubes = /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$/
test('what is let through is a name for minikube, and what is suggested is let through', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.-]{1,70}$/)), (name) => {
      const error = checkName(name, [])
      if (error === null) expect(name).toMatch(minikubes)
      const suggestion = (error?.facts as { suggestion?: string } | undefined)?.suggestion
      if (suggestion !== undefined) expect(checkName(suggestion, [])).toBeNull()
    }),
  )
})
