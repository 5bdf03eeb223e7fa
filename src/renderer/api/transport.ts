import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ClientLink } from '@orpc/client'

/** One live channel to core. `closed` resolves when it is gone, with the reason if one was given. */
export type Transport = {
  readonly link: ClientLink<Record<never, never>>
  readonly closed: Promise<string>
  alive(): boolean
  close(): void
}

export type OpenTransport = () => Promise<Transport>

/** A WebSocket of the page's own origin (`cove serve`). */
export function openSocket(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const link = new SocketLink({ websocket: socket })
    const closed = new Promise<string>((settle) => {
      socket.addEventListener('close', (event) => {
        settle(event.reason)
        reject(new Error(event.reason || `socket closed (${event.code})`))
      })
    })
    socket.addEventListener('open', () =>
      resolve({ link, closed, alive: () => socket.readyState === WebSocket.OPEN, close: () => socket.close() }),
    )
  })
}

/** The port that the preload hands over when asked (Electron). */
export function openPort(): Promise<Transport> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      const port = event.ports[0]
      if (event.source !== window || event.data !== 'cove:port' || !port) return
      window.removeEventListener('message', receive)
      resolve(portTransport(port))
    }
    window.addEventListener('message', receive)
    window.postMessage('cove:port?', window.location.origin)
  })
}

/**
 * Without `onClose` the port is taken to live as long as the page: when the main process ends, so does the window. The port's own `close` event is
 * not used: listening to it crashes the page of Electron 25 when it reloads.
 */
export function portTransport(port: MessagePort, onClose?: (listener: () => void) => void): Transport {
  let alive = true
  const closed = new Promise<string>((settle) => {
    onClose?.(() => {
      alive = false
      settle('')
    })
  })
  // Core sends no more than a window of messages that the page has not taken yet: see main/core/port-channel.ts.
  let received = 0
  port.addEventListener('message', () => {
    received += 1
    if (received % 16 === 0) port.postMessage(received)
  })
  const link = new PortLink({
    port: {
      postMessage: (data: unknown) => port.postMessage(data),
      addEventListener: (type: string, listener: (event: MessageEvent) => void) => {
        if (type === 'message') port.addEventListener('message', listener)
        else onClose?.(() => listener(new MessageEvent('close')))
      },
    } as Pick<MessagePort, 'postMessage' | 'addEventListener'>,
  })
  port.start()
  return { link, closed, alive: () => alive, close: () => port.close() }
}
