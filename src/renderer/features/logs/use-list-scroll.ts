import { useEffect, useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'
import { rowHeight } from './row-window.ts'
import type { RowWindow, RowWindowControl } from './row-window.ts'

/** Browsers cap the height of an element (33.5 million px in Chromium, 17.9 in Firefox); beyond this the bar is a scale of its own. */
const safeHeight = 10_000_000

/**
 * Ties the scroll bar of an element to a row window. The rows stand in a box that does not scroll; wheel and keys move by exact pixels and rows and set
 * the bar after them, a pull at the bar moves the rows. `tall`: rows may be of other heights, which have to be measured.
 */
export function useListScroll(scroller: RefObject<HTMLElement | null>, control: RowWindowControl, rows: RowWindow, tall: boolean) {
  const box = useRef<HTMLDivElement>(null)
  /** Where the bar was set, and in a content of which height; what differs from it was done by hand. */
  const expected = useRef<Expected>({ top: 0, most: 0, height: 0 })
  const all = Math.min(safeHeight, rows.shown * rowHeight)

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.deltaY === 0 || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return
      event.preventDefault()
      const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? element.clientHeight : 1
      control.moveBy(event.deltaY * unit)
    }
    const onScroll = () => pulled(element, expected, control)
    element.addEventListener('wheel', onWheel, { passive: false })
    element.addEventListener('scroll', onScroll, { passive: true })
    const sized = new ResizeObserver(() => control.resize(element.clientHeight))
    sized.observe(element)
    return () => {
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('scroll', onScroll)
      sized.disconnect()
    }
  }, [scroller, control])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    if (rows.place === 'end') {
      element.style.transform = ''
      return
    }
    const above = rows.place.at - rows.from
    // Heights are read only where they can differ: a read costs a layout.
    const top = tall ? ((element.children[above] as HTMLElement | undefined)?.offsetTop ?? above * rowHeight) : above * rowHeight
    element.style.transform = `translateY(${-top - rows.place.px}px)`
  })
  const fraction = control.fraction()
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    // The bar may have been pulled and its event be on its way; a bar that became shorter is no pull.
    if (element.scrollTop < expected.current.top || element.scrollTop < element.scrollHeight - element.clientHeight) {
      if (pulled(element, expected, control)) return
    }
    const top = Math.round(fraction * (element.scrollHeight - element.clientHeight))
    if (Math.abs(top - element.scrollTop) >= 1) element.scrollTo({ top })
    expected.current = { top: element.scrollTop, most: element.scrollHeight - element.clientHeight, height: element.scrollHeight }
  }, [scroller, control, fraction, all])

  // The box in view is one window high already.
  return { box, space: `max(0px, ${all}px - 100%)` }
}

type Expected = { readonly top: number; readonly most: number; readonly height: number }

/** Takes the rows to where the bar stands, if that is not where it was put. */
function pulled(element: HTMLElement, expected: RefObject<Expected>, control: RowWindowControl): boolean {
  const most = element.scrollHeight - element.clientHeight
  const { scrollTop } = element
  if (most <= 0 || Math.abs(scrollTop - expected.current.top) < 1.5) return false
  // A window that became taller moves the bar up to its new end, which rows that have come since leave behind: nobody pulled it.
  const { top, height } = expected.current
  const end = height - element.clientHeight
  if (end < top && Math.abs(scrollTop - end) < 1.5) {
    expected.current = { ...expected.current, top: scrollTop, most: end }
    return false
  }
  // Rows may have come since it was pulled to the end.
  const atEnd = scrollTop >= Math.min(most, expected.current.most || most) - 1
  expected.current = { top: scrollTop, most, height: element.scrollHeight }
  control.toFraction(atEnd ? 1 : scrollTop / most)
  return true
}
