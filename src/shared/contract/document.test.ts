import { expect, test } from 'vitest'
import { subnetsOverlap } from './document.ts'

test.each([
  ['10.244.0.0/16', '10.244.3.0/24', true],
  ['10.244.0.0/16', '10.245.0.0/16', false],
  ['10.96.0.0/12', '10.100.0.0/16', true],
  ['0.0.0.0/0', '192.168.1.1/32', true],
  ['10.0.0.0/8', 'fd00::/8', false],
  ['fd00:10:244::/56', 'fd00:10:244:1::/64', true],
  ['fd00:10:244::/56', 'fd00:10:96::/112', false],
  ['::ffff:10.0.0.0/104', '::ffff:a00:1/128', true],
  ['10.1.0.0/16,fd00:1::/64', '10.2.0.0/16,fd00:1::1/128', true],
  ['nonsense', '10.0.0.0/8', false],
])('%s and %s: %s', (a, b, overlap) => {
  expect(subnetsOverlap(a, b)).toBe(overlap)
  expect(subnetsOverlap(b, a)).toBe(overlap)
})
