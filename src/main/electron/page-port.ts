import { ipcMain, type IpcMainEvent, MessageChannelMain, type MessagePortMain } from 'electron'
import { createPortChannel } from '#core/port-channel.ts'
import type { ServeChannel } from '#core/serve-channel.ts'
import { isPage } from './page-protocol.ts'

/** The only IPC message there is: a page asks to be connected to core. Answered for the page in a main frame, nothing else. */
export function handPortsOver(serve: () => Promise<ServeChannel>): void {
  ipcMain.on('cove:port', (event, ...rest) => {
    if (!fromPage(event) || rest.length > 0) return
    const { port1, port2 } = new MessageChannelMain()
    event.senderFrame?.postMessage('cove:port', null, [port2])
    serve().then(
      (serveChannel) => connect(port1, serveChannel),
      () => port1.close(),
    )
  })
}

function fromPage(event: IpcMainEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && isPage(frame.url)
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
