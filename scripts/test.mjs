// npm test: set-up and every check there is. Ends with the line `N passed, N failed`.
import { staticChecks } from './lib/checks.mjs'
import { playwright, prepareGround, run, runQuietly, vitest } from './lib/runner.mjs'
import { setUp } from './lib/setup.mjs'
import { createTally } from './lib/tally.mjs'

const { node, version } = setUp()
console.log(`cove: testing on ${process.platform} ${process.arch}, Node ${version}`)
const tally = createTally()
await tally.checks(staticChecks, ({ argv }) => runQuietly(node, argv))
await tally.check('the ground for what needs a real engine', async () => {
  const ground = await prepareGround(node)
  if (ground?.kind === 'kit') tally.expectAll()
  if (ground?.cache) process.env.COVE_KIT_CACHE = ground.cache
  return ground !== null
})
await tally.suite('unit tests', () => vitest(node, [], { again: true }))
await tally.check('build', () => run(node, ['scripts/build.mjs', '--smoke']))
await tally.suite('contract over both transports, built entries', () => vitest(node, ['--config', 'e2e/vitest.config.ts'], { again: true }))
await tally.suite('end to end in Chromium on a real cluster', () => playwright(node, ['--project=web', '--project=hosts']))
await tally.suite('end to end while the engine stops', () => playwright(node, ['--project=alone']))
await tally.suite('end to end in a real Electron window', () => playwright(node, ['--project=electron']))
tally.close()
