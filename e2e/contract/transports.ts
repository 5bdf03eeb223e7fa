import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { WebSocket } from 'ws'
import { createPortChannel } from '../../src/main/core/port-channel.ts'
import { createRouter, type Services } from '../../src/main/core/router.ts'
import { createChannelServer } from '../../src/main/core/serve-channel.ts'
import { startServer } from '../../src/main/web/server.ts'
import type { Api } from '../../src/renderer/api/client.ts'
import { type Connection, createConnection } from '../../src/renderer/api/connection.ts'
import { openSocket, portTransport } from '../../src/renderer/api/transport.ts'

export type Page = {
  readonly api: Api
  readonly connection: Connection
  /** Sends what is no call. */
  garble(data: string): void
  /** Cuts the channel as a crash of one side would; the page may connect again. */
  cut(): void
  close(): Promise<void>
}

export const transports: Record<string, (services: Services) => Promise<Page>> = {
  'a MessagePort (Electron)': async (services) => {
    const serve = createChannelServer(createRouter(services), services.report)
    let cut = () => {}
    let garble = (_data: string) => {}
    const connection = createConnection(async () => {
      const { port1, port2 } = new MessageChannel()
      cut = () => port1.close()
      garble = (data) => port2.postMessage(data)
      serve(
        createPortChannel({
          postMessage: (data) => port1.postMessage(data),
          onMessage: (listener) => port1.on('message', listener),
          onClose: (listener) => port1.on('close', listener),
        }),
      )
      return portTransport(port2 as unknown as MessagePort, (listener) => port2.on('close', listener))
    })
    await connection.whenOpen()
    return {
      api: createORPCClient(connection.link),
      connection,
      garble: (data) => garble(data),
      cut: () => cut(),
      close: async () => connection.close(),
    }
  },

  'a WebSocket (cove serve)': async (services) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cove 契约 '))
    const serve = createChannelServer(createRouter(services), services.report)
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      allowHosts: [],
      dataDir,
      rendererDir: dataDir,
      serve,
      download: async () => null,
    })
    const origin = `http://127.0.0.1:${server.port}`
    const launched = await fetch(server.address(), { redirect: 'manual' })
    const cookie = launched.headers.get('set-cookie')?.split(';')[0] ?? ''

    // What a browser adds by itself.
    let cut = () => {}
    let garble = (_data: string) => {}
    class BrowserSocket extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie }, origin })
        cut = () => this.terminate()
        garble = (data) => this.send(data)
      }
    }
    const connection = createConnection(() => {
      globalThis.WebSocket = BrowserSocket as unknown as typeof globalThis.WebSocket
      return openSocket(`${origin.replace('http', 'ws')}/api`)
    })
    await connection.whenOpen()
    const close = async () => {
      connection.close()
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    }
    return { api: createORPCClient(connection.link), connection, garble: (data) => garble(data), cut: () => cut(), close }
  },
}
