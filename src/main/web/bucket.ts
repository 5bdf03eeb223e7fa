export type Rate = {
  /** How many at once, after a rest. */
  readonly burst: number
  readonly perSecond: number
}

export type Bucket = {
  /** True: one more may pass now. */
  take(): boolean
  /** Milliseconds until `take` may say yes again. */
  waitMs(): number
}

/** Lets pass what comes within a rate (a token bucket). */
export function createBucket({ burst, perSecond }: Rate): Bucket {
  let level = burst
  let at = performance.now()
  const refill = () => {
    const now = performance.now()
    level = Math.min(burst, level + ((now - at) / 1000) * perSecond)
    at = now
  }
  return {
    take: () => {
      refill()
      if (level < 1) return false
      level -= 1
      return true
    },
    waitMs: () => {
      refill()
      return Math.max(0, Math.ceil(((1 - level) / perSecond) * 1000))
    },
  }
}
