import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AppError } from '../../error.ts'
import type { CommandResult } from '../../exec/types.ts'
import { diagnose } from './diagnose.ts'

const result = (stderr: string, over: Partial<CommandResult> = {}): CommandResult => ({
  id: 'c1',
  argv: ['kind', 'create', 'cluster', '--name=t1'],
  exitCode: 1,
  signal: null,
  stdout: '',
  stderr,
  durationMs: 1,
  truncated: false,
  timedOut: false,
  cancelled: false,
  outputFile: null,
  ...over,
})
const blame = {
  cluster: 't1',
  image: 'kindest/node:v1.37.0',
  engine: (text: string) =>
    text.includes('Cannot connect to the Docker daemon')
      ? new AppError('engine-stopped', { endpoint: 'unix:///var/run/docker.sock' })
      : null,
}
const ofFixture = (name: string) => diagnose(result(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')), blame)

test.each([
  ['fail-kubeadm.txt', 'kubeadm-failed', { cluster: 't1' }],
  ['fail-node-not-booted.txt', 'node-not-booted', { cluster: 't1' }],
  ['fail-name-taken.txt', 'name-taken', { name: 't1' }],
  ['fail-port-container.txt', 'port-taken', { port: 38_091 }],
  ['fail-port-process.txt', 'port-taken', { port: 38_091 }],
  ['fail-pull.txt', 'image-pull-failed', { image: 'kindest/node:v9.9.9' }],
  ['fail-pull-not-found.txt', 'image-not-found', { image: 'kindest/node:v9.9.9' }],
  ['fail-disk-full.txt', 'disk-full', { path: '/var/lib/docker/overlay2/0a1b' }],
  ['fail-inotify.txt', 'inotify-limit', {}],
  ['fail-engine-stopped.txt', 'engine-stopped', { endpoint: 'unix:///var/run/docker.sock' }],
  ['fail-load-missing.txt', 'image-not-found', { image: 'nope:1' }],
])('%s is %s', (fixture, code, facts) => {
  const error = ofFixture(fixture)
  expect(error.code).toBe(code)
  expect(error.facts).toMatchObject(facts)
  expect(error.commandId).toBe('c1')
})

test('what nobody knows keeps the summary, the last lines and the signal', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`)
  const error = diagnose(result(`ERROR: something new\n\n${lines.join('\n')}`, { exitCode: null, signal: 'SIGKILL' }), blame)
  expect(error.code).toBe('command-failed')
  expect(error.facts).toMatchObject({ signal: 'SIGKILL', exitCode: null, command: 'kind create cluster --name=t1' })
  expect(String((error.facts as { tail: string }).tail).split('\n')[0]).toBe('ERROR: something new')
  expect((error.facts as { tail: string }).tail).toContain('line 49')
})
