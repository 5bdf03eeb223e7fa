// npm run check: the fast subset. Tests that wait for real time-outs, kills and restarts (*.slow.test.ts) are left to npm test.
import { staticChecks } from './lib/checks.mjs'
import { run, vitest } from './lib/runner.mjs'
import { setUp } from './lib/setup.mjs'
import { createTally } from './lib/tally.mjs'

const { node } = setUp()
const tally = createTally()
for (const { name, argv } of staticChecks) await tally.check(name, () => run(node, argv))
await tally.suite('unit tests', () => vitest(node, ['--exclude', '**/*.slow.test.ts']))
tally.close()
