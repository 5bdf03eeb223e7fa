import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ToolCopy } from './choice.ts'
import { fits, minorsAhead, pickFor, releaseOf } from './skew.ts'

const copy = (version: string | null, part: Partial<ToolCopy> = {}): ToolCopy => ({
  path: `/bin/${version}`,
  version,
  origin: 'path',
  problem: null,
  sha256: null,
  ...part,
})
const broken = { code: 'tool-unusable' as const, facts: {}, commandId: null }

test.each([
  ['v1.34.4', 'v1.34.0', 0, true],
  ['v1.34.4', 'v1.35.9', -1, true],
  ['v1.34.4', 'v1.33.4+k3s1', 1, true],
  ['v1.34.4', 'v1.32.11-eks-3abbec1', 2, false],
  ['v1.33.4', 'v1.35.0-rc.1', -2, false],
  // Read as numbers, not as text.
  ['v1.9.0', 'v1.10.1', -1, true],
  ['v1.34.4', 'v2.34.4', null, null],
  [null, 'v1.34.4', null, null],
  ['v1.34.4', 'unknown', null, null],
])('kubectl %s and Kubernetes %s are %s apart', (kubectl, kubernetes, ahead, fit) => {
  expect(minorsAhead(kubectl, kubernetes)).toBe(ahead)
  expect(fits(kubectl, kubernetes)).toBe(fit)
})

test('the copy that is used anyway is taken where it fits, though a nearer one is there', () => {
  const copies = [copy('v1.34.4'), copy('v1.33.4')]
  expect(pickFor(copies, 'v1.33.4')).toEqual({ copy: copies[0], reason: 'used' })
  expect(pickFor(copies, 'v1.32.0')).toEqual({ copy: copies[1], reason: 'other' })
})

test('one that cannot be run is never taken for its version', () => {
  const copies = [copy('v1.34.4'), copy('v1.31.0', { problem: broken }), copy('v1.30.2', { origin: 'cove' })]
  expect(pickFor(copies, 'v1.31.0')).toEqual({ copy: copies[2], reason: 'other' })
  expect(pickFor([copy('v1.31.0', { problem: broken })], 'v1.31.0')).toBeNull()
})

test('what was chosen by hand stays, also where another fits', () => {
  const copies = [copy('v1.34.4', { origin: 'chosen' }), copy('v1.30.0')]
  expect(pickFor(copies, 'v1.30.0')).toEqual({ copy: copies[0], reason: 'chosen' })
})

test('where none fits, or nobody knows, it is the one that is used anyway', () => {
  const copies = [copy('v1.34.4'), copy('v1.35.0')]
  expect(pickFor(copies, 'v1.31.0')).toEqual({ copy: copies[0], reason: 'none' })
  expect(pickFor(copies, null)).toEqual({ copy: copies[0], reason: 'unknown' })
  expect(pickFor([copy(null)], 'v1.31.0')).toMatchObject({ reason: 'unknown' })
})

test('whatever is there, what is taken fits wherever one fits and nothing was chosen', () => {
  const minor = fc.integer({ min: 20, max: 40 })
  fc.assert(
    fc.property(fc.array(minor, { minLength: 1, maxLength: 6 }), minor, (mine, theirs) => {
      const copies = mine.map((one, index) => copy(`v1.${one}.0`, { path: `/${index}` }))
      const picked = pickFor(copies, `v1.${theirs}.3`)
      const fitting = mine.filter((one) => Math.abs(one - theirs) <= 1)
      expect(fits(picked?.copy.version ?? null, `v1.${theirs}.3`)).toBe(fitting.length > 0)
      expect(picked?.reason).toBe(Math.abs((mine[0] ?? 0) - theirs) <= 1 ? 'used' : fitting.length > 0 ? 'other' : 'none')
    }),
  )
})

test.each([
  ['v1.33.4+k3s1', 'v1.33.4'],
  ['v1.33.4-eks-3abbec1', 'v1.33.4'],
  ['v1.33.4-gke.1000', 'v1.33.4'],
  ['v1.34.0-rc.1', 'v1.34.0-rc.1'],
  ['1.34.0', 'v1.34.0'],
  ['v1.34', null],
  [null, null],
])('the release of %s', (version, release) => expect(releaseOf(version)).toBe(release))
