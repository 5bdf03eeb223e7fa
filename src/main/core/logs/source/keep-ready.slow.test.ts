import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createApiProxies } from './api-proxy.ts'
import { callsOf, makeGround, pod, podsOfShop } from './fixtures/ground.ts'
import type { Ground } from './fixtures/ground.ts'
import { keepReady } from './keep-ready.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(async () => {
  await ground.end()
})

const live = () => new AbortController()
const runs = (file: string) =>
  ground.exec.commands({ limit: 100 }).filter((it) => it.argv.includes(`--kubeconfig=${file}`) && it.state === 'running').length
const ended = (file: string) => expect.poll(() => runs(file), { timeout: 10_000, interval: 10 }).toBe(0)
async function proxied(proxy = '', idleMs = 50) {
  const { api, file } = await ground.api(proxy)
  api.put(podsOfShop, pod(0, { running: {} }))
  return { file, proxies: createApiProxies({ ...ground.deps, idleMs }), context: { file, name: 'kind-shop' } }
}

test('the log that was chosen comes through the proxy that was made ready, and no other is started', async () => {
  const { file, proxies, context } = await proxied('', 5_000)
  const stop = live()
  const held = keepReady(proxies, context, stop.signal)
  // Nobody listens yet.
  expect(runs(file)).toBe(0)
  expect(await held.next()).toEqual({ done: false, value: null })
  expect(runs(file)).toBe(1)
  stop.abort()
  expect(await held.next()).toEqual({ done: true, value: undefined })
  const lease = await proxies.get(context)
  await lease.get(`${podsOfShop}/web`, z.object({}))
  lease.release()
  expect(await callsOf(file)).toHaveLength(1)
  await proxies.dispose()
  expect(runs(file)).toBe(0)
  // A page that is still there may ask while everything ends.
  expect(await keepReady(proxies, context, live().signal).next()).toEqual({ done: true, value: undefined })
  expect(await callsOf(file)).toHaveLength(1)
})

test('it ends with whoever chooses, and by itself when nothing is chosen for long', async () => {
  const { file, proxies, context } = await proxied()
  const stop = live()
  const left = keepReady(proxies, context, stop.signal)
  await left.next()
  stop.abort()
  await left.next()
  await ended(file)
  const forgotten = keepReady(proxies, context, live().signal, 20)
  await forgotten.next()
  expect(await forgotten.next()).toEqual({ done: true, value: undefined })
  await ended(file)
  // Left before it was there.
  const early = live()
  const hasty = keepReady(proxies, context, early.signal)
  const first = hasty.next()
  early.abort()
  expect(await first).toEqual({ done: true, value: undefined })
  await ended(file)
  await proxies.dispose()
})

test('one that does not start is no trouble here, and told where a log is opened', async () => {
  const { proxies, context } = await proxied('dies')
  const held = keepReady(proxies, context, live().signal)
  expect(await held.next()).toEqual({ done: true, value: undefined })
  await expect(proxies.get(context)).rejects.toMatchObject({ code: expect.stringMatching(/context-not-found|command-failed/) })
  await proxies.dispose()
})
