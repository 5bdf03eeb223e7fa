import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Channel, ServeChannel } from '#core/serve-channel.ts'

export type SocketLimits = {
  readonly sockets: number
  readonly messageBytes: number
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
  messageBytes: 1024 * 1024,
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
    // `nodebuffer`, the default of ws: each message is one Buffer.
    onMessage: (listener) =>
      client.on('message', (data, binary) => listener(binary ? new Uint8Array(data as Buffer) : (data as Buffer).toString('utf8'))),
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
