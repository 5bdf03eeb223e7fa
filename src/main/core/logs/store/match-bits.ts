/** One bit for each line: whether it matches. Lines that nothing was put for do not. */
export type MatchBits = {
  /** What is known of the lines `fromId` to `toId` (exclusive). Bit 0 of the first byte is `fromId`, bit 7 the seventh after it. Replaces what was there. */
  put(fromId: number, toId: number, bitmap: Uint8Array): void
  has(id: number): boolean
  /** Whether anything was put near the ids `fromId` to `toId` (inclusive); if not, none of them matches. */
  near(fromId: number, toId: number): boolean
  /** Frees the memory of lower ids. */
  dropBelow(id: number): void
}

// By id, not by segment: ids have no holes, so a bit is found without a search.
const pageBits = 16
const pageLines = 1 << pageBits

export function createMatchBits(): MatchBits {
  const pages: (Uint8Array | undefined)[] = []
  // Number of the first page that is kept.
  let base = 0
  let floor = 0

  const pageOf = (id: number) => {
    const index = Math.floor(id / pageLines) - base
    return (pages[index] ??= new Uint8Array(pageLines / 8))
  }

  return {
    put(fromId, toId, bitmap) {
      for (let id = Math.max(fromId, floor); id < toId; ) {
        const page = pageOf(id)
        const end = Math.min(toId, id - (id % pageLines) + pageLines)
        for (; id < end; id += 1) {
          const bit = id - fromId
          const at = id % pageLines
          const mask = 1 << (at & 7)
          if (((bitmap[bit >>> 3]! >>> (bit & 7)) & 1) === 1) page[at >>> 3]! |= mask
          else page[at >>> 3]! &= ~mask
        }
      }
    },
    has(id) {
      if (id < floor) return false
      const page = pages[Math.floor(id / pageLines) - base]
      const at = id % pageLines
      return page !== undefined && ((page[at >>> 3]! >>> (at & 7)) & 1) === 1
    },
    near(fromId, toId) {
      const last = Math.floor(toId / pageLines) - base
      for (let page = Math.max(0, Math.floor(fromId / pageLines) - base); page <= last; page += 1) if (pages[page]) return true
      return false
    },
    dropBelow(id) {
      if (id <= floor) return
      floor = id
      const first = Math.floor(id / pageLines)
      pages.splice(0, first - base)
      base = first
    },
  }
}
