import { expect, test } from 'vitest'
import { begin, change, redo, undo } from './history.ts'

test('letters typed into one field are one step, a pause or another field begins the next', () => {
  let history = begin('')
  history = change(history, 'a', 'name', 0)
  history = change(history, 'ab', 'name', 500)
  history = change(history, 'ab!', 'editor', 600)
  history = change(history, 'ab!?', 'editor', 3_000)
  expect(history.past).toEqual(['', 'ab', 'ab!'])
})

test('undo and redo go through both views, and a new change ends what could be redone', () => {
  let history = change(change(begin('a'), 'b', null, 0), 'c', null, 1)
  history = undo(undo(history))
  expect([history.text, undo(history).text, redo(history).text]).toEqual(['a', 'a', 'b'])
  history = change(redo(history), 'd', null, 2)
  expect(redo(history)).toBe(history)
  expect(undo(history).text).toBe('b')
})

test('after an undo the same field begins a step of its own', () => {
  let history = change(change(begin('a'), 'ab', 'name', 0), 'abc', 'name', 1)
  history = change(undo(history), 'ax', 'name', 2)
  expect(undo(history).text).toBe('a')
})

test('a change that changes nothing is none', () => {
  const history = begin('a')
  expect(change(history, 'a', null, 0)).toBe(history)
})
