// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { I18nextProvider } from 'react-i18next'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogPattern } from '#shared/contract/logs.ts'
import { createI18n } from '../../locales/i18n.ts'
import { FindField } from './find-field.tsx'
import { findOf, findText } from './filter-text.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const nothing = () => {}
const words = createI18n('en')

/** The box beside an address that changes only when a test says so. */
function box(first: string) {
  const asked: string[] = []
  const input = { current: null }
  const onFind = (find: LogPattern | null) => void asked.push(findText(find))
  const page = (find: string, hits: number) => (
    <I18nextProvider i18n={words}>
      <FindField
        input={input}
        find={findOf(find)}
        state={find === '' ? null : { hits, done: 1, heat: [], error: null }}
        nth={null}
        refused={false}
        onFind={onFind}
        onNext={nothing}
        onPrevious={nothing}
        onLeave={nothing}
      />
    </I18nextProvider>
  )
  const shown = render(page(first, 0))
  const element = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Search' })
  return {
    asked,
    element,
    type: (value: string) => fireEvent.change(element(), { target: { value } }),
    /** What the page says now; each time a render, as with each state of a busy log. */
    say: (find: string, hits = 0) => shown.rerender(page(find, hits)),
    pass: (ms: number) => act(() => void vi.advanceTimersByTime(ms)),
  }
}

test('a search begins by itself on a log that never rests', () => {
  const { asked, type, say, pass } = box('')
  type('line')
  for (let state = 0; state < 10; state += 1) {
    pass(50)
    say('', state)
  }
  expect(asked).toEqual([':line'])
})

test('what was typed on while the address took in the search stays', () => {
  const { asked, element, type, say, pass } = box('')
  type('a')
  pass(200)
  say('')
  expect(element().value).toBe('a')
  type('ab')
  say(':a')
  expect(element().value).toBe('ab')
  pass(200)
  type('abc')
  say(':ab')
  expect(element().value).toBe('abc')
  expect(asked).toEqual([':a', ':ab'])
})

test('what an input method composes is searched for when it is done, and the box is left alone meanwhile', () => {
  const { asked, element, type, say, pass } = box('')
  fireEvent.compositionStart(element())
  type('zhong')
  pass(1000)
  say(':other')
  expect(element().value).toBe('zhong')
  type('中')
  pass(1000)
  fireEvent.compositionEnd(element())
  pass(1000)
  expect(asked).toEqual([':中'])
})

test('an address that changes by other means is what the box says', () => {
  const { asked, element, say, pass } = box(':line')
  say('r:9$')
  expect(element().value).toBe('9$')
  say('')
  expect(element().value).toBe('')
  pass(1000)
  expect(asked).toEqual([])
})

test('who listens is told once what was found, not each number on the way', () => {
  const { say, pass } = box(':line')
  say(':line', 100)
  pass(600)
  const told = () => screen.getByRole('status').textContent
  expect(told()).toBe('Search: 100 hits')
  for (let hits = 101; hits < 140; hits += 1) {
    say(':line', hits)
    pass(50)
  }
  expect(screen.getByText('139 hits')).toBeTruthy()
  expect(told()).toBe('Search: 100 hits')
  say(':other', 3)
  pass(600)
  expect(told()).toBe('Search: 3 hits')
})
