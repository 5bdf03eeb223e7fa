import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { httpGet } from './http-get.ts'

let dir = ''
let closing: (() => void)[] = []
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'http '))
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await rm(dir, { recursive: true, force: true })
})

const socketPath = () => path.join(dir, 's')

async function serve(listener: RequestListener) {
  const server = createHttpServer(listener)
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(socketPath())
  await once(server, 'listening')
  return { socketPath: socketPath() }
}

/** Answers with these bytes, whatever they are; `end`: closes then. */
async function answerWith(parts: readonly string[], end = true) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', async () => {
      for (const part of parts) {
        socket.write(part, 'latin1')
        await sleep(5)
      }
      if (end) socket.end()
    })
  })
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(socketPath())
  await once(server, 'listening')
  return { socketPath: socketPath() }
}

async function textOf(address: { socketPath: string }) {
  const { body } = await httpGet({ address, path: '/x' })
  return partsOf(body)
}

async function partsOf(body: AsyncIterable<Buffer>) {
  let text = ''
  for await (const part of body) text += part.toString('latin1')
  return text
}

const head = (more: string) => `HTTP/1.1 200 OK\r\n${more}\r\n`
const chunked = head('Transfer-Encoding: chunked\r\n')

describe('a GET', () => {
  it('tells what is wanted, and of the answer its status and headers', async () => {
    const asked: unknown[] = []
    const address = await serve((request, answer) => {
      asked.push(request.method, request.url, request.headers.host)
      answer.writeHead(404, { 'X-Why': 'gone', 'content-length': 3 }).end('no!')
    })
    const { status, headers, body } = await httpGet({ address, path: '/api/v1/pods?watch=true&x=%20' })
    expect([status, headers.get('x-why')]).toEqual([404, 'gone'])
    expect(await partsOf(body)).toBe('no!')
    expect(asked).toEqual(['GET', '/api/v1/pods?watch=true&x=%20', 'localhost'])
  })

  it('reads a long answer whole into one and the same memory, however it is framed', async () => {
    const sent = Buffer.alloc(3_000_000, 'line of a log\n')
    for (const headers of [{}, { 'content-length': sent.length }]) {
      const address = await serve((_, answer) => {
        answer.writeHead(200, headers)
        for (let at = 0; at < sent.length; at += 70_001) answer.write(sent.subarray(at, at + 70_001))
        answer.end()
      })
      const { body } = await httpGet({ address, path: '/' })
      const taken: Buffer[] = []
      const memories = new Set<ArrayBufferLike>()
      for await (const part of body) {
        memories.add(part.buffer)
        taken.push(Buffer.from(part))
      }
      expect(Buffer.concat(taken).equals(sent)).toBe(true)
      expect(memories.size).toBe(1)
      for (const close of closing.splice(0)) close()
    }
  })

  it.each([
    [
      'chunks in pieces',
      [chunked.slice(0, 9), chunked.slice(9), '5;name="x"\r', '\nab', 'cde\r\n0', 'A\r\n0123456789\r\n0\r\nTrailer: 1\r\n', '\r\n'],
    ],
    ['a length', [head('Content-Length: 15\r\n'), 'abcde01234', '56789 and what is none of it']],
    ['until it closes', ['HTTP/1.0 200 OK\r\n\r\nabcde', '0123456789']],
  ])('takes %s', async (_, parts) => {
    expect(await textOf(await answerWith(parts))).toBe('abcde0123456789')
  })

  it.each([
    ['before it began', []],
    ['in its head', ['HTTP/1.1 200 OK\r\nDate: x']],
    ['in a chunk', [chunked, '5\r\nab']],
    ['between two chunks', [chunked, '5\r\nabcde\r\n']],
    ['in its length', [head('Content-Length: 15\r\n'), 'abc']],
  ])('throws ECONNRESET where the answer is cut %s', async (_, parts) => {
    await expect(textOf(await answerWith(parts))).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it.each([
    ['something else', ['SSH-2.0-OpenSSH_9.9\r\n']],
    ['no status', ['HTTP/1.1 OK\r\n\r\n']],
    ['a header without a name', [head('no colon\r\n')]],
    ['a head without an end', [head(''.padEnd(70_000, 'x'))]],
    ['a length that is no number', [head('Content-Length: all\r\n'), 'ab']],
    ['a chunk without a size', [chunked, 'zz\r\nab\r\n']],
    ['a chunk that is longer than it says', [chunked, '2\r\nabcd\r\n0\r\n\r\n']],
  ])('throws where the answer is no HTTP: %s', async (_, parts) => {
    await expect(textOf(await answerWith(parts, false))).rejects.toThrow('not one of HTTP')
  })

  it('throws what the system says where nobody listens', async () => {
    await expect(httpGet({ address: { socketPath: path.join(dir, 'none') }, path: '/' })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('sends no path that could end its line', async () => {
    for (const bad of ['/a b', '/a\r\nX: y', '/日志', 'a'])
      await expect(httpGet({ address: { socketPath: socketPath() }, path: bad })).rejects.toThrow(TypeError)
  })

  it('reads no faster than it is asked for more', async () => {
    let written = 0
    const piece = Buffer.alloc(64 * 1024)
    const address = await serve((_, answer) => {
      const write = () => {
        do written += piece.length
        while (answer.write(piece))
        answer.once('drain', write)
      }
      write()
    })
    const { body, close } = await httpGet({ address, path: '/' })
    const parts = body[Symbol.asyncIterator]()
    await parts.next()
    await sleep(100)
    const before = written
    await sleep(200)
    expect(written).toBe(before)
    for (let taken = 0; taken < 4 * 1024 * 1024; ) taken += (await parts.next()).value?.length ?? 0
    await expect.poll(() => written).toBeGreaterThan(before)
    close()
  })

  it('ends with its signal, while it waits for the answer and in the middle of it', async () => {
    const address = await answerWith([chunked, '5\r\nabcde\r\n'], false)
    const controller = new AbortController()
    const { body, onClose } = await httpGet({ address, path: '/', signal: controller.signal })
    const closed = new Promise<void>((resolve) => onClose(resolve))
    const parts = body[Symbol.asyncIterator]()
    expect(String((await parts.next()).value)).toBe('abcde')
    const next = parts.next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await closed
    await new Promise<void>((resolve) => onClose(resolve))
    await expect(httpGet({ address, path: '/', signal: controller.signal })).rejects.toThrow('enough')
    const silent = new AbortController()
    closing.splice(0).forEach((close) => close())
    const asked = httpGet({ address: await answerWith([], false), path: '/', signal: silent.signal })
    setTimeout(() => silent.abort(new Error('later')), 20)
    await expect(asked).rejects.toThrow('later')
  })
})
