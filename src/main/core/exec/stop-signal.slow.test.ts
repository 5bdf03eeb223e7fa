import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, type Harness } from './fixtures/harness.ts'

let t: Harness
beforeEach(() => (t = createHarness()))
afterEach(() => t.close())

test.each(['SIGINT', 'SIGTERM'] as const)('a group is asked to end with %s where its command says so', async (stopSignal) => {
  const stop = new AbortController()
  const stream = t.exec.lines({
    ...t.sh(`trap 'echo INT; exit 3' INT; trap 'echo TERM; exit 4' TERM; echo ready; while :; do sleep 0.05; done`),
    stopSignal,
    signal: stop.signal,
  })
  const said: string[] = []
  for await (const { text } of stream) {
    said.push(text)
    if (text === 'ready') stop.abort()
  }
  // A shell may say of its own that its sleep was ended.
  expect(said.slice(0, 2)).toEqual(['ready', stopSignal.slice(3)])
  expect(await stream.result).toMatchObject({ cancelled: true, exitCode: stopSignal === 'SIGINT' ? 3 : 4 })
})

test('whoever does not end after it is killed', async () => {
  const stop = new AbortController()
  const stream = t.exec.lines({
    ...t.sh(`trap '' INT; echo ready; while :; do sleep 0.05; done`),
    stopSignal: 'SIGINT',
    killGraceMs: 200,
    signal: stop.signal,
  })
  for await (const { text } of stream) if (text === 'ready') stop.abort()
  expect(await stream.result).toMatchObject({ cancelled: true, signal: 'SIGKILL' })
})
