// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderAt } from '../../fixtures/render-at.tsx'
import { LogHistogram } from './log-histogram.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

const histogram = {
  from: 0,
  to: 10_000,
  counts: Array.from({ length: 7 }, (_, level) => Array.from({ length: 10 }, () => (level === 3 ? 5 : level === 5 ? 1 : 0))),
  gaps: [{ from: 2000, to: 3000 }],
}

async function show() {
  const [onGo, onRange] = [vi.fn(), vi.fn()]
  renderAt(<LogHistogram histogram={histogram} times="utc" here={null} onWidth={() => {}} onGo={onGo} onRange={onRange} />)
  const plot = await screen.findByRole('slider', { name: 'Lines over time' })
  return { plot, onGo, onRange, press: (key: string, shiftKey = false) => void fireEvent.keyDown(plot, { key, shiftKey }) }
}

test('by keys: a bar is told in words, Enter goes there, with Shift it is a range', async () => {
  const { plot, onGo, onRange, press } = await show()
  press('Home')
  press('ArrowRight')
  expect(plot.getAttribute('aria-valuetext')).toBe('00:00:01 to 00:00:02, lines: 6, warnings: 0, errors: 1')
  press('Enter')
  expect(onGo).toHaveBeenCalledWith(1000)
  press('Home')
  press('ArrowRight', true)
  press('ArrowRight', true)
  expect(plot.getAttribute('aria-valuetext')).toBe('00:00:00 to 00:00:03, lines: 18, warnings: 0, errors: 3')
  press('Enter')
  expect(onRange).toHaveBeenCalledWith(0, 3000)
})

test('by the pointer: a press goes there, a drag is a range, from right to left too', async () => {
  const { plot, onGo, onRange } = await show()
  plot.getBoundingClientRect = () => ({ left: 0, width: 100, top: 0, height: 40 }) as DOMRect
  const at = (type: 'pointerDown' | 'pointerMove' | 'pointerUp', clientX: number) =>
    void fireEvent[type](plot, { clientX, button: 0, pointerId: 1 })
  at('pointerDown', 55)
  at('pointerUp', 55)
  expect(onGo).toHaveBeenCalledWith(5000)
  at('pointerDown', 95)
  at('pointerMove', 71)
  at('pointerUp', 71)
  expect(onRange).toHaveBeenCalledWith(7000, 10_000)
})

test('a gap is hatched and says from when to when', async () => {
  await show()
  expect(screen.getByTitle('Lines may be missing from 00:00:02 to 00:00:03')).toBeTruthy()
})
