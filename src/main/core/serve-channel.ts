import { RPCHandler } from '@orpc/server/websocket'
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
export function createChannelServer(router: Router, report: (error: unknown, where: string) => void): ServeChannel {
  const handler = new RPCHandler(router)
  return (channel) => {
    // Its types want a whole browser socket; it only sends, and awaits that before it asks a stream for its next event.
    const socket = { send: (data: string | Uint8Array) => channel.send(data) } as unknown as Parameters<typeof handler.message>[0]
    channel.onMessage((data) => {
      handler
        .message(socket, data as Parameters<typeof handler.message>[1])
        .catch((error: unknown) => report(error, 'a message that is none'))
    })
    channel.onClose(() => handler.close(socket))
  }
}
