import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

const near = 24
/** Some more to take hold again: lines come while somebody scrolls there. */
const nearly = 64

/**
 * Keeps a scroller at its end while something is added to it. Scrolling up lets go; scrolling to the end takes hold again.
 * `size` and `content` change whenever there is more.
 */
export function useFollowEnd(scroller: RefObject<HTMLElement | null>, size: number, content: unknown) {
  const [following, setFollowing] = useState(true)
  const top = useRef(0)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = () => {
      const below = element.scrollHeight - element.scrollTop - element.clientHeight
      // Only a way up lets go: the content may have grown between the jump to the end and its event.
      if (element.scrollTop < top.current && below >= near) setFollowing(false)
      if (element.scrollTop > top.current && below < nearly) setFollowing(true)
      top.current = element.scrollTop
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller])
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || !following) return
    element.scrollTo({ top: element.scrollHeight })
    top.current = element.scrollTop
  }, [scroller, following, size, content])
  return { following, setFollowing }
}
