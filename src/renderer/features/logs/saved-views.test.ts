// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { forgetView, savedViews, saveView } from './saved-views.ts'

beforeEach(() => localStorage.clear())

test('kept under a name, without the line that was linked to; the same name takes the place', () => {
  saveView('errors', { context: 'c', parts: 'pod:a/b', at: 'x' })
  saveView('all', { context: 'c' })
  saveView('errors', { context: 'd' })
  expect(savedViews()).toEqual([
    { name: 'errors', search: { context: 'd' } },
    { name: 'all', search: { context: 'c' } },
  ])
  forgetView('errors')
  expect(savedViews().map((view) => view.name)).toEqual(['all'])
})

test('what is damaged is left out', () => {
  localStorage.setItem(
    'cove.logViews',
    JSON.stringify([{ name: 'a', search: { context: 1 } }, 'x', null, { name: 'b', search: { context: 'c' } }]),
  )
  expect(savedViews().map((view) => view.name)).toEqual(['b'])
  localStorage.setItem('cove.logViews', '{')
  expect(savedViews()).toEqual([])
})
