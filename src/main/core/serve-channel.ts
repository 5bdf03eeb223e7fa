import { RPCHandler } from '@orpc/server/ws'
import type { Router } from './router.ts'

/** A two-way channel to one page: a WebSocket or a MessagePort. */
export type Channel = {
  onMessage(listener: (data: string | Uint8Array) => void): void
  onClose(listener: () => void): void
  /** Resolves when the next message may be sent: a slow page slows its streams down, which slows the tools behind them. */
  send(data: string | Uint8Array): Promise<void>
}

export type ServeChannel = (channel: Channel) => void

/** Answers calls of a page over its channel. When the channel closes, its streams are aborted; jobs go on. */
export function createChannelServer(router: Router): ServeChannel {
  const handler = new RPCHandler(router)
  return (channel) => {
    // oRPC awaits `send` before it asks a stream for its next event, but its types know only ws.
    const socket = {
      addEventListener: (type: string, listener: (event: { data: string | Uint8Array }) => void) => {
        if (type === 'message') channel.onMessage((data) => listener({ data }))
        if (type === 'close') channel.onClose(() => listener({ data: '' }))
      },
      send: (data: string | Uint8Array) => channel.send(data),
    }
    void handler.upgrade(socket as unknown as Parameters<typeof handler.upgrade>[0])
  }
}
