import { useCallback, useLayoutEffect, useRef } from 'react'

/** The same function for good, which does what the newest one does: for what is memoized, and for listeners. */
export function useStable<A extends unknown[], R>(act: (...given: A) => R): (...given: A) => R {
  const latest = useRef(act)
  useLayoutEffect(() => {
    latest.current = act
  })
  return useCallback((...given: A) => latest.current(...given), [])
}
