import { BrowserWindow, nativeTheme } from 'electron'
import { pageUrl } from './page-protocol.ts'

/** The one kind of window. Shown when it has painted, so it never flashes white. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Cove',
    width: 1280,
    height: 820,
    minWidth: 720,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#111318' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.loadURL(pageUrl).catch((error: unknown) => console.error(error))
  return window
}
