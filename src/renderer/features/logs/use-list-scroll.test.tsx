// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react'
import { useRef } from 'react'
import { afterEach, expect, test } from 'vitest'
import { fakeRow } from './fixtures/fake-view.ts'
import { createRowWindow, rowHeight } from './row-window.ts'
import { useListScroll } from './use-list-scroll.ts'
import { useRows } from './use-row-window.ts'

afterEach(cleanup)
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve, 0)))

/** A list of rows in an element that measures itself as a browser would: heights are set here, and the bar never stands beyond its end. */
async function list(first: number) {
  const size = { rows: first, height: 200, top: 0 }
  const control = createRowWindow({
    fetch: async ({ from, count }) => {
      const at = from as number
      const rows = Array.from({ length: Math.max(0, Math.min(count, size.rows - at)) }, (_, index) => fakeRow(at + index))
      return { layout: 1, shown: size.rows, from: at, rows }
    },
  })
  control.resize(size.height)
  const List = () => {
    const scroller = useRef<HTMLDivElement>(null)
    const rows = useRows(control)
    useListScroll(scroller, control, rows, false)
    return <div ref={scroller} data-testid="scroller" data-rows={rows.shown} />
  }
  const { getByTestId } = render(<List />)
  const element = getByTestId('scroller')
  const content = () => Number(element.dataset['rows']) * rowHeight
  const top = () => (size.top = Math.max(0, Math.min(size.top, content() - size.height)))
  Object.defineProperties(element, {
    clientHeight: { get: () => size.height },
    scrollHeight: { get: () => Math.max(size.height, content()) },
    scrollTop: { get: top },
  })
  element.scrollTo = ((to: ScrollToOptions) => {
    size.top = to.top ?? 0
    top()
  }) as typeof element.scrollTo
  const rows = async (count: number) => {
    size.rows = count
    control.state({ layout: 1, shown: count, total: count })
    await settle()
  }
  await rows(first)
  return {
    control,
    rows,
    /** The window becomes taller or lower, and the browser lays it out before anybody is told. */
    tall: (height: number) => {
      size.height = height
      top()
    },
    pull: (to: number) => {
      size.top = to
    },
    told: () => act(() => void element.dispatchEvent(new Event('scroll'))),
  }
}

test('a window that becomes taller while rows come goes on following', async () => {
  const { control, rows, tall, told } = await list(100)
  await rows(110)
  expect(control.following()).toBe(true)
  tall(230)
  await rows(140)
  told()
  expect(control.following()).toBe(true)
  await rows(200)
  expect(control.following()).toBe(true)
  expect(control.fraction()).toBe(1)
})

test('a bar that was pulled lets the end go, and takes it again at the end', async () => {
  const { control, rows, pull, told } = await list(100)
  await rows(110)
  pull(500)
  told()
  expect(control.following()).toBe(false)
  await rows(140)
  expect(control.following()).toBe(false)
  pull(140 * rowHeight - 200)
  told()
  expect(control.following()).toBe(true)
})
