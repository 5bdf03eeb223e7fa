import { expect, test } from 'vitest'
import { kubeadm } from './kubeadm.ts'

test.each([
  ['v1.34.4', true, true],
  ['v1.34.4', false, true],
  [null, false, true],
  [null, true, false],
  ['latest', false, false],
])('an upgrade to %s, applied: %s', async (version, apply, taken) => {
  const input = { targets: ['local'], version, programs: { from: 'there' }, apply }
  const read = await kubeadm.upgrade['~orpc'].inputSchema?.['~standard'].validate(input)
  expect(read).toBeDefined()
  expect(read?.issues?.map((issue) => issue.path) ?? null).toEqual(taken ? null : [['version']])
})
