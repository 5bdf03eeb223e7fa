import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'

type Damage = 'none' | 'wrong-bytes' | 'truncated' | 'portal' | 'down'

export type Mirror = {
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[]
  /** What happens to programs from now on; checksums and stable.txt stay as they are. */
  damage(kind: Damage): void
  stop(): Promise<void>
}

/** Serves a folder laid out like the public download sites over loopback HTTP, with ranges, and with damage on demand. */
export async function startMirror(folder: string): Promise<Mirror> {
  const asked: string[] = []
  let damage: Damage = 'none'
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(folder, damage, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    damage: (kind) => {
      damage = kind
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(folder: string, damage: Damage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname))
  const file = join(folder, path)
  const found = path.includes('..') ? null : await stat(file).catch(() => null)
  const isProgram = /\/(kubectl|kubeadm|kind-[a-z]+-[a-z0-9]+)$/.test(path)
  if (damage === 'down') return void response.writeHead(503, { 'content-type': 'text/plain' }).end('down')
  if (isProgram && damage === 'portal')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in to this network</body></html>')
  if (!found?.isFile()) return void response.writeHead(404).end()
  const etag = `"${found.size}-${found.mtimeMs}"`
  if (isProgram && damage === 'wrong-bytes')
    return void response.writeHead(200, { 'content-length': found.size }).end(Buffer.alloc(found.size, 0x7f))
  if (isProgram && damage === 'truncated') {
    response.writeHead(200, { 'content-length': found.size, etag })
    createReadStream(file, { end: Math.floor(found.size / 2) })
      .on('data', (chunk) => response.write(chunk))
      .on('end', () => response.destroy())
    return
  }
  const range = request.headers.range?.match(/^bytes=(\d+)-$/)
  const start = range && request.headers['if-range'] === etag ? Number(range[1]) : 0
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': found.size - start,
    etag,
    'accept-ranges': 'bytes',
    ...(start > 0 ? { 'content-range': `bytes ${start}-${found.size - 1}/${found.size}` } : {}),
  })
  createReadStream(file, { start }).pipe(response)
}
