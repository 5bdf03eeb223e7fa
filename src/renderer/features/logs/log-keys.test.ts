// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { actionOf, belongsTo, keysOf, logActions } from './log-keys.ts'

const key = (name: string, part = {}) => actionOf({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...part })

test('the keys of less and vim beside the usual ones', () => {
  const of = (name: string, part = {}) => key(name, part)?.action
  expect(['/', 'n', 'f', 'j', 'k', ' ', 'g'].map((name) => of(name))).toEqual([
    'find',
    'findNext',
    'follow',
    'down',
    'up',
    'pageDown',
    'start',
  ])
  expect(of('N', { shiftKey: true })).toBe('findPrevious')
  expect(of('G', { shiftKey: true })).toBe('end')
  expect(of('d', { ctrlKey: true })).toBe('halfDown')
  expect(of('u', { ctrlKey: true })).toBe('halfUp')
  expect(['Home', 'End', 'PageUp', 'PageDown'].map((name) => of(name))).toEqual(['start', 'end', 'pageUp', 'pageDown'])
  expect(of(' ', { shiftKey: true })).toBe('pageUp')
  expect(of('F3', { shiftKey: true })).toBe('findPrevious')
})

test('an arrow with Shift marks on the way', () => {
  expect(key('ArrowDown', { shiftKey: true })).toEqual({ action: 'down', extend: true })
  expect(key('ArrowDown')).toEqual({ action: 'down', extend: false })
})

test('nothing is done while an input method composes, and nothing with Alt, Cmd or other Ctrl keys', () => {
  expect(key('n', { isComposing: true })).toBeNull()
  expect(key('f', { altKey: true })).toBeNull()
  expect(key('c', { ctrlKey: true })).toBeNull()
  expect(key('k', { metaKey: true })).toBeNull()
  expect(key('q')).toBeNull()
})

test('a box to type in keeps its keys, a button only those that press it', () => {
  document.body.innerHTML = '<input><button>b</button><div role="grid" tabindex="0"></div><div role="slider" tabindex="0"></div>'
  const [input, button, grid, slider] = [...document.body.children]
  expect(belongsTo(input ?? null, 'n')).toBe(true)
  for (const name of ['j', 'n', 'f', '/', '?']) expect(belongsTo(slider ?? null, name), name).toBe(false)
  expect(belongsTo(button ?? null, 'n')).toBe(false)
  expect(belongsTo(button ?? null, 'Enter')).toBe(true)
  expect(belongsTo(grid ?? null, 'Enter')).toBe(false)
})

test('the help names keys for each', () => {
  for (const action of logActions) expect(keysOf[action].length, action).toBeGreaterThan(0)
})
