import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHttpClient } from '../toolchain/fetch/http.ts'
import { startPublisher } from '../toolchain/fixtures/publisher.ts'
import { type Registry, startRegistry } from './fixtures/registry.ts'
import { type DownloadsGround, makeDownloads } from './fixtures/ground.ts'
import { askRegistry } from './registry.ts'

const never = new AbortController().signal
const pause = { ref: 'registry.k8s.io/pause:3.10.1', path: 'pause', tag: '3.10.1' }

let registry: Registry
const grounds: DownloadsGround[] = []
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await registry.close()
})

const ask = (stallMs = 5_000) => askRegistry(createHttpClient({ proxyFor: () => null, stallMs }), new URL(registry.base), pause, never)

test('the digest of the index and the machines that it is for, without its proofs of origin', async () => {
  const digest = registry.put('pause', '3.10.1', ['linux/amd64', 'linux/arm64', 'windows/amd64'])
  const answer = await ask()
  expect(answer).toMatchObject({ ref: pause.ref, digest })
  expect(answer.platforms.map(({ os, arch }) => `${os}/${arch}`)).toEqual(['linux/amd64', 'linux/arm64', 'windows/amd64'])
  for (const { digest: own } of answer.platforms) expect(own).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(registry.requests).toEqual(['GET /v2/pause/manifests/3.10.1'])
})

test('a manifest without an index says its machine in its configuration', async () => {
  const digest = registry.putSingle('pause', '3.10.1', 'linux/s390x')
  expect(await ask()).toEqual({ ref: pause.ref, digest, platforms: [{ os: 'linux', arch: 's390x', digest }] })
})

test('a registry that wants a token is given one of its own', async () => {
  registry.token = 't0ken'
  const digest = registry.putSingle('pause', '3.10.1', 'linux/amd64')
  expect(await ask()).toMatchObject({ digest })
  expect(registry.requests[1]).toBe('GET /token?service=registry.test&scope=repository%3Apause%3Apull')
})

test('the token goes to nobody that the registry sends on to', async () => {
  const elsewhere = await startPublisher()
  try {
    registry.token = 't0ken'
    const seen: (string | undefined)[] = []
    elsewhere.damage('index', (request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end('{"manifests":[]}')
      return true
    })
    registry.damage = (request, response) => {
      if (request.headers.authorization === undefined) return false
      response.writeHead(307, { location: `${elsewhere.base}/index` }).end()
      return true
    }
    expect(await ask()).toMatchObject({ platforms: [] })
    expect(seen).toEqual([undefined])
  } finally {
    await elsewhere.close()
  }
})

const answered = (status: number, headers: Record<string, string> = {}, body = '') => {
  registry.damage = (_, response) => {
    response.writeHead(status, headers).end(body)
    return true
  }
}

test.each<[string, () => void, string]>([
  ['not there', () => {}, 'image-not-found'],
  ['429', () => answered(429), 'registry-rate-limited'],
  ['503', () => answered(503), 'download-status'],
  ['407', () => answered(407), 'download-proxy-auth'],
  ['a sign-in page', () => answered(200, { 'content-type': 'text/html' }, '<html>'), 'registry-unreachable'],
  ['no manifest', () => answered(200, { 'content-type': 'application/json' }, '{}'), 'registry-unreachable'],
  ['a sign-in of persons', () => answered(401, { 'www-authenticate': 'Basic realm="x"' }), 'registry-unreachable'],
  [
    'a token from elsewhere without TLS',
    () => answered(401, { 'www-authenticate': 'Bearer realm="http://tokens.example/t"' }),
    'download-insecure-redirect',
  ],
  ['to http elsewhere', () => answered(307, { location: 'http://images.example/' }), 'download-insecure-redirect'],
  ['endless', () => answered(200, {}, 'x'.repeat(4_200_000)), 'registry-unreachable'],
])('%s', async (_, cause, code) => {
  cause()
  await expect(ask()).rejects.toMatchObject({ code })
})

test('one that stands still, and none at all', async () => {
  registry.damage = () => true
  await expect(ask(300)).rejects.toMatchObject({ code: 'registry-unreachable', facts: { reason: 'it stands still' } })
  await registry.close()
  await expect(ask()).rejects.toMatchObject({ code: 'registry-unreachable', facts: { reason: 'ECONNREFUSED' } })
})

test('images of a version: only when asked, each by itself, by the names of registry.k8s.io behind any mirror', async () => {
  const ground = await makeDownloads({ registry: registry.base })
  grounds.push(ground)
  const digest = registry.put('coredns/coredns', 'v1.12.1', ['linux/amd64', 'linux/arm64'])
  ground.settings.set({ mirrors: { registry: 'registry.aliyuncs.com/google_containers' } })
  const { images, from, sure, commands } = await ground.downloads.images('v1.34.4')
  expect([from, sure, images.length]).toEqual(['table', true, 7])
  expect(images.find(({ name }) => name === 'coredns')).toEqual({
    name: 'coredns',
    ref: 'registry.k8s.io/coredns/coredns:v1.12.1',
    from: 'registry.aliyuncs.com/google_containers/coredns:v1.12.1',
  })
  expect(commands).toContain('docker tag registry.aliyuncs.com/google_containers/pause:3.10.1 registry.k8s.io/pause:3.10.1')
  expect(registry.requests).toEqual([])
  const details = await ground.downloads.askImages('v1.34.4', never)
  expect(details.find(({ ref }) => ref.includes('coredns'))).toMatchObject({ digest, error: null })
  expect(details.filter(({ error }) => error?.code === 'image-not-found')).toHaveLength(6)
  expect(ground.settings.set({ mirrors: { registry: '' } }).settings.mirrors.registry).toBe('')
  for (const bad of ['https://x', 'x/../y', '-x', 'x y', 'X'])
    expect(() => ground.settings.set({ mirrors: { registry: bad } })).toThrow(/settings-invalid/)
})
