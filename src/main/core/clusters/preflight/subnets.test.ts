import { BlockList } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { subnetsOverlap } from '#shared/contract/document.ts'
import { parseRoutes4, parseRoutes6 } from './routes.ts'

const bytes4 = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 })
const groups6 = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
const text4 = (bytes: readonly number[]) => bytes.join('.')
const text6 = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(':')

/** Two networks of one family, often near each other, and the judge that Node has of its own. */
const pair = fc.oneof(
  fc.record({
    family: fc.constant('ipv4' as const),
    a: bytes4,
    b: bytes4,
    same: fc.nat(4),
    one: fc.integer({ min: 0, max: 32 }),
    other: fc.integer({ min: 0, max: 32 }),
  }),
  fc.record({
    family: fc.constant('ipv6' as const),
    a: groups6,
    b: groups6,
    same: fc.nat(8),
    one: fc.integer({ min: 0, max: 128 }),
    other: fc.integer({ min: 0, max: 128 }),
  }),
)

test('two networks overlap just where the one holds the other’s first address, in both IP families', () => {
  fc.assert(
    fc.property(pair, ({ family, a, b, same, one, other }) => {
      const second = [...a.slice(0, same), ...b.slice(same)]
      const text = family === 'ipv4' ? text4 : text6
      const holds = (network: readonly number[], bits: number, address: readonly number[]) => {
        const list = new BlockList()
        list.addSubnet(text(network), bits, family)
        return list.check(text(address), family)
      }
      // The wider of two networks that meet holds every address of the narrower.
      const expected = one <= other ? holds(a, one, second) : holds(second, other, a)
      expect(subnetsOverlap(`${text(a)}/${one}`, `${text(second)}/${other}`)).toBe(expected)
      expect(subnetsOverlap(`${text(second)}/${other}`, `${text(a)}/${one}`)).toBe(expected)
    }),
    { numRuns: 2_000 },
  )
})

test('networks of two IP families never meet', () => {
  fc.assert(
    fc.property(bytes4, groups6, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 128 }), (four, six, a, b) => {
      expect(subnetsOverlap(`${text4(four)}/${a}`, `${text6(six)}/${b}`)).toBe(false)
    }),
  )
})

test('any route of the kernel’s tables is read as the network that it is', () => {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')
  fc.assert(
    fc.property(bytes4, fc.integer({ min: 1, max: 32 }), (bytes, bits) => {
      const mask = [0, 8, 16, 24].map((at) => 0xff & (0xff << (8 - Math.min(8, Math.max(0, bits - at)))))
      const little = (four: readonly number[]) =>
        [...four]
          .reverse()
          .map((byte) => hex(byte, 2))
          .join('')
      expect(parseRoutes4(`head\neth0\t${little(bytes)}\t00000000\t0001\t0\t0\t0\t${little(mask)}\t0\t0\t0`)).toEqual([
        { subnet: `${text4(bytes)}/${bits}`, device: 'eth0' },
      ])
    }),
  )
  fc.assert(
    fc.property(groups6, fc.integer({ min: 1, max: 127 }), (groups, bits) => {
      const line = `${groups.map((group) => hex(group, 4)).join('')} ${hex(bits, 2)} ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 0 0 0 1 eth0`
      const [route] = parseRoutes6(line)
      const first = groups[0] ?? 0
      if ((first >= 0xfe80 && first < 0xfec0) || first >= 0xff00) expect(route).toBeUndefined()
      else expect(subnetsOverlap(route?.subnet ?? '', `${text6(groups)}/128`)).toBe(true)
    }),
  )
})
