import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { AppError } from '#core/error.ts'
import { createLogSaves } from '#core/logs/saves.ts'
import type { ServeChannel } from '#core/serve-channel.ts'
import { addressFile } from './access.ts'
import type { Rate } from './bucket.ts'
import { socketLimits } from './sockets.ts'
import { startServer, type WebServer } from './server.ts'

const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'cove-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const dataDir = mkdtempSync(join(tmpdir(), 'cove 网页 '))
const rendererDir = join(dataDir, 'renderer')
const program = join(dataDir, 'tool')
const ran = join(dataDir, 'ran')
const runs = () => (existsSync(ran) ? readFileSync(ran, 'utf8').trim().split('\n').length : 0)

mkdirSync(join(rendererDir, 'assets'), { recursive: true })
writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Cove</title>')
writeFileSync(join(rendererDir, 'assets', 'main-AbC.js'), 'console.log(1)')
writeFileSync(join(dataDir, 'secret.txt'), 'not for pages')
writeFileSync(program, `#!/bin/sh\necho ran >>"${ran}"\n`)
chmodSync(program, 0o755)

/** Stands for core: whatever comes over a socket starts a program, so a request that got through is seen. */
const serve: ServeChannel = (channel) =>
  channel.onMessage((text) => {
    if (text === 'flood') {
      void (async () => {
        const block = 'x'.repeat(1024 * 1024)
        for (let i = 0; i < 64; i++) await channel.send(block)
      })()
      return
    }
    execFile(program, () => void channel.send('done'))
  })

/** Lines of the log that is saved; a test puts its own here. */
let lines: () => AsyncGenerator<string, void> = async function* () {
  yield 'a line\n'
}
/** How many of its chunks were read, and whether that goes on. */
const reading = { chunks: 0, open: 0 }
const saves = createLogSaves({
  read: (_, signal) =>
    (async function* () {
      reading.open++
      try {
        for await (const chunk of lines()) {
          signal.throwIfAborted()
          reading.chunks++
          yield chunk
        }
      } finally {
        reading.open--
      }
    })(),
})
const download = async (id: string) => saves.take(id)

/** Over what this file stands for core with, on a free port, unless told otherwise. */
const start = (over: Partial<Parameters<typeof startServer>[0]> = {}) =>
  startServer({ host: '127.0.0.1', port: 0, allowHosts: [], dataDir, rendererDir, serve, download, ...over })

/** What a page has wished to save: its address, how it ended, and the way to cancel it. */
async function wished(more: { gzip?: boolean } = {}) {
  reading.chunks = 0
  const stop = new AbortController()
  const wish = { viewId: 'v', what: 'all', format: 'text', prefix: false, gzip: false, name: '日志 1.log', ...more } as const
  const events = saves.save(wish, stop.signal)
  const first = await events.next()
  const over = (async () => {
    for await (const _ of events) continue
    return 'whole'
  })().catch((error: unknown) => error)
  return { path: first.value?.type === 'offered' ? first.value.path : '', over, stop: () => stop.abort() }
}

async function* endless(): AsyncGenerator<string, void> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    yield 'x'.repeat(256 * 1024)
  }
}

let server: WebServer
let session: string
let used: string
let host: string

beforeAll(async () => {
  server = await start()
  host = `127.0.0.1:${server.port}`
  used = new URL(server.address()).search
  const launched = await ask({ path: `/launch${used}` })
  session = launched.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
})
afterAll(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

type Asked = { method?: string; path: string; headers?: Record<string, string>; body?: string; port?: number }
type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

function ask({ method = 'GET', path, headers = {}, body, port = server.port }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}

/** A socket with the right cookie and origin. */
async function openSocket(to: WebServer = server, cookie = session): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}/api`, { headers: { cookie }, origin: `http://127.0.0.1:${to.port}` })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

describe('whoever is not the page', () => {
  const paths = ['/', '/index.html', '/assets/main-AbC.js', '/api', '/launch', '/nothing', '/..%2fsecret.txt']
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']
  const cookies = (): Record<string, Record<string, string>> => {
    const name = session.split('=')[0]
    return { none: {}, bad: { cookie: `${name}=AAAA` }, 'the launch token': { cookie: `${name}=${used.slice('?token='.length)}` } }
  }
  const strangers = (): Record<string, Record<string, string>> => ({
    'a foreign Host (DNS rebinding)': { host: `evil.example:${server.port}`, cookie: session },
    'a Host with another port': { host: '127.0.0.1:1', cookie: session },
    'a Host that only begins well': { host: `127.0.0.1.evil.example:${server.port}`, cookie: session },
    'a foreign Origin': { origin: 'https://evil.example', cookie: session },
    'the Origin of another port': { origin: 'http://127.0.0.1:1', cookie: session },
    'the Origin with https': { origin: `https://${host}`, cookie: session },
    'a null Origin': { origin: 'null', cookie: session },
    'a cross-site fetch': { 'sec-fetch-site': 'cross-site', cookie: session },
    'a fetch by another port of this machine': { 'sec-fetch-site': 'same-site', cookie: session },
  })

  test('is refused: path × method × cookie, as request and as upgrade, and nothing runs', async () => {
    const passed: string[] = []
    let asked = 0
    const { path: save } = await wished()
    for (const path of [...paths, save])
      for (const method of methods)
        for (const [name, headers] of Object.entries(cookies()))
          for (const extra of [{}, upgrade]) {
            const { status } = await ask({ method, path, headers: { ...headers, ...extra } })
            asked += 1
            if (status < 400) passed.push(`${method} ${path} cookie ${name} ${status}`)
          }
    expect(asked).toBe((paths.length + 1) * methods.length * 3 * 2)
    expect(passed).toEqual([])
    expect(runs()).toBe(0)
    expect((await ask({ path: save, headers: { cookie: session } })).status).toBe(200)
  })

  test('is refused even with the right cookie: path × Host, Origin and Sec-Fetch-Site, as request and as upgrade, and nothing runs', async () => {
    const passed: string[] = []
    const { path: save } = await wished()
    for (const path of [...paths, save, `/launch?token=${new URL(server.address()).searchParams.get('token')}`])
      for (const [name, headers] of Object.entries(strangers()))
        for (const extra of [{}, upgrade]) {
          const { status } = await ask({ path, headers: { ...headers, ...extra } })
          if (status !== 403 && status !== 400) passed.push(`${path} with ${name}: ${status}`)
        }
    expect(passed).toEqual([])
    expect(runs()).toBe(0)
    // None of them used the file up that somebody wished to save, nor the token.
    expect((await ask({ path: save, headers: { cookie: session } })).status).toBe(200)
    expect((await ask({ method: 'HEAD', path: `/launch?token=${new URL(server.address()).searchParams.get('token')}` })).status).toBe(405)
  })

  test('cannot write, with the right cookie neither: any method but GET and HEAD, any body', async () => {
    for (const method of methods.slice(2)) {
      const { status, headers } = await ask({
        method,
        path: '/api',
        headers: { cookie: session, 'content-type': 'text/plain' },
        body: method === 'TRACE' ? undefined : '{}',
      } as Asked)
      expect(status, method).toBe(405)
      expect(headers.allow).toBe('GET, HEAD')
    }
    expect((await ask({ path: '/', headers: { cookie: session, 'content-length': '2' }, body: '{}' })).status).toBe(413)
    expect(runs()).toBe(0)
  })

  test('an upgrade without an Origin is refused', async () => {
    expect((await ask({ path: '/api', headers: { ...upgrade, cookie: session } })).status).toBe(403)
  })

  test.each([
    ['used', () => used],
    ['bad', () => '?token=AAAA'],
    ['missing', () => ''],
  ])('a launch token that is %s opens nothing', async (_, query) => {
    const { status, headers } = await ask({ path: `/launch${query()}` })
    expect(status).toBe(401)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('an expired launch token opens nothing', async () => {
    const folder = temporaryFolder()
    const short = await start({ dataDir: folder, tokenLifeMs: 30 })
    const first = new URL(short.address())
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await ask({ path: `/launch${first.search}`, port: short.port })).status).toBe(401)
    await short.close()
  })

  test('is never told that it may read: no answer has a CORS header', async () => {
    for (const headers of [{}, { cookie: session }, { origin: 'https://evil.example' }]) {
      const answer = await ask({ path: '/', headers })
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('cannot crash it with what is no request', async () => {
    for (const line of [
      'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost:\r\nCookie: ${session}\r\n\r\n`,
      `GET / HTTP/1.0\r\nCookie: ${session}\r\n\r\n`,
      `GET //evil/ HTTP/1.1\r\nHost: ${host}\r\nCookie: ${session}\r\n\r\n`,
      'nonsense\r\n\r\n',
      `GET /%ff HTTP/1.1\r\nHost: ${host}\r\nCookie: ${session}\r\n\r\n`,
    ]) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(line))
        let text = ''
        socket.on('data', (part) => {
          text += part.toString()
          socket.end()
        })
        socket.on('close', () => resolve(text))
        socket.on('error', () => {})
      })
      expect(answer).not.toContain(' 200 ')
    }
    expect((await ask({ path: '/', headers: { cookie: session } })).status).toBe(200)
  })
})

describe('the page', () => {
  test('gets a session for its token: HttpOnly, SameSite=Strict, never stored', async () => {
    const { status, headers } = await ask({ path: `/launch${new URL(server.address()).search}` })
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['set-cookie']?.[0]).toMatch(new RegExp(`^cove-${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`))
  })

  test('is served with its session, under a policy without exceptions', async () => {
    const { status, headers, body } = await ask({ path: '/', headers: { cookie: session } })
    expect(status).toBe(200)
    expect(body).toContain('<title>Cove</title>')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect((await ask({ path: '/assets/main-AbC.js', headers: { cookie: session } })).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    )
  })

  test('gets nothing from outside its folder', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/assets',
      '/.',
      '/assets%5c..%5cx',
      '/index.html%00.js',
    ])
      expect((await ask({ path, headers: { cookie: session } })).status, path).toBe(404)
  })

  test('reaches core through its socket', async () => {
    const before = runs()
    const socket = await openSocket()
    const answer = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())))
    socket.send('work')
    expect(await answer).toBe('done')
    expect(runs()).toBe(before + 1)
    socket.terminate()
  })

  test('may also be asked for as localhost and [::1]', async () => {
    for (const name of ['localhost', '[::1]', 'LOCALHOST'])
      expect((await ask({ path: '/', headers: { cookie: session, host: `${name}:${server.port}` } })).status).toBe(200)
  })

  test('cannot send more than eight megabytes in one message', async () => {
    const socket = await openSocket()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send('x'.repeat(8 * 1024 * 1024 + 1))
    expect(await closed).toBe(1009)
  })
})

describe('what is saved', () => {
  const headers = () => ({ cookie: session, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' })
  /** Asks for it and takes nothing of the answer yet. */
  const begin = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest({ host: '127.0.0.1', port: server.port, path, headers: headers(), agent: false }, resolve).once('error', reject).end(),
    )
  const broken = (response: IncomingMessage) =>
    new Promise<string>((resolve) =>
      response
        .resume()
        .once('error', (error) => resolve(error.message))
        .once('end', () => resolve('whole')),
    )

  test('goes out as a file, never stored, never taken for a page, once', async () => {
    lines = async function* () {
      yield 'one\n'
      yield 'zwei 二\n'
    }
    const { path, over } = await wished()
    const answer = await ask({ path, headers: headers() })
    expect(answer.body).toBe('one\nzwei 二\n')
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': "attachment; filename*=UTF-8''%E6%97%A5%E5%BF%97%201.log",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/^default-src 'none'/),
    })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(await over).toBe('whole')
    expect((await ask({ path, headers: headers() })).status).toBe(404)
  })

  test('is not there for who guesses, and not used up by who only looks', async () => {
    const { path, over } = await wished()
    for (const other of ['/save/', '/save', `${path}x`, `${path}/`, path.toUpperCase(), '/save/__proto__'])
      expect((await ask({ path: other, headers: headers() })).status, other).toBe(404)
    expect((await ask({ method: 'HEAD', path, headers: headers() })).status).toBe(405)
    expect((await ask({ path, headers: headers() })).status).toBe(200)
    expect(await over).toBe('whole')
  })

  test('is read no faster than it is taken', async () => {
    lines = endless
    const { path, over, stop } = await wished()
    const response = await begin(path)
    await expect.poll(() => reading.chunks).toBeGreaterThan(0)
    for (let before = -1; before !== reading.chunks; ) {
      before = reading.chunks
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    // What the system holds of it on its way: some megabytes.
    expect(reading.chunks).toBeLessThan(80)
    const before = reading.chunks
    response.resume()
    await expect.poll(() => reading.chunks).toBeGreaterThan(before + 200)
    stop()
    response.on('error', () => {})
    await over
  })

  test.each([false, true])('is cut off where its reading fails, so that no part passes for the whole: packed %s', async (gzip) => {
    lines = async function* () {
      yield 'x'.repeat(256 * 1024)
      await new Promise((resolve) => setTimeout(resolve, 50))
      throw new AppError('not-found', { what: 'log-view', name: 'v' })
    }
    const { path, over } = await wished({ gzip })
    expect(await broken(await begin(path))).toBe('aborted')
    expect(await over).toMatchObject({ code: 'not-found' })
  })

  test('is cut off before its first line in the same way', async () => {
    // oxlint-disable-next-line require-yield
    lines = async function* () {
      throw new AppError('not-found', { what: 'log-view', name: 'v' })
    }
    const { path, over } = await wished()
    await expect(begin(path).then(broken)).resolves.toBe('aborted')
    expect(await over).toMatchObject({ code: 'not-found' })
  })

  test('is cut off where the page cancels it', async () => {
    lines = endless
    const { path, over, stop } = await wished()
    const response = await begin(path)
    const end = broken(response)
    await expect.poll(() => reading.chunks).toBeGreaterThan(10)
    stop()
    expect(await end).toBe('aborted')
    await over
    await expect.poll(() => reading.open).toBe(0)
  })

  test('is read no further when who takes it goes, and the page is told', async () => {
    lines = endless
    const { path, over } = await wished()
    const response = await begin(path)
    await expect.poll(() => reading.chunks).toBeGreaterThan(0)
    response.on('error', () => {})
    response.destroy()
    expect(await over).toMatchObject({ code: 'save-stopped' })
    expect(reading.open).toBe(0)
  })

  test('does not hold up the end of the server', async () => {
    lines = endless
    const folder = temporaryFolder()
    const other = await start({ dataDir: folder })
    const launched = await ask({ path: `/launch${new URL(other.address()).search}`, port: other.port })
    const cookie = launched.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const { path, over } = await wished()
    const response = await new Promise<IncomingMessage>((resolve) =>
      httpRequest({ host: '127.0.0.1', port: other.port, path, headers: { cookie }, agent: false }, resolve).end(),
    )
    response.on('error', () => {})
    await other.close()
    expect(await over).toMatchObject({ code: 'save-stopped' })
  })
})

describe('limits', () => {
  const small = async (limits: Partial<typeof socketLimits>, refusals?: Rate) => {
    const folder = temporaryFolder()
    const other = await start({ dataDir: folder, socketLimits: { ...socketLimits, ...limits }, ...(refusals ? { refusals } : {}) })
    const launched = await ask({ path: `/launch${new URL(other.address()).search}`, port: other.port })
    return { other, cookie: launched.headers['set-cookie']?.[0]?.split(';')[0] ?? '' }
  }

  test('no more sockets than allowed', async () => {
    const { other, cookie } = await small({ sockets: 2 })
    const open = [await openSocket(other, cookie), await openSocket(other, cookie)]
    await expect(openSocket(other, cookie)).rejects.toThrow('503')
    for (const socket of open) socket.terminate()
    await other.close()
  })

  test('messages that come faster than allowed wait, and none is lost', async () => {
    const { other, cookie } = await small({ messages: { burst: 5, perSecond: 20 } })
    const socket = await openSocket(other, cookie)
    const before = performance.now()
    let answered = 0
    const all = new Promise<void>((resolve) => socket.on('message', () => ++answered === 15 && resolve()))
    for (let n = 0; n < 15; n++) socket.send('run')
    await all
    // Ten of them beyond the first five, at twenty a second.
    expect(performance.now() - before).toBeGreaterThan(400)
    socket.terminate()
    await other.close()
  })

  test('whoever is refused again and again is told no more than that; the page is not touched by it', async () => {
    const { other, cookie } = await small({}, { burst: 3, perSecond: 0.001 })
    const { port } = other
    const origin = { origin: `http://127.0.0.1:${port}` }
    const stranger = async () => (await ask({ path: '/', port })).status
    expect([await stranger(), await stranger(), await stranger(), await stranger()]).toEqual([401, 401, 401, 429])
    expect((await ask({ path: '/api', port, headers: { ...upgrade, ...origin } })).status).toBe(429)
    expect((await ask({ path: '/launch?token=wrong', port })).status).toBe(429)
    expect((await ask({ path: '/', port, headers: { cookie } })).status).toBe(200)
    expect((await ask({ path: `/launch${new URL(other.address()).search}`, port })).status).toBe(303)
    await other.close()
  })

  test('no headers of more than 16 KB', async () => {
    const long = (kilobytes: number) => ask({ path: '/', headers: { cookie: session, 'x-long': 'x'.repeat(kilobytes * 1024) } })
    expect((await long(15)).status).toBe(200)
    await expect(long(17)).rejects.toThrow()
  })

  test('no more connections than 256', async () => {
    const { other, cookie } = await small({})
    const page = () => ask({ path: '/', port: other.port, headers: { cookie } })
    const open = Array.from({ length: 256 }, () => connect(other.port, '127.0.0.1').on('error', () => {}))
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    await expect(page()).rejects.toThrow()
    for (const socket of open) socket.destroy()
    await expect
      .poll(() =>
        page()
          .then(({ status }) => status)
          .catch(() => 0),
      )
      .toBe(200)
    await other.close()
  })

  test('no more than a thousand requests over one connection', async () => {
    const socket = connect(server.port, '127.0.0.1')
    let answers = ''
    const refused = new Promise<void>((resolve) =>
      socket.setEncoding('latin1').on('data', (text: string) => {
        answers += text
        if (answers.includes('HTTP/1.1 503')) resolve()
      }),
    )
    socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${session}\r\n\r\n`.repeat(1001))
    await refused
    socket.destroy()
    const statuses = answers.match(/^HTTP\/1\.1 \d{3}/gm) ?? []
    expect(statuses.filter((line) => line.endsWith('200')).length).toBeLessThanOrEqual(1000)
  })

  test('a page that reads nothing is given up, and what waits to be sent stays bounded', async () => {
    const { other, cookie } = await small({ highWaterBytes: 1024 * 1024, stallMs: 300 })
    const socket = await openSocket(other, cookie)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send('flood')
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 800))
    const before = process.memoryUsage().external
    socket.resume()
    await closed
    expect(before).toBeLessThan(64 * 1024 * 1024)
    await other.close()
  })

  test('a page that reads slowly gets everything', async () => {
    const { other, cookie } = await small({ highWaterBytes: 1024 * 1024 })
    const socket = await openSocket(other, cookie)
    let received = 0
    const all = new Promise<void>((resolve) =>
      socket.on('message', () => {
        received += 1
        socket.pause()
        setTimeout(() => socket.resume(), 5)
        if (received === 64) resolve()
      }),
    )
    socket.send('flood')
    await all
    expect(received).toBe(64)
    socket.terminate()
    await other.close()
  })

  test('a page whose machine is gone is noticed', async () => {
    const { other, cookie } = await small({ pingMs: 50 })
    const socket = await openSocket(other, cookie)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.pong = () => {}
    ;(socket as unknown as { _autoPong: boolean })._autoPong = false
    await closed
    await other.close()
  })
})

describe('the server', () => {
  test('keeps its address in a file that only its owner reads, the new one after each use, none after its end', async () => {
    const folder = temporaryFolder()
    const other = await start({ dataDir: folder })
    const read = () => (JSON.parse(readFileSync(addressFile(folder), 'utf8')) as { address: string }).address
    const first = read()
    expect(first).toBe(other.address())
    expect(statSync(addressFile(folder)).mode & 0o777).toBe(0o600)
    await ask({ path: `/launch${new URL(first).search}`, port: other.port })
    expect(read()).not.toBe(first)
    expect(read()).toBe(other.address())
    await other.close()
    expect(existsSync(addressFile(folder))).toBe(false)
  })

  test('says that a port is taken', async () => {
    await expect(start({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('ends with its sockets', async () => {
    const folder = temporaryFolder()
    const other = await start({ dataDir: folder })
    const launched = await ask({ path: `/launch${new URL(other.address()).search}`, port: other.port })
    const socket = await openSocket(other, launched.headers['set-cookie']?.[0]?.split(';')[0] ?? '')
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await other.close()
    expect(await closed).toBe(1001)
  })
})
