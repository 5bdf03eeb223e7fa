import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../error.ts'
import { createHarness, type Harness } from '../exec/fixtures/harness.ts'
import { explain } from './explain.ts'
import { type OwnCause, runDocker } from './run-docker.ts'

let t: Harness
beforeEach(() => {
  t = createHarness()
})
afterEach(() => t.close())

const stopped = 'Cannot connect to the Docker daemon at unix:///run/d.sock. Is the docker daemon running?'
const full: OwnCause = (stderr) => (stderr.includes('no space') ? new AppError('disk-full', { path: '/x' }) : null)
const run = (script: string, more: object = {}, own?: OwnCause) =>
  runDocker({ exec: t.exec, engines: { explain } }, { ...t.sh(script), ...more }, own)
const failing = (said: string) => `echo '${said}' >&2; exit 1`

test('a good end is handed over', async () => {
  expect((await run('echo out; echo word >&2')).stdout).toBe('out\n')
})

test.each<[string, OwnCause | undefined, object]>([
  [failing(stopped), undefined, { code: 'engine-stopped', facts: { endpoint: 'unix:///run/d.sock' } }],
  [failing(`no space; ${stopped}`), full, { code: 'engine-stopped' }],
  [failing('no space'), full, { code: 'disk-full', facts: { path: '/x' } }],
  [failing('no space'), undefined, { code: 'command-failed', facts: { exitCode: 1, signal: null, tail: 'no space' } }],
  // What a program in a container prints is not docker's word.
  [`echo '${stopped}'; exit 3`, full, { code: 'command-failed', facts: { exitCode: 3, tail: '' } }],
  ['kill -KILL $$', full, { code: 'command-failed', facts: { exitCode: null, signal: 'SIGKILL' } }],
])('%s', async (script, own, error) => {
  await expect(run(script, {}, own)).rejects.toMatchObject({ ...error, commandId: expect.any(String) })
})

test('one that was ended is told as that, whatever it said', async () => {
  await expect(run(`echo '${stopped}' >&2; sleep 30`, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'command-timeout' })
  const signal = AbortSignal.timeout(200)
  await expect(run(`echo '${stopped}' >&2; sleep 30`, { signal })).rejects.toMatchObject({ code: 'cancelled' })
  await expect(run('true', { signal })).rejects.toMatchObject({ code: 'cancelled' })
})
