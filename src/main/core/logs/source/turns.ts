/** At most `atOnce` at a time, in the order of asking. The answer gives the turn on; more than once does nothing. Aborted: it goes through at once. */
export function createTurns(atOnce: number): (signal: AbortSignal) => Promise<() => void> {
  let free = atOnce
  const waiting = new Set<() => void>()
  return async (signal) => {
    if (free > 0) free -= 1
    else {
      await new Promise<void>((resolve) => {
        const go = () => {
          waiting.delete(go)
          signal.removeEventListener('abort', aborted)
          resolve()
        }
        // It takes no turn, so it has none to give: the place it gives back below is one it adds here.
        const aborted = () => {
          free -= 1
          go()
        }
        waiting.add(go)
        signal.addEventListener('abort', aborted, { once: true })
      })
    }
    let given = false
    return () => {
      if (given) return
      given = true
      const [next] = waiting
      if (next) next()
      else free += 1
    }
  }
}
