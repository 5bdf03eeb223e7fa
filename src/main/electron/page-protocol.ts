import { net, protocol } from 'electron'
import { contentType, pageFile, pageHeaders } from '#core/page.ts'

export const pageUrl = 'app://cove/'

/** True for an address of the page itself. `URL.origin` is `null` for schemes that Node does not know. */
export function isPage(address: string): boolean {
  return address === 'app://cove' || address.startsWith(pageUrl)
}

/** Before `ready`. Standard and secure, so that the page has an origin; no CSP bypass, no service workers. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the renderer build. `onSent`: the last script that every page loads (`renderer/app.tsx`) was read. */
export function handlePageScheme(read: (file: string) => Promise<Buffer>, onSent: () => void): void {
  protocol.handle('app', async (request) => {
    if (!isPage(request.url) || (request.method !== 'GET' && request.method !== 'HEAD'))
      return new Response('Nothing here.', { status: 404 })
    if (import.meta.env.DEV) return net.fetch(request.url.replace('app://cove', process.env['ELECTRON_RENDERER_URL'] ?? ''))
    const file = pageFile(new URL(request.url).pathname)
    const body = file === null ? null : await read(file).catch(() => null)
    if (file === null || body === null) return new Response('Nothing here.', { status: 404, headers: pageHeaders("'none'") })
    if (file.startsWith('assets/app-')) setImmediate(onSent)
    return new Response(new Uint8Array(body), {
      headers: { ...pageHeaders("'self'"), 'content-type': contentType(file), 'cache-control': 'no-store' },
    })
  })
}
