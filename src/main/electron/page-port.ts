import { ipcMain, type IpcMainEvent, type MessagePortMain } from 'electron'
import { createPortChannel } from '#core/port-channel.ts'
import type { ServeChannel } from '#core/serve-channel.ts'
import { isPage } from './page-protocol.ts'

/** The only IPC message there is: a page asks to be connected to core. Answered for the page in a main frame, nothing else. */
export function handPortsOver(serve: () => Promise<ServeChannel>): void {
  ipcMain.on('cove:port', (event) => {
    const port = event.ports[0]
    if (!port) return
    if (!fromPage(event)) return port.close()
    serve().then(
      (serveChannel) => connect(port, serveChannel),
      () => port.close(),
    )
  })
}

function fromPage(event: IpcMainEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && isPage(frame.url) && event.ports.length === 1
}

function connect(port: MessagePortMain, serve: ServeChannel): void {
  serve(
    createPortChannel({
      postMessage: (data) => port.postMessage(data),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      onClose: (listener) => port.on('close', listener),
    }),
  )
  port.start() // what the page sent meanwhile was queued
}
