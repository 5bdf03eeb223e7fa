import { ipcRenderer } from 'electron'

// The page asks once it listens, and gets one port to core. Nothing else crosses: no contextBridge, no other channel.
const handOver = (event: MessageEvent) => {
  if (event.source !== window || event.data !== 'cove:port?') return
  window.removeEventListener('message', handOver)
  const { port1, port2 } = new MessageChannel()
  ipcRenderer.postMessage('cove:port', null, [port1])
  window.postMessage('cove:port', window.location.origin, [port2])
}
window.addEventListener('message', handOver)
