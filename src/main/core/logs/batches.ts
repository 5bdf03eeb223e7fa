export type Batch<T> = {
  readonly items: readonly T[]
  /** The source ended while this batch was gathered. */
  readonly last: boolean
}

/** An item younger than this goes into the next batch, so that one that comes just before the end is told together with it. */
const youngMs = 10

/** Gathers what comes within `windowMs` of the first item, at most `max`. Reads ahead by one item; the reader's pace is the source's. */
export async function* batches<T>(
  source: AsyncIterable<T>,
  { max, windowMs }: { max: number; windowMs: number },
): AsyncGenerator<Batch<T>, void> {
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  let items: T[] = []
  let timer: NodeJS.Timeout | undefined
  try {
    for (;;) {
      if (items.length === 0) {
        const first = await next
        if (first.done) return
        items.push(first.value)
        next = iterator.next()
      }
      let youngest = performance.now()
      const time = new Promise<'time'>((resolve) => {
        // Not in the timer itself: after a stall, what has come meanwhile comes first.
        timer = setTimeout(() => setImmediate(resolve, 'time'), windowMs)
      })
      let last = false
      while (items.length < max) {
        const result = await Promise.race([next, time])
        if (result === 'time') break
        if (result.done) {
          last = true
          break
        }
        items.push(result.value)
        youngest = performance.now()
        next = iterator.next()
      }
      clearTimeout(timer)
      const rest = !last && items.length > 1 && performance.now() - youngest < youngMs ? items.splice(-1) : []
      const batch = items
      items = rest
      yield { items: batch, last }
      if (last) return
    }
  } finally {
    clearTimeout(timer)
    // A read that is still out may fail when the source is closed; nobody waits for it any more.
    next.catch(() => undefined)
    await iterator.return?.()
  }
}
