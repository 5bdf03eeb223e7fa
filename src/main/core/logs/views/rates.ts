/** Lines per second over about the last two seconds. */
export type Rate = {
  add(lines: number): void
  perSecond(): number
}

const slotMs = 250
const slots = 8

export function createRate(now: () => number = () => performance.now()): Rate {
  const counts = new Uint32Array(slots)
  let current = Math.floor(now() / slotMs)

  const turn = () => {
    const slot = Math.floor(now() / slotMs)
    for (let passed = Math.min(slots, slot - current); passed > 0; passed--) counts[(slot - passed + 1) % slots] = 0
    current = slot
  }
  return {
    add: (lines) => {
      turn()
      counts[current % slots] = (counts[current % slots] ?? 0) + lines
    },
    perSecond: () => {
      turn()
      const sum = counts.reduce((a, b) => a + b, 0)
      return sum === 0 ? 0 : Math.max(1, Math.round(sum / ((slots * slotMs) / 1000)))
    },
  }
}
