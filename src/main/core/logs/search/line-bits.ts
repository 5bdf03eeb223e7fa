/** One bit for each line of a range, lowest bit of the first byte first (see `MatchBits.put`). */
export const newBits = (lines: number): Uint8Array => new Uint8Array((lines + 7) >>> 3)
export const hasBit = (bits: Uint8Array, line: number): boolean => ((bits[line >>> 3]! >>> (line & 7)) & 1) === 1
export const setBit = (bits: Uint8Array, line: number): void => {
  bits[line >>> 3]! |= 1 << (line & 7)
}
export const clearBit = (bits: Uint8Array, line: number): void => {
  bits[line >>> 3]! &= ~(1 << (line & 7))
}
