import { rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import type { Download } from '#core/logs/saves.ts'
import { pageFile, pageHeaders, savePath } from '#core/page.ts'
import type { ServeChannel } from '#core/serve-channel.ts'
import { type Access, addressFile, createAccess, writeAddressFile } from './access.ts'
import { createBucket, type Rate } from './bucket.ts'
import { allowedHosts, cookie, type Refusal, refusal } from './guard.ts'
import type { SocketLimits, Sockets } from './sockets.ts'
import { sendFile } from './static.ts'

// Not imported: an import reads every export, and `WebSocket` there loads all of undici, a third of what a start takes.
const { createServer } = process.getBuiltinModule('node:http')

export type ServerOptions = {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** More `Host` values to answer to, `localhost:8080` for a tunnel. */
  readonly allowHosts: readonly string[]
  readonly dataDir: string
  readonly rendererDir: string
  /** May come later than the page: its sockets wait. */
  readonly serve: ServeChannel | Promise<ServeChannel>
  /** What was wished to be saved under an id, once; null: nothing, or no longer. */
  readonly download: (id: string) => Promise<Download | null>
  /** Told of each launch address that takes the place of the one before. */
  readonly onAddress?: (address: string) => void
  /** Told when the last script that every page loads has been sent whole (`renderer/app.tsx`; the one before it paints the frame). */
  readonly onPageSent?: () => void
  readonly socketLimits?: SocketLimits
  readonly tokenLifeMs?: number
  readonly refusals?: Rate
}

export type WebServer = {
  readonly port: number
  /** `http://127.0.0.1:43117/launch?token=…`, good for one opening. */
  address(): string
  close(): Promise<void>
}

/** Serves page and API. Rejects with the error of `listen` (EADDRINUSE, EACCES, …). */
export async function startServer(options: ServerOptions): Promise<WebServer> {
  // Small headers, short patience, few connections: nothing here needs more, and a stranger on the machine gets no lever.
  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000 })
  server.maxConnections = 256
  server.maxRequestsPerSocket = 1000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.port }, resolve)
  })
  const { port } = server.address() as AddressInfo

  const hosts = allowedHosts(port, [options.host, ...options.allowHosts])
  const session = `cove-${port}` // cookies know no ports: two servers of one machine must not overwrite each other's
  const sockets = openSockets(options)
  const address = (token: string) => `http://${shownHost(options.host)}:${port}/launch?token=${token}`
  const access = createAccess({
    ...(options.tokenLifeMs === undefined ? {} : { tokenLifeMs: options.tokenLifeMs }),
    onToken: (token) => {
      writeAddressFile(options.dataDir, address(token))
      options.onAddress?.(address(token))
    },
  })

  // Only what is refused anyway is answered by this: a page with a session, and whoever has the token, never meets it.
  const refusals = createBucket(options.refusals ?? { burst: 2000, perSecond: 50 })
  const refuse = (response: ServerResponse, no: Refusal) => answerRefusal(response, refusals.take() ? no : tooMany)
  const refuseUpgrade = (socket: Duplex, no: Refusal) => endUpgrade(socket, refusals.take() ? no : tooMany)

  server.on('request', (request, response) => {
    const no = refusal({ method: request.method ?? '', headers: request.headers, upgrade: false }, hosts)
    if (no) return refuse(response, no)
    const { path, query } = target(request)
    if (path === '/launch') return launch(request, response, query.get('token') ?? '', access, session, refuse)
    if (!access.holds(cookie(request.headers, session))) return refuse(response, noSession)
    if (path.startsWith(savePath)) {
      sendSave(request, response, options, path.slice(savePath.length), refuse).catch(() => response.destroy())
      return
    }
    const file = pageFile(path)
    if (file === null) return refuse(response, notFound)
    const headers = pageHeaders("'self'")
    sendFile(response, options.rendererDir, file, headers, request.method === 'HEAD').then(
      () => file.startsWith('assets/app-') && options.onPageSent?.(),
      () => {
        if (response.headersSent) response.destroy()
        else refuse(response, notFound)
      },
    )
  })

  server.on('upgrade', (request, socket, head) => {
    const no = refusal({ method: request.method ?? '', headers: request.headers, upgrade: true }, hosts)
    if (no) return refuseUpgrade(socket, no)
    if (target(request).path !== '/api') return refuseUpgrade(socket, notFound)
    if (!access.holds(cookie(request.headers, session))) return refuseUpgrade(socket, noSession)
    const drop = () => socket.destroy()
    socket.on('error', drop)
    sockets.then((ready) => {
      if (ready.full()) return refuseUpgrade(socket, { status: 503, text: 'Too many pages are open.' })
      socket.off('error', drop)
      ready.accept(request, socket, head)
    }, drop)
  })
  server.on('clientError', (_, socket) => socket.destroy())

  return {
    port,
    address: () => address(access.token()),
    close: async () => {
      access.close()
      sockets.then(
        (ready) => ready.close(),
        () => {},
      )
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1000).unref()
      await closed
      rmSync(addressFile(options.dataDir), { force: true })
    },
  }
}

/** The part that only a page which runs already needs, and that is as long in coming as all the rest. */
async function openSockets(options: ServerOptions): Promise<Sockets> {
  const serve = await options.serve
  const { createSockets } = await import('./sockets.ts')
  return createSockets(serve, options.socketLimits)
}

const noSession: Refusal = { status: 401, text: 'Open the address that `cove serve` printed. A new one: cove serve --print-address' }
const notFound: Refusal = { status: 404, text: 'Nothing here.' }
const onlyGet: Refusal = { status: 405, text: 'Only GET.' }
const tooMany: Refusal = { status: 429, text: 'Too many tries. Wait a minute.' }

type Refuse = (response: ServerResponse, no: Refusal) => void

/** By hand: `new URL` throws for `//`, and reads a host out of `//host/path`. */
function target(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  return { path, query: new URLSearchParams(query) }
}

function launch(request: IncomingMessage, response: ServerResponse, token: string, access: Access, session: string, refuse: Refuse): void {
  if (request.method !== 'GET') return refuse(response, onlyGet)
  const given = access.exchange(token)
  if (given === 'too-many') return refuse(response, tooMany)
  if (given === 'wrong')
    return refuse(response, { status: 401, text: 'This address was used before, or is too old. A new one: cove serve --print-address' })
  response.writeHead(303, {
    ...pageHeaders("'self'"),
    location: '/',
    'cache-control': 'no-store',
    // Session cookie: gone with the browser. No `Secure`: http on loopback.
    'set-cookie': `${session}=${given.session}; HttpOnly; SameSite=Strict; Path=/`,
  })
  response.end()
}

/** Sends what core reads, as fast as it is taken. Broken off it is cut, so that nobody takes a part for the whole. */
async function sendSave(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  id: string,
  refuse: Refuse,
): Promise<void> {
  // Whoever only looks must not use it up.
  if (request.method !== 'GET') return refuse(response, onlyGet)
  const download = await options.download(id)
  if (download === null) return refuse(response, notFound)
  response.writeHead(200, download.headers)
  // The browser shows at once that it begins, however long the first line is in coming.
  response.flushHeaders()
  // How it ended is told to the page by core.
  pipeline(download.body, response, () => {})
}

function answerRefusal(response: ServerResponse, no: Refusal): void {
  response.writeHead(no.status, {
    ...pageHeaders("'none'"),
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close', // a body that was sent along is not read
    ...(no.status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(response.req.method === 'HEAD' ? undefined : `${no.text}\n`)
}

function endUpgrade(socket: Duplex, no: Refusal): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${no.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function shownHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
