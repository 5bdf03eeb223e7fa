/** True where two IPv4 networks have an address in common. Others, and what cannot be read, have none. Pure. */
export function overlap(a: string, b: string): boolean {
  const [one, two] = [rangeOf(a), rangeOf(b)]
  return one !== null && two !== null && one.from <= two.to && two.from <= one.to
}

function rangeOf(subnet: string): { readonly from: number; readonly to: number } | null {
  const [, address = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(subnet) ?? []
  const bits = Number(length)
  const bytes = address.split('.').map(Number)
  if (address === '' || bits > 32 || bytes.some((byte) => byte > 255)) return null
  const size = 2 ** (32 - bits)
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const from = Math.floor(number / size) * size
  return { from, to: from + size - 1 }
}
