import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiProxies } from './api-proxy.ts'
import { makeGround, sourcesOn } from './fixtures/ground.ts'
import type { Ground } from './fixtures/ground.ts'
import { listWorkloads } from './workload-list.ts'

let ground: Ground
let proxies: ApiProxies
beforeAll(async () => {
  ground = await makeGround()
  ;({ proxies } = sourcesOn(ground))
})
afterAll(async () => {
  await proxies.dispose()
  await ground.end()
})

const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`
const batch = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}`
const made = (namespace: string, name: string, owner?: [kind: string, name: string]) => ({
  metadata: {
    name,
    namespace,
    uid: `${namespace} ${name}`,
    ...(owner ? { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] } : {}),
  },
})

async function shop() {
  const { api, file } = await ground.api()
  api.put(`${apps('shop')}/deployments`, made('shop', 'web'))
  api.put(`${apps('shop')}/replicasets`, made('shop', 'web-abc', ['Deployment', 'web']))
  api.put(`${apps('shop')}/replicasets`, made('shop', 'alone'))
  api.put(`${apps('shop')}/statefulsets`, made('shop', 'db'))
  api.put(`${apps('other')}/daemonsets`, made('other', 'agent'))
  api.put(`${batch('shop')}/cronjobs`, made('shop', 'nightly'))
  api.put(`${batch('shop')}/jobs`, made('shop', 'nightly-1', ['CronJob', 'nightly']))
  api.put(`${batch('shop')}/jobs`, made('shop', 'once'))
  const list = (namespace: string | null) => listWorkloads(proxies, { file, name: 'kind-shop', namespace }, new AbortController().signal)
  return { api, list }
}

it('has every workload that nothing owns, with pods or without, CronJobs too', async () => {
  const { list } = await shop()
  const ofShop = [
    ['ReplicaSet', 'alone'],
    ['StatefulSet', 'db'],
    ['CronJob', 'nightly'],
    ['Job', 'once'],
    ['Deployment', 'web'],
  ].map(([type, name]) => ({ namespace: 'shop', type, name }))
  expect(await list('shop')).toEqual({ workloads: ofShop, error: null })
  expect(await list(null)).toEqual({ workloads: [{ namespace: 'other', type: 'DaemonSet', name: 'agent' }, ...ofShop], error: null })
})

it('has the others where one kind may not be read, and says why', async () => {
  const { api, list } = await shop()
  const body = { kind: 'Status', reason: 'Forbidden', message: 'cronjobs.batch is forbidden', code: 403 }
  api.refuse = { status: 403, body, path: `${batch('shop')}/cronjobs` }
  const { workloads, error } = await list('shop')
  expect(workloads.map(({ name }) => name)).toEqual(['alone', 'db', 'once', 'web'])
  expect(error).toMatchObject({ code: 'api-forbidden' })
})
