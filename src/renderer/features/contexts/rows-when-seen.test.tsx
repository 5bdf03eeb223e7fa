// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RowsWhenSeen } from './rows-when-seen.tsx'

/** What waits to be seen; a page of happy-dom has no heights, so nothing is ever in view by itself. */
let waiting: { readonly element: Element; readonly see: () => void }[] = []
beforeEach(() => {
  waiting = []
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      readonly told: (entries: readonly { isIntersecting: boolean }[]) => void
      constructor(told: (entries: readonly { isIntersecting: boolean }[]) => void) {
        this.told = told
      }
      observe(element: Element) {
        waiting.push({ element, see: () => this.told([{ isIntersecting: true }]) })
      }
      disconnect() {}
    },
  )
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const list = (count: number) => {
  const rows = Array.from({ length: count }, (_, at) => `row ${at}`)
  return (
    <RowsWhenSeen rows={rows} total={count} keyOf={(row) => row}>
      {(row) => (
        <p key={row} className="row">
          {row}
        </p>
      )}
    </RowsWhenSeen>
  )
}

test('a table that is not long is painted whole', () => {
  const { container } = render(list(200))
  expect(container.querySelectorAll('.row')).toHaveLength(200)
})

test('of a long one only what comes into view, in its place, with the room of the rest kept', () => {
  const { container } = render(list(230))
  expect(container.querySelectorAll('.row')).toHaveLength(0)
  expect(waiting.map(({ element }) => (element as HTMLElement).style.height)).toEqual([
    ...Array(4).fill('calc(50 * var(--row))'),
    'calc(30 * var(--row))',
  ])
  act(() => waiting[4]?.see())
  act(() => waiting[1]?.see())
  const texts = [...container.querySelectorAll('.row')].map((row) => row.textContent)
  expect([texts[0], texts[49], texts[50], texts.at(-1)]).toEqual(['row 50', 'row 99', 'row 200', 'row 229'])
  expect(container.querySelectorAll('[role=presentation]')).toHaveLength(3)
})
