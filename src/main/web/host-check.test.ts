import { expect, test } from 'vitest'
import type { HostFinding } from '#shared/contract/host-checks.ts'
import { exitCodeOf } from './host-check.ts'

const findings = (...results: HostFinding['result'][]) => results.map((result) => ({ result }) as HostFinding)

test.each([
  [0, []],
  [0, ['ok', 'not-applicable']],
  [1, ['ok', 'warning', 'not-applicable']],
  [3, ['warning', 'unknown', 'ok']],
  [2, ['unknown', 'warning', 'problem']],
] as const)('the exit code is %i, by the worst of %j', (code, results) => {
  expect(exitCodeOf(findings(...results))).toBe(code)
})
