// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Badge } from '../ui/index.ts'
import { jsx, jsxs } from './jsx-runtime.ts'
import { jsxDEV } from './jsx-dev-runtime.ts'
import { safeProps } from './safe-props.ts'

const raw = 'a\u202eb\u001b[2J'
const shown = String.raw`a\u202eb\u001b[2J`

afterEach(cleanup)

test.each([
  ['a text', { children: raw }, { children: shown }],
  ['texts among others', { children: [1, raw, null] }, { children: [1, shown, null] }],
  ['lines and tabs', { children: 'a\n\tb' }, { children: 'a\n\tb' }],
  ['what is read out', { title: raw, 'aria-label': raw, placeholder: raw }, { title: shown, 'aria-label': shown, placeholder: shown }],
  ['what a field holds', { value: raw, href: raw }, { value: raw, href: raw }],
])('%s', (_what, props, safe) => {
  expect(safeProps('div', { ...props })).toEqual(safe)
})

test('an array that somebody else has stays as it is', () => {
  const theirs = Object.freeze([raw])
  expect(safeProps('div', { children: theirs })).toEqual({ children: [shown] })
})

test('props of components are theirs, but what they are given to show is safe', () => {
  expect(safeProps(Badge, { title: raw, children: raw })).toEqual({ title: raw, children: shown })
})

test('all ways in which the compiler makes elements', () => {
  for (const element of [
    jsx('p', { children: raw, title: raw }),
    jsxs('p', { children: [raw], title: raw }),
    jsxDEV('p', { children: raw, title: raw }, undefined, false, undefined, undefined),
  ]) {
    const { container } = render(element)
    expect(container.innerHTML).toBe(`<p title="${shown}">${shown}</p>`)
  }
})
