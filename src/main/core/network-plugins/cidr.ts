import { isIP } from 'node:net'

/** A range of addresses as two numbers. */
export type Range = { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint }

/** `10.244.0.0/16` or `fd00:10::/56`; null for anything else. Pure. */
export function parseCidr(text: string): Range | null {
  const match = /^([^/\s]+)\/(\d{1,3})$/.exec(text.trim())
  const family = isIP(match?.[1] ?? '')
  if (!match || family === 0) return null
  const [bits, prefix] = [family === 4 ? 32 : 128, Number(match[2])]
  if (prefix > bits) return null
  const address = family === 4 ? fourOf(match[1] ?? '') : sixOf(match[1] ?? '')
  const size = 1n << BigInt(bits - prefix)
  const first = address - (address % size)
  return { family: family as 4 | 6, first, last: first + size - 1n }
}

/** Whether all of `inner` is in `outer`; false where one of both is no range. Pure. */
export function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [parseCidr(inner), parseCidr(outer)]
  return a !== null && b !== null && a.family === b.family && a.first >= b.first && a.last <= b.last
}

/** Pure. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)]
  return a !== null && b !== null && a.family === b.family && a.first <= b.last && b.first <= a.last
}

export const familyOf = (cidr: string): 4 | 6 | null => parseCidr(cidr)?.family ?? null

/** `10.244.0.0/16,fd00::/56` and the like. Pure. */
export const cidrsIn = (text: string): string[] => text.split(/[\s,]+/).filter((one) => parseCidr(one) !== null)

function fourOf(text: string): bigint {
  return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function sixOf(text: string): bigint {
  // The last two groups may be written as an IPv4 address.
  const plain = text.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: string[]) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [head = '', tail] = plain.split('::')
  const groups = (part: string) => part.split(':').filter((one) => one !== '')
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].reduce((sum, one) => sum * 65536n + BigInt(`0x${one}`), 0n)
}
