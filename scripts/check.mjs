// npm run check: the fast subset.
import { staticChecks } from './lib/checks.mjs'
import { createTally, run, vitest } from './lib/runner.mjs'
import { setUp } from './lib/setup.mjs'

const { node } = setUp()
const tally = createTally()
for (const { name, argv } of staticChecks) await tally.check(name, () => run(node, argv))
await tally.suite('unit tests', () => vitest(node, []))
tally.close()
