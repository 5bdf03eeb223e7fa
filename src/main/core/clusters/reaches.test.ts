import { expect, test } from 'vitest'
import type { KubeContext, Reach } from '#shared/contract/kubeconfig.ts'
import { AppError, errorShape } from '../error.ts'
import { createReaches, stateOf } from './reaches.ts'

const context = (over: Partial<KubeContext> = {}): KubeContext => ({
  file: '/k',
  name: 'lab',
  cluster: 'lab',
  user: 'lab',
  namespace: null,
  server: 'https://127.0.0.1:6443',
  local: true,
  current: false,
  shadowed: false,
  problem: null,
  ...over,
})
const answer = (state: Reach['state'], error: AppError | null = null, version: string | null = null): Reach => ({
  state,
  version,
  tookMs: 1,
  error: error === null ? null : errorShape(error),
})
const problem = errorShape(new AppError('not-found', { what: 'user', name: 'lab' }))

test.each<readonly [string, Partial<KubeContext>, Reach | null, string, string]>([
  ['it answers', {}, answer('reachable', null, 'v1.34.4'), 'running', 'none'],
  [
    'it answers and refuses the login',
    {},
    answer('unauthorized', new AppError('api-unauthorized', { context: 'lab' })),
    'running',
    'api-login',
  ],
  ['nothing listens', {}, answer('unreachable', new AppError('api-refused', { server: 'x' })), 'stopped', 'api-refused'],
  ['no answer in time', {}, answer('unreachable', new AppError('api-unreachable', { server: 'x', reason: '' })), 'unknown', 'api-silent'],
  [
    'another certificate',
    {},
    answer('unreachable', new AppError('api-certificate', { server: 'x', reason: '' })),
    'unknown',
    'api-untrusted',
  ],
  ['no kubectl', {}, answer('unknown', new AppError('tool-absent', { tool: 'kubectl' })), 'unknown', 'api-unasked'],
  ['not yet', {}, null, 'unknown', 'asking'],
  ['remote', { local: false }, answer('reachable'), 'unknown', 'remote'],
  ['nobody knows where', { local: null }, answer('reachable'), 'unknown', 'remote'],
  ['a program logs in', { plugin: true }, answer('reachable'), 'unknown', 'plugin'],
  ['no server', { server: null }, null, 'unknown', 'context-broken'],
  ['no user', { problem }, null, 'unknown', 'context-broken'],
])('%s', (_name, over, reach, state, code) => {
  expect(stateOf(context(over), reach)).toEqual({ state, reason: { code, facts: {} }, version: reach?.version ?? null })
})

test('an answer that says the same tells nobody, and one of another server under the same name is not taken', async () => {
  let now = answer('reachable', null, 'v1.34.4')
  let told = 0
  const reaches = createReaches({ reach: async () => now }, () => void told++)
  const ask = async (one: KubeContext) => {
    reaches.ask([one])
    await new Promise((resolve) => setImmediate(resolve))
  }
  await ask(context())
  now = { ...now, tookMs: 9 }
  await ask(context())
  expect([told, reaches.of(context())?.version]).toEqual([1, 'v1.34.4'])
  expect(reaches.of(context({ server: 'https://127.0.0.1:7443' }))).toBeNull()
  await ask(context({ server: 'https://127.0.0.1:7443' }))
  expect([told, reaches.of(context())]).toEqual([2, null])
})
