// npm run package [-- electron-builder arguments]: installers for this system, or `--dir` for the unpacked app.
import { buildApp, fail, setUp } from './lib/setup.mjs'
import { run } from './lib/runner.mjs'

const { node } = setUp()
buildApp(node)
const ok = await run(node, [
  'node_modules/electron-builder/cli.js',
  '--config',
  'electron-builder.yml',
  '--publish',
  'never',
  ...process.argv.slice(2),
])
if (!ok) fail('electron-builder failed; its output is above')
