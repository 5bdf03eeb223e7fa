import type { RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { type Ground, makeGround, toolScript } from './fixtures/ground.ts'
import { certificate, startProxy, startTls } from './fixtures/proxy.ts'
import { sha256, startPublisher } from './fixtures/publisher.ts'

const path = '/release/v1.34.4/bin/linux/amd64/kubectl'
const kubectl = toolScript('kubectl', 'v1.34.4')

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function opened<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const each = await starting
  open.push(each)
  return each
}

async function ground(options: Parameters<typeof makeGround>[0]): Promise<Ground> {
  const made = await makeGround({ machine: { os: 'linux', arch: 'amd64' }, stallMs: 5_000, ...options })
  open.push({ close: made.dispose })
  return made
}

const publisher: RequestListener = (request, response) => {
  if (request.url === path) response.end(kubectl)
  else if (request.url === `${path}.sha256`) response.end(sha256(kubectl))
  else response.writeHead(404).end()
}

test('https through a proxy: a tunnel to the publisher by name, whose certificate is checked', async () => {
  const site = await opened(startTls(publisher))
  const proxy = await opened(startProxy({ tunnelTo: site.port, credentials: 'me:p@ss' }))
  const address = proxy.base.replace('http://', 'http://me:p%40ss@')
  const { toolchain } = await ground({ env: { HTTPS_PROXY: address }, ca: certificate })
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4', origin: 'cove' })
  expect(proxy.requests).toEqual(['CONNECT dl.k8s.io:443', 'CONNECT dl.k8s.io:443'])
  await expect.poll(() => proxy.tunnels.size).toBe(0)
})

test('a proxy that signs with its own certificate is not believed', async () => {
  const site = await opened(startTls(publisher))
  const proxy = await opened(startProxy({ tunnelTo: site.port }))
  const { toolchain, settings } = await ground({})
  settings.set({ proxy: proxy.base })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({
    code: 'download-unreachable',
    facts: { url: `https://dl.k8s.io${path}.sha256`, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
})

test('a proxy that wants a password, that is down, that is of another kind: each in its own words', async () => {
  const proxy = await opened(startProxy({ credentials: 'me:secret' }))
  const { toolchain, settings } = await ground({})
  settings.set({ proxy: proxy.base.replace('http://', 'http://me:wrong@') })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-proxy-auth' })
  settings.set({ proxy: 'http://127.0.0.1:1' })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-unreachable', facts: { reason: 'proxy ECONNREFUSED' } })
  const socks = await ground({ env: { ALL_PROXY: 'socks5://me:secret@127.0.0.1:1080' } })
  const error = await socks.toolchain.ensure('kubectl').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'proxy-unsupported', facts: { proxy: expect.stringContaining('127.0.0.1:1080') as string } })
  expect(JSON.stringify(error)).not.toContain('secret')
})

test('plain http on loopback goes through a loopback proxy by its whole address, else past it', async () => {
  const site = await opened(startPublisher())
  site.put(path.slice(1), kubectl)
  const proxy = await opened(startProxy({ credentials: 'me:x' }))
  const env = { COVE_PUBLISHER_KUBERNETES: site.base }
  const { toolchain, settings } = await ground({ env })
  settings.set({ proxy: proxy.base })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({ code: 'download-proxy-auth' })
  settings.set({ proxy: proxy.base.replace('http://', 'http://me:x@') })
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(proxy.requests.at(-1)).toBe(`GET ${site.base}${path}`)

  const before = proxy.requests.length
  const direct = await ground({ env: { ...env, HTTP_PROXY: proxy.base, HTTPS_PROXY: proxy.base } })
  expect(await direct.toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(proxy.requests).toHaveLength(before)
})

test('from https never to http, not even on loopback; from https to https follows', async () => {
  const plain = await opened(startPublisher())
  plain.put(path.slice(1), kubectl)
  const elsewhere = await opened(startTls(publisher))
  let to = `${plain.base}${path}`
  const site = await opened(
    startTls((request, response) => {
      if (request.url === path) response.writeHead(302, { location: to }).end()
      else publisher(request, response)
    }),
  )
  const base = `https://localhost:${site.port}`
  const { toolchain } = await ground({ env: { COVE_PUBLISHER_KUBERNETES: base }, ca: certificate })
  await expect(toolchain.ensure('kubectl')).rejects.toMatchObject({
    code: 'download-insecure-redirect',
    facts: { url: `${base}${path}`, to },
  })
  expect(plain.requests).toEqual([])
  to = `https://127.0.0.1:${elsewhere.port}${path}`
  expect(await toolchain.ensure('kubectl')).toMatchObject({ version: 'v1.34.4' })
})
