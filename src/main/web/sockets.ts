import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Channel, ServeChannel } from '#core/serve-channel.ts'
import { messageBytes } from '#shared/message-size.ts'
import { createBucket, type Rate } from './bucket.ts'

export type SocketLimits = {
  readonly sockets: number
  readonly messageBytes: number
  /** Messages of one page. What comes faster waits, and the page with it: nothing is lost. A page that scrolls asks some sixty times a second. */
  readonly messages: Rate
  /** Unsent bytes from which on streams wait for the page. */
  readonly highWaterBytes: number
  /** Unsent bytes at which the page is given up. */
  readonly maxUnsentBytes: number
  /** A page that took nothing for this long is given up. */
  readonly stallMs: number
  readonly pingMs: number
}

export const socketLimits: SocketLimits = {
  sockets: 32,
  messageBytes,
  messages: { burst: 2000, perSecond: 500 },
  highWaterBytes: 4 * 1024 * 1024,
  maxUnsentBytes: 64 * 1024 * 1024,
  stallMs: 60_000,
  pingMs: 30_000,
}

export type Sockets = {
  full(): boolean
  /** Takes an upgrade that was let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** The pages' sockets: each served over its own channel, each within the limits. */
export function createSockets(serve: ServeChannel, limits: SocketLimits = socketLimits): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, perMessageDeflate: false })
  return {
    full: () => server.clients.size >= limits.sockets,
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => {}) // followed by close
        watchPulse(client, limits)
        serve(socketChannel(client, limits))
      }),
    close: () => {
      for (const client of server.clients) {
        client.close(1001, 'Cove is quitting')
        setTimeout(() => client.terminate(), 500).unref()
      }
      server.close()
    },
  }
}

function socketChannel(client: WebSocket, limits: SocketLimits): Channel {
  const giveUp = () => {
    client.close(1013, 'The page is too slow')
    client.terminate()
  }
  return {
    onMessage: (listener) => receive(client, limits.messages, listener),
    onClose: (listener) => client.on('close', listener),
    send: (data) =>
      new Promise((resolve) => {
        if (client.readyState !== client.OPEN) return resolve()
        if (client.bufferedAmount > limits.maxUnsentBytes) {
          giveUp()
          return resolve()
        }
        const waits = client.bufferedAmount > limits.highWaterBytes
        const timer = waits ? setTimeout(giveUp, limits.stallMs) : undefined
        client.send(data, () => {
          clearTimeout(timer)
          resolve()
        })
        if (!waits) resolve()
      }),
  }
}

/** Hands on what comes, in its order and within the rate. */
function receive(client: WebSocket, rate: Rate, listener: (message: string | Uint8Array<ArrayBuffer>) => void): void {
  const bucket = createBucket(rate)
  const waiting: (string | Uint8Array<ArrayBuffer>)[] = []
  let timer: NodeJS.Timeout | undefined
  const drain = () => {
    timer = undefined
    while (waiting.length > 0 && bucket.take()) listener(waiting.shift() as string | Uint8Array<ArrayBuffer>)
    if (waiting.length > 0) timer = setTimeout(drain, bucket.waitMs())
    else client.resume()
  }
  client.on('message', (data, binary) => {
    // `nodebuffer`, the default of ws: each message is one Buffer.
    const message = binary ? new Uint8Array(data as Buffer<ArrayBuffer>) : (data as Buffer).toString('utf8')
    if (waiting.length === 0 && bucket.take()) return listener(message)
    // What the socket has read already still comes: some ten kilobytes at most.
    waiting.push(message)
    client.pause()
    timer ??= setTimeout(drain, bucket.waitMs())
  })
  client.on('close', () => clearTimeout(timer))
}

/** Ends sockets whose other side is gone without a word (a laptop that was closed, a cut tunnel). */
function watchPulse(client: WebSocket, limits: SocketLimits): void {
  let alive = true
  client.on('pong', () => (alive = true))
  const timer = setInterval(() => {
    if (!alive) return client.terminate()
    alive = false
    client.ping()
  }, limits.pingMs)
  client.on('close', () => clearInterval(timer))
}
