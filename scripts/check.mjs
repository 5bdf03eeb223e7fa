// npm run check: the fast subset. Tests that wait for real time-outs, kills and restarts (*.slow.test.ts) are left to npm test.
import { staticChecks } from './lib/checks.mjs'
import { runQuietly, vitest } from './lib/runner.mjs'
import { setUp } from './lib/setup.mjs'
import { createTally } from './lib/tally.mjs'

const { node } = setUp()
const tally = createTally()
await tally.checks(staticChecks, ({ argv }) => runQuietly(node, argv))
await tally.suite('unit tests', () => vitest(node, ['--project', 'core', '--project', 'pages']))
tally.close()
