import { writeFile } from 'node:fs/promises'
import { expect, vi } from 'vitest'
import { until } from './fixtures/ground.ts'
import { test } from './fixtures/test.ts'

vi.setConfig({ testTimeout: 60_000 })

const servers = {
  up: 'https://127.0.0.1:7001',
  held: 'https://127.0.0.1:7002',
  down: 'https://localhost:7003',
  refusing: 'https://127.0.0.1:7004',
  plugged: 'https://127.0.0.1:7005',
  far: 'https://far.test:6443',
}
const kubeconfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } })),
  contexts: [...Object.keys(servers), 'lacking'].map((name) => ({ name, context: { cluster: name, user: name } })),
  users: [...Object.keys(servers), 'lacking'].map((name) => ({
    name,
    user: name === 'plugged' ? { exec: { command: 'login', apiVersion: 'client.authentication.k8s.io/v1' } } : { token: 'x' },
  })),
})

test.concurrent('clusters that only a context knows have a state with its reason; one that hangs holds up nobody, and nothing remote or run for a login is asked', async ({
  ground,
}) => {
  await writeFile(ground.kubeconfigPath, kubeconfig)
  const version = (gitVersion: string) => JSON.stringify({ gitVersion })
  await ground.set('apis/up', version('v1.33.2'))
  await ground.set('apis/held', version('v1.34.0'))
  await ground.set('hold-api-held')
  await ground.set('fail-api-refusing', 'error: You must be logged in to the server (Unauthorized)')
  const rows = async () =>
    Object.fromEntries(
      (await ground.clusters.snapshot()).clusters.map(({ name, state, reason, version: seen }) => [name, [state, reason.code, seen]]),
    )

  // The list itself waits for none of them.
  const first = (await ground.clusters.refresh()).clusters
  expect(first.map(({ name }) => name)).toEqual(['down', 'far', 'held', 'lacking', 'plugged', 'refusing', 'up'])
  const expected = {
    down: ['stopped', 'api-refused', null],
    far: ['unknown', 'remote', null],
    held: ['unknown', 'asking', null],
    lacking: ['unknown', 'context-broken', null],
    plugged: ['unknown', 'plugin', null],
    refusing: ['running', 'api-login', null],
    up: ['running', 'none', 'v1.33.2'],
  }
  await until(async () => Object.values(await rows()).filter(([, code]) => code === 'asking').length === 1)
  expect(await rows()).toEqual(expected)
  await ground.unset('hold-api-held')
  await until(async () => (await rows())['held']?.[1] !== 'asking')
  expect(await rows()).toEqual({ ...expected, held: ['running', 'none', 'v1.34.0'] })

  const asked = async () =>
    (await ground.calls('kubectl', 'get'))
      .filter((call) => call.includes('--raw=/version'))
      .map((call) => call.find((arg) => arg.startsWith('--context='))?.slice('--context='.length) ?? '')
      .sort()
  const once = ['down', 'held', 'refusing', 'up']
  expect(await asked()).toEqual(once)

  // A look at what is known asks nobody; the next refresh asks again, and what was known stays until the answer.
  await ground.clusters.snapshot()
  expect(await asked()).toEqual(once)
  await ground.unset('apis/up')
  expect((await ground.clusters.refresh()).clusters.find(({ name }) => name === 'up')).toMatchObject({
    state: 'running',
    version: 'v1.33.2',
  })
  await until(async () => (await rows())['up']?.[0] === 'stopped')
  await until(async () => (await asked()).length === 8)
})

test.concurrent('a context that leads to a cluster of a provider is not asked: the provider says how it is', async ({ ground }) => {
  await ground.cluster({ 'dev-control-plane': 'control-plane' })
  const entry = { name: 'kind-dev', context: { cluster: 'kind-dev', user: 'kind-dev' } }
  const cluster = { name: 'kind-dev', cluster: { server: 'https://127.0.0.1:43117' } }
  const user = { name: 'kind-dev', user: { token: 'x' } }
  await writeFile(
    ground.kubeconfigPath,
    JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [cluster], contexts: [entry], users: [user] }),
  )
  expect((await ground.clusters.refresh()).clusters).toMatchObject([{ provider: 'kind', name: 'dev', state: 'running' }])
  expect(await ground.calls('kubectl', 'get')).toEqual([])
})
