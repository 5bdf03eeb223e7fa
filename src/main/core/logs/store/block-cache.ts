/** A part of a spilled segment that was read back. */
export type Block = { readonly bytes: Uint8Array; readonly words: Uint32Array }

/** The blocks of one segment that are in memory, by their place in it. */
export type SegmentBlocks = (Block | undefined)[]

/** A record never crosses the border of two blocks. */
export const blockBytes = 16 * 1024

/** Keeps at most `max` blocks, of all segments together; the one read longest ago makes room and its memory is used again. */
export function createBlockCache(max: number, read: (slot: number, offset: number, target: Uint8Array) => void) {
  const held: { block: Block; owner: SegmentBlocks; index: number }[] = []
  let hand = 0

  return {
    /** Valid until the next call. */
    get(owner: SegmentBlocks, slot: number, index: number): Block {
      const known = owner[index]
      if (known) return known
      let place = held[hand]
      if (!place) {
        const bytes = new Uint8Array(blockBytes)
        place = { block: { bytes, words: new Uint32Array(bytes.buffer) }, owner, index }
        held.push(place)
      }
      if (place.owner[place.index] === place.block) place.owner[place.index] = undefined
      read(slot, index * blockBytes, place.block.bytes)
      place.owner = owner
      place.index = index
      owner[index] = place.block
      hand = (hand + 1) % max
      return place.block
    },
    clear() {
      held.length = 0
      hand = 0
    },
  }
}
