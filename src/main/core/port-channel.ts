import type { Channel } from './serve-channel.ts'

/** A MessagePort of whatever kind: Electron's in the main process, `node:worker_threads` in tests. */
export type Port = {
  postMessage(data: string | Uint8Array): void
  onMessage(listener: (data: unknown) => void): void
  onClose(listener: () => void): void
}

/** Messages sent that the page has not taken yet. The page says every 16 messages how many it took (renderer/api/transport.ts). */
const windowSize = 64

/** Ports have no back-pressure of their own: their queue grows in the browser process until memory ends. */
export function createPortChannel(port: Port): Channel {
  let sent = 0
  let taken = 0
  let closed = false
  let waiting: (() => void)[] = []
  const listeners: ((data: string | Uint8Array) => void)[] = []

  const release = () => {
    const ready = waiting
    waiting = []
    for (const resume of ready) resume()
  }
  port.onMessage((data) => {
    if (typeof data === 'number') {
      taken = data
      release()
    } else if (typeof data === 'string' || data instanceof Uint8Array) {
      for (const listener of listeners) listener(data)
    }
  })
  port.onClose(() => {
    closed = true
    release()
  })

  return {
    onMessage: (listener) => listeners.push(listener),
    onClose: (listener) => port.onClose(listener),
    send: async (data) => {
      while (!closed && sent - taken >= windowSize) await new Promise<void>((resolve) => waiting.push(resolve))
      if (closed) return
      sent += 1
      port.postMessage(data)
    },
  }
}
