import { useEffect, useRef } from 'react'
import { useStable } from './use-stable.ts'

/**
 * Does what a key asks for each time it is another, once at a time: keys that come meanwhile are answered together, by one more turn with the
 * newest. Null: nothing is asked for.
 */
export function useInTurn(key: string | null, act: () => Promise<void>) {
  const wanted = useRef(key)
  const done = useRef<string | null>(null)
  const running = useRef(false)
  const turn = useStable(act)
  useEffect(() => {
    wanted.current = key
    const run = async () => {
      if (running.current) return
      running.current = true
      while (wanted.current !== null && wanted.current !== done.current) {
        done.current = wanted.current
        await turn().catch(() => {})
      }
      running.current = false
    }
    void run()
  }, [key, turn])
}
