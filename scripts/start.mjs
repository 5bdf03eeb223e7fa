// npm start: set-up, build when stale, run. The Electron window where it can open, else `cove serve`.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseHost } from './lib/choose-host.mjs'
import { buildApp, display, electronBinary, root, setUp, toolEnvironment } from './lib/setup.mjs'

const { node } = setUp()
buildApp(node)

const window = display()
let electron = electronBinary()
if (window.ok && !electron.path && !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
  console.log(`cove: ${electron.why}; trying to fetch it`)
  spawnSync(node, [join(root, 'node_modules/electron/install.js')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  })
  electron = electronBinary()
}

// A flood of log lines is short-lived: the young generation would grow to several times this for it, and Node gives nothing of that back.
const heapFlags = JSON.parse(readFileSync(join(root, 'scripts/lib/heap-flags.json'), 'utf8'))

const extra = process.argv.slice(2)
const chosen = chooseHost({ node, root, heapFlags, window, electron, args: extra })
// What a command says may be for a program.
const say = extra[0] === 'host' ? console.error : console.log
say(chosen.words)

const env = toolEnvironment()
env.PATH = process.env.PATH // Cove looks for the tools on the user's own PATH, not on this checkout's
if (chosen.window) delete env.ELECTRON_OVERRIDE_DIST_PATH
const child = spawn(chosen.file, chosen.args, { stdio: 'inherit', env, cwd: process.env.INIT_CWD ?? process.cwd() })
// Ctrl+C reaches the child by the terminal; a TERM to this process must be handed on.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('error', (error) => {
  console.error(`cove: ${chosen.file} did not start: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
