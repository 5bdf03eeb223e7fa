import { useEffect, useState } from 'react'
import type { RefObject } from 'react'

/** A column of a log that is narrower holds too little of a line, px. */
const leastLane = 200
const besides = 100

/** Whether so many columns are too many for the width of an element. */
export function useNarrow(element: RefObject<HTMLElement | null>, lanes: number): boolean {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const box = element.current
    if (!box || lanes === 0) return
    const sized = new ResizeObserver(() => setWidth(box.clientWidth))
    sized.observe(box)
    return () => sized.disconnect()
  }, [element, lanes])
  return lanes > 0 && width > 0 && width < besides + lanes * leastLane
}
