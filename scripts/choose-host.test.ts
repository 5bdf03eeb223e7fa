import { expect, test } from 'vitest'
import { chooseHost } from './lib/choose-host.mjs'

const here = { node: '/node', root: '/cove', heapFlags: ['--a=1', '--b=2'] }
const display = { ok: true } as const
const noDisplay = { ok: false, why: 'there is no display' }
const binary = { path: '/electron' }

test('the Electron window where its binary and a display are here, and it says so', () => {
  expect(chooseHost({ ...here, window: display, electron: binary, args: ['--flag'] })).toEqual({
    window: true,
    file: '/electron',
    args: ['--js-flags=--a=1 --b=2', '/cove', '--flag'],
    words: 'cove: starting the Electron window, because its binary and a display are here',
  })
})

test.each([
  ['no display', noDisplay, binary, [], 'serve', 'there is no display'],
  ['no binary', display, { why: 'the Electron binary is not installed' }, [], 'serve', 'the Electron binary is not installed'],
  ['neither', noDisplay, { why: 'the Electron binary is not installed' }, [], 'serve', 'there is no display'],
  ['the browser was asked for', display, binary, ['serve', '--port', '8080'], 'serve', 'you asked for it'],
  ['files were given', display, binary, ['logs', 'a.log'], 'logs', 'you asked for it'],
  ['a check was asked for', display, binary, ['host', 'check'], 'host', 'you asked for it'],
] as const)('else the web host, and why: %s', (_, window, electron, args, command, why) => {
  expect(chooseHost({ ...here, window, electron, args: [...args] })).toEqual({
    window: false,
    file: '/node',
    args: ['--a=1', '--b=2', '/cove/out/main/web.js', ...(args.length === 0 ? ['serve'] : args)],
    words: `cove: starting cove ${command}, because ${why}`,
  })
})
