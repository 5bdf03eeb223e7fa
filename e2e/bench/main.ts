import { constants } from 'node:os'
import { prepareBrowser } from '../support/browser.ts'
import { endAll } from '../support/cleanup.ts'
import { prepareGround } from '../support/ground.ts'
import type { Result } from './measure.ts'

// npm run bench -- B5 B6 …: prints one JSON line for each. What is printed besides goes to stderr.
const benches: Record<string, () => Promise<Result>> = {
  B1: async () => (await import('./b1-log-ingest.ts')).logIngest(),
  B2: async () => (await import('./b2-log-to-screen.ts')).logToScreen(),
  B3: async () => (await import('./b3-first-line.ts')).firstLine(),
  B4: async () => (await import('./b4-log-memory.ts')).logMemory(),
  B5: async () => (await import('./b5-list-clusters.ts')).listClusters(),
  B6: async () => (await import('./b6-click-to-progress.ts')).clickToProgress(),
  B7: async () => (await import('./b7-create-overhead.ts')).createOverhead(),
  B7FIVE: async () => (await import('./b7-create-overhead.ts')).createBesideFive(),
  B8: async () => (await import('./b8-cold-start.ts')).coldStart(),
  B9: async () => (await import('./b9-idle.ts')).idle(),
  B10: async () => (await import('./b10-scroll-and-search.ts')).scrollAndSearch(),
  B11: async () => (await import('./b11-no-loss.ts')).noLoss(),
  B12: async () => (await import('./b12-contexts.ts')).contexts(),
  B13: async () => (await import('./b13-whole-history.ts')).wholeHistory(),
  SAVE: async () => (await import('./save.ts')).saveMillion(),
  ROUNDS: async () => (await import('./rounds.ts')).createDeleteRounds(),
  B14: async () => (await import('./b14-many-streams.ts')).manyStreams(),
}

const asked = process.argv.slice(2).filter((each) => !each.startsWith('-'))
const ids = asked.length > 0 ? asked : Object.keys(benches)
const unknown = ids.filter((id) => !benches[id])
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

console.log = console.error // stdout is for the JSON lines alone
// A cluster that a benchmark was in the middle of would stay. A second signal ends at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(128 + constants.signals[signal])))
await prepareGround()
await prepareBrowser()
for (const id of ids) {
  const result = await benches[id]?.()
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
process.exit(0)
