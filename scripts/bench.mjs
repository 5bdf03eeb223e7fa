// npm run bench -- B5 B6 …: one JSON line for each on stdout.
import { run } from './lib/runner.mjs'
import { buildApp, buildSmoke, setUp } from './lib/setup.mjs'

const log = console.log
console.log = console.error
const { node } = setUp()
buildApp(node)
if (['B2', 'B8'].some((id) => process.argv.includes(id)) || process.argv.length === 2) buildSmoke(node)
console.log = log
process.exit((await run(node, ['--disable-warning=ExperimentalWarning', 'e2e/bench/main.ts', ...process.argv.slice(2)])) ? 0 : 1)
