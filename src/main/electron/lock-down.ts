import { type App, type Session, shell } from 'electron'
import { externalUrl } from './external.ts'
import { endSave, isPage, isSave } from './page-protocol.ts'

/** For every web contents there will be: no navigation away, no windows, no webviews. https://www.electronjs.org/docs/latest/tutorial/security */
export function lockDownContents(app: App): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      if (event.url.split('#')[0] !== contents.getURL().split('#')[0]) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!isPage(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openExternal(url).catch((error: unknown) => console.error(error))
      return { action: 'deny' }
    })
  })
}

/** No permission but writing text to the clipboard (copy buttons), no device, and no request that leaves the page's own scheme. */
export function lockDownSession(session: Session): void {
  const granted = (permission: string, origin: string) => permission === 'clipboard-sanitized-write' && isPage(origin)
  session.setPermissionRequestHandler((contents, permission, answer) => answer(granted(permission, contents?.getURL() ?? '')))
  session.setPermissionCheckHandler((_, permission, origin) => granted(permission, origin))
  session.setDevicePermissionHandler(() => false)
  // What the page itself made, or wished core to send, is saved, after the system has asked where to; nothing else comes onto the disk this way.
  session.on('will-download', (event, item) => {
    const address = item.getURL()
    if (isSave(address)) item.once('done', (_, state) => void (state !== 'completed' && endSave(address)))
    else if (!isOwnBlob(address)) event.preventDefault()
  })
  if (import.meta.env.DEV) return
  session.webRequest.onBeforeRequest((details, answer) => {
    const own =
      isPage(details.url) || isOwnBlob(details.url) || details.url.startsWith('data:image/') || details.url.startsWith('devtools://')
    answer({ cancel: !own })
  })
}

/** A Blob that a page of ours made: a report, a document. */
const isOwnBlob = (url: string) => url.startsWith('blob:') && isPage(url.slice('blob:'.length))

/** True when it was handed to the operating system. */
export async function openExternal(text: string): Promise<boolean> {
  const url = externalUrl(text)
  if (url === null) return false
  await shell.openExternal(url)
  return true
}
