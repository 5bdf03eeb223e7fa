import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ApiProxies } from './api-proxy.ts'
import type { ScriptedApi } from './fixtures/api.ts'
import { bare, ended, makeGround, numbered, openRequest, pod, podPart, podsOfShop, recordingSink, sourcesOn } from './fixtures/ground.ts'
import type { Ground } from './fixtures/ground.ts'
import type { OpenSources, Sources } from './sources.ts'

let ground: Ground
let proxies: ApiProxies
let sources: Sources
const opened: OpenSources[] = []

beforeAll(async () => {
  ground = await makeGround()
  ;({ proxies, sources } = sourcesOn(ground))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})
afterAll(async () => {
  await proxies.dispose()
  await ground.end()
})

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 5 })
const running = { running: {} }
const appsOfShop = '/apis/apps/v1/namespaces/shop'
const batchOfShop = '/apis/batch/v1/namespaces/shop'

async function made(prepare: (api: ScriptedApi) => void = () => {}) {
  const { api, file } = await ground.api()
  api.logs.set('app', { runs: [numbered(0, 3)], steps: [{ run: 0, hang: true }] })
  prepare(api)
  const recorded = recordingSink()
  const open = (parts: readonly unknown[], more = {}) => {
    const one = sources.open(openRequest(file, parts, more), recorded.sink)
    opened.push(one)
    return one
  }
  const names = () => recorded.sources.map(({ info }) => info.name)
  const live = () => recorded.sources.filter(({ state }) => state.state !== 'ended').map(({ info }) => info.name)
  return { api, file, open, names, live, ...recorded }
}
const part = (type: string, name: string) => ({ kind: 'workload', namespace: 'shop', type, name })
const owned = (name: string, uid: string, labels: Record<string, string>, owner: [string, string]) =>
  pod(0, running, { name, uid, labels, owner })
const workload = (name: string, selector: object, more = {}) => ({ metadata: { name, uid: `of ${name}`, ...more }, spec: { selector } })

describe('members', () => {
  it('of a deployment come and go with it', async () => {
    const labels = { app: 'web', 'pod-template-hash': 'abc' }
    const one = await made((api) => {
      api.put(`${appsOfShop}/deployments`, workload('web', { matchLabels: { app: 'web' } }))
      api.put(podsOfShop, owned('web-abc-1', '1', labels, ['ReplicaSet', 'web-abc']))
      api.put(podsOfShop, owned('other-abc-1', '2', labels, ['ReplicaSet', 'other-abc']))
      api.put(podsOfShop, pod(0, running, { name: 'bare', uid: '3', labels: { app: 'web' } }))
    })
    await one.open([part('Deployment', 'web')]).ready
    expect(one.names()).toEqual(['shop/web-abc-1/app', 'shop/bare/app'])
    expect(one.sources[0]?.info.owner).toBe('Deployment/web')
    one.api.put(podsOfShop, owned('web-abc-4', '4', labels, ['ReplicaSet', 'web-abc']))
    await eventually(() => one.texts(2)).toEqual(bare(numbered(0, 3)))
    one.api.remove(podsOfShop, 'web-abc-1')
    await eventually(one.live).toEqual(['shop/bare/app', 'shop/web-abc-4/app'])
    // One that the selector no longer takes in.
    one.api.put(podsOfShop, pod(0, running, { name: 'bare', uid: '3', labels: { app: 'db' } }))
    await eventually(one.live).toEqual(['shop/web-abc-4/app'])
    expect(one.failures).toEqual([])
  })

  it.each([
    ['StatefulSet', appsOfShop],
    ['DaemonSet', appsOfShop],
    ['ReplicaSet', appsOfShop],
    ['Job', batchOfShop],
  ])('of a %s come and go with it; a pod of another with the same labels is none of them', async (type, group) => {
    const labels = { app: 'web' }
    const one = await made((api) => {
      api.put(`${group}/${type.toLowerCase()}s`, workload('web', { matchLabels: labels }))
      api.put(podsOfShop, owned('web-0', '0', labels, [type, 'web']))
      api.put(podsOfShop, owned('other-0', 'o', labels, [type, 'other']))
    })
    await one.open([part(type, 'web')]).ready
    expect(one.names()).toEqual(['shop/web-0/app'])
    expect(one.sources[0]?.info.owner).toBe(`${type}/web`)
    one.api.put(podsOfShop, owned('web-1', '1', labels, [type, 'web']))
    one.api.put(podsOfShop, owned('other-1', 'o1', labels, [type, 'other']))
    await eventually(() => one.texts(1)).toEqual(bare(numbered(0, 3)))
    one.api.remove(podsOfShop, 'web-0')
    await eventually(one.live).toEqual(['shop/web-1/app'])
    // As a StatefulSet makes it anew: the same name, and another pod.
    one.api.put(podsOfShop, owned('web-0', '00', labels, [type, 'web']))
    await eventually(one.live).toEqual(['shop/web-1/app', 'shop/web-0/app'])
    expect(one.names()).toEqual(['shop/web-0/app', 'shop/web-1/app', 'shop/web-0/app'])
    expect(one.failures).toEqual([])
  })

  it('of a selector come and go by their labels', async () => {
    const labelled = (name: string, app: string) => pod(0, running, { name, uid: name, labels: { app } })
    const one = await made((api) => {
      api.put(podsOfShop, labelled('a', 'web'))
      api.put(podsOfShop, labelled('b', 'db'))
    })
    await one.open([{ kind: 'selector', namespace: 'shop', selector: 'app=web' }]).ready
    expect(one.names()).toEqual(['shop/a/app'])
    one.api.put(podsOfShop, labelled('b', 'web'))
    await eventually(one.live).toEqual(['shop/a/app', 'shop/b/app'])
    one.api.put(podsOfShop, labelled('a', 'db'))
    await eventually(one.live).toEqual(['shop/b/app'])
    expect(one.failures).toEqual([])
  })

  it('follow a selector that changes', async () => {
    const one = await made((api) => {
      api.put(`${appsOfShop}/daemonsets`, workload('agent', { matchLabels: { v: '1' } }))
      api.put(podsOfShop, owned('a', '1', { v: '1' }, ['DaemonSet', 'agent']))
      api.put(podsOfShop, owned('b', '2', { v: '2' }, ['DaemonSet', 'agent']))
    })
    await one.open([part('DaemonSet', 'agent')]).ready
    expect(one.names()).toEqual(['shop/a/app'])
    one.api.put(`${appsOfShop}/daemonsets`, workload('agent', { matchExpressions: [{ key: 'v', operator: 'Exists' }] }))
    await eventually(one.names).toEqual(['shop/a/app', 'shop/b/app'])
    expect(one.live()).toHaveLength(2)
  })

  it('of a CronJob are the pods of its Jobs', async () => {
    const job = (name: string, owner: string) =>
      workload(name, {}, { ownerReferences: [{ kind: 'CronJob', name: owner, controller: true }] })
    const one = await made((api) => {
      api.put(`${batchOfShop}/jobs`, job('nightly-1', 'nightly'))
      api.put(`${batchOfShop}/jobs`, job('weekly-1', 'weekly'))
      api.put(podsOfShop, owned('nightly-1-x', '1', { 'job-name': 'nightly-1' }, ['Job', 'nightly-1']))
      api.put(podsOfShop, owned('weekly-1-x', '2', { 'job-name': 'weekly-1' }, ['Job', 'weekly-1']))
    })
    await one.open([part('CronJob', 'nightly')]).ready
    await eventually(one.names).toEqual(['shop/nightly-1-x/app'])
    one.api.put(podsOfShop, owned('nightly-2-x', '3', { 'job-name': 'nightly-2' }, ['Job', 'nightly-2']))
    one.api.put(`${batchOfShop}/jobs`, job('nightly-2', 'nightly'))
    await eventually(one.names).toEqual(['shop/nightly-1-x/app', 'shop/nightly-2-x/app'])
  })

  it('of all namespaces and of several parts are each there once', async () => {
    const one = await made((api) => {
      api.put(podsOfShop, pod(0, running, { labels: { app: 'web' } }))
      api.put('/api/v1/namespaces/other/pods', { ...pod(0, running, { name: 'b', uid: 'b', labels: { app: 'web' } }) })
    })
    const selector = { kind: 'selector', namespace: null, selector: 'app=web' }
    await one.open([podPart, selector, { ...selector, namespace: 'shop', selector: '' }]).ready
    expect(one.sources).toHaveLength(2)
  })

  it('are init, sidecar and ephemeral containers too, also one that is added later', async () => {
    const spec = { initContainers: [{ name: 'first' }, { name: 'beside', restartPolicy: 'Always' }], containers: [{ name: 'app' }] }
    const one = await made((api) => api.put(podsOfShop, pod(0, running, { spec })))
    await one.open([podPart]).ready
    one.api.put(podsOfShop, pod(0, running, { spec: { ...spec, ephemeralContainers: [{ name: 'debug' }] } }))
    await eventually(() => one.sources.map(({ info }) => `${info.container} ${info.containerKind}`)).toEqual([
      'first init',
      'beside sidecar',
      'app container',
      'debug ephemeral',
    ])
  })

  it('are all there where each of very many pods is named', async () => {
    const names = Array.from({ length: 90 }, (_, n) => `web-${n}`)
    const one = await made((api) => {
      for (const name of names) api.put(podsOfShop, pod(0, running, { name, uid: name }))
    })
    await one.open(names.map((name) => ({ ...podPart, pod: name }))).ready
    await eventually(() => one.sources.every(({ events }) => events.length === 3)).toBe(true)
    expect(one.sources).toHaveLength(90)
    // One list and one watch for all of them.
    expect(one.api.requests.filter(({ path }) => path === podsOfShop)).toHaveLength(2)
  })
})

describe('what cannot be', () => {
  it('is said where the selector is none', async () => {
    const one = await made()
    await expect(one.open([{ kind: 'selector', namespace: 'shop', selector: 'a in ??' }]).ready).rejects.toMatchObject({
      code: 'bad-input',
      facts: { field: 'selector' },
    })
    await expect(one.open([podPart], { since: 'yesterday' }).ready).rejects.toMatchObject({ code: 'bad-input', facts: { field: 'since' } })
    await eventually(() => one.api.open()).toBe(0)
  })

  it('is told and taken back when the pod comes', async () => {
    const one = await made()
    await one.open([podPart]).ready
    expect(one.failures.at(-1)).toMatchObject({ code: 'pod-not-found', facts: { pod: 'web', namespace: 'shop' } })
    one.api.put(podsOfShop, pod(0, running))
    await eventually(() => one.texts()).toHaveLength(3)
    expect(one.failures.at(-1)).toBeNull()
  })

  it('is told of a workload and of a container', async () => {
    const one = await made((api) => api.put(podsOfShop, pod(0, running)))
    await one.open([part('StatefulSet', 'db')]).ready
    expect(one.failures.at(-1)).toMatchObject({ code: 'not-found', facts: { what: 'StatefulSet', name: 'db' } })
    const other = await made((api) => api.put(podsOfShop, pod(0, running)))
    await other.open([{ ...podPart, container: 'nope' }]).ready
    expect(other.failures.at(-1)).toMatchObject({ code: 'not-found', facts: { what: 'container', name: 'nope' } })
  })

  it('is told while the list is refused, and the members stay', async () => {
    const one = await made((api) => api.put(podsOfShop, pod(0, running)))
    await one.open([podPart]).ready
    await eventually(() => one.texts()).toHaveLength(3)
    one.api.refuse = { status: 401, body: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' } }
    await one.api.stop()
    await one.api.start()
    await eventually(() => one.failures.at(-1)).toMatchObject({ code: 'api-unauthorized' })
    expect(one.live()).toHaveLength(1)
    one.api.refuse = null
    await eventually(() => one.failures.at(-1)).toBeNull()
    expect(one.texts()).toHaveLength(3)
  })
})

it('leaves nothing behind when it is closed', async () => {
  const one = await made((api) => {
    api.put(podsOfShop, pod(0, running))
    api.put(podsOfShop, pod(0, { waiting: { reason: 'CrashLoopBackOff' } }, { name: 'b', uid: 'b', last: ended(1, 0) }))
  })
  const view = one.open([{ kind: 'selector', namespace: 'shop', selector: '' }])
  await view.ready
  await eventually(() => one.api.open()).toBeGreaterThan(1)
  await view.close()
  const told = one.sources.map(({ events, states }) => events.length + states.length)
  await eventually(() => one.api.open()).toBe(0)
  await eventually(() =>
    ground.exec.commands({ limit: 50 }).filter((it) => it.argv.includes(`--kubeconfig=${one.file}`) && it.state === 'running'),
  ).toEqual([])
  expect(one.sources.map(({ events, states }) => events.length + states.length)).toEqual(told)
})
