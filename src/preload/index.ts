import { ipcRenderer } from 'electron'

// The page asks once it listens, and gets one port to core. Nothing else crosses: no contextBridge, no other channel.
const ask = (event: MessageEvent) => {
  if (event.source !== window || event.data !== 'cove:port?') return
  window.removeEventListener('message', ask)
  ipcRenderer.once('cove:port', ({ ports }) => window.postMessage('cove:port', window.location.origin, ports))
  ipcRenderer.send('cove:port')
}
window.addEventListener('message', ask)
