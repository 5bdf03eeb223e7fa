/**
 * An async generator whose `return()` takes effect at once. A plain one waits until its pending await settles, and a log or watch that says nothing may never settle.
 * The signal handed to `make` is aborted when the loop is left, when `outer` is aborted, and at the end.
 */
export function stoppable<T>(
  outer: AbortSignal | undefined,
  make: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const finish = () => {
    outer?.removeEventListener('abort', abort)
    abort()
  }
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  const inner = make(controller.signal)
  const outerGenerator = {
    next: async () => {
      try {
        const result = await inner.next()
        if (result.done) finish()
        return result
      } catch (error) {
        finish()
        throw error
      }
    },
    return: async () => {
      finish()
      return inner.return()
    },
    throw: async (error: unknown) => {
      finish()
      return inner.throw(error)
    },
    [Symbol.asyncIterator]: () => outerGenerator,
    // Part of the type in newer Node; older ones have no such symbol and never ask.
    ...(Symbol.asyncDispose ? { [Symbol.asyncDispose]: async () => void (await outerGenerator.return()) } : {}),
  } as AsyncGenerator<T, void>
  return outerGenerator
}

/** Resolves after `ms`, or at once when aborted; never rejects, leaves no timer and no listener. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
