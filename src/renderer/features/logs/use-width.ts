import { useEffect, useState } from 'react'
import type { RefObject } from 'react'

/** Width inside an element without its scroll bar, px, as long as somebody wants it; 0: not known. */
export function useWidth(element: RefObject<HTMLElement | null>, wanted: boolean): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const box = element.current
    if (!box || !wanted) return
    const sized = new ResizeObserver(() => setWidth(box.clientWidth))
    sized.observe(box)
    return () => sized.disconnect()
  }, [element, wanted])
  return wanted ? width : 0
}
