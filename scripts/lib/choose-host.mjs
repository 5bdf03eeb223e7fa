import { join } from 'node:path'

/** Commands that are for the terminal or a browser, whatever this machine could show. */
const named = ['serve', 'logs', 'host']

/**
 * What `npm start` starts: the Electron window where its binary and a display are here and nothing else was asked for, else the web host.
 * `window` and `electron` as `display()` and `electronBinary()` of setup.mjs answer. Pure.
 */
export function chooseHost({ node, root, heapFlags, window, electron, args }) {
  const asked = named.includes(args[0])
  if (window.ok && electron.path && !asked)
    return {
      window: true,
      file: electron.path,
      args: [`--js-flags=${heapFlags.join(' ')}`, root, ...args],
      words: 'cove: starting the Electron window, because its binary and a display are here',
    }
  const why = !window.ok ? window.why : (electron.why ?? 'you asked for it')
  return {
    window: false,
    file: node,
    args: [...heapFlags, join(root, 'out/main/web.js'), ...(asked ? args : ['serve', ...args])],
    words: `cove: starting cove ${asked ? args[0] : 'serve'}, because ${why}`,
  }
}
