import type { Readable } from 'node:stream'
import { net, protocol } from 'electron'
import type { Download } from '#core/logs/saves.ts'
import { contentType, pageFile, pageHeaders, savePath } from '#core/page.ts'

export const pageUrl = 'app://cove/'

/** True for an address of the page itself. `URL.origin` is `null` for schemes that Node does not know. */
export function isPage(address: string): boolean {
  return address === 'app://cove' || address.startsWith(pageUrl)
}

/** True for what core has to save, and nothing else that the page's scheme gives. */
export function isSave(address: string): boolean {
  return isPage(address) && new URL(address).pathname.startsWith(savePath)
}

/** Before `ready`. Standard and secure, so that the page has an origin; no CSP bypass, no service workers. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

type PageScheme = {
  /** A file of the renderer build. */
  readonly read: (file: string) => Promise<Buffer>
  /** What was wished to be saved under an id, once; null: nothing, or no longer. */
  readonly download: (id: string) => Promise<Download | null>
  /** The last script that every page loads (`renderer/app.tsx`) was read. */
  readonly onSent: () => void
}

/** Serves the renderer build, and what is to be saved. */
export function handlePageScheme({ read, download, onSent }: PageScheme): void {
  protocol.handle('app', async (request) => {
    if (!isPage(request.url) || (request.method !== 'GET' && request.method !== 'HEAD')) return nothing()
    const { pathname } = new URL(request.url)
    if (isSave(request.url)) {
      // Whoever only looks must not use it up.
      const saved = request.method === 'GET' ? await download(pathname.slice(savePath.length)) : null
      if (saved === null) return nothing()
      const { body, headers } = saved
      sending.set(request.url, body)
      body.once('close', () => sending.delete(request.url))
      return new Response(webStream(body), { headers })
    }
    if (import.meta.env.DEV) return net.fetch(request.url.replace('app://cove', process.env['ELECTRON_RENDERER_URL'] ?? ''))
    const file = pageFile(pathname)
    const body = file === null ? null : await read(file).catch(() => null)
    if (file === null || body === null) return nothing()
    if (file.startsWith('assets/app-')) setImmediate(onSent)
    return new Response(new Uint8Array(body), {
      headers: { ...pageHeaders("'self'"), 'content-type': contentType(file), 'cache-control': 'no-store' },
    })
  })
}

/** What is on its way, by its address. */
const sending = new Map<string, Readable>()

/**
 * A download that is over before its end takes nothing more of what core reads for it. Electron does not always tell the stream
 * (https://github.com/electron/electron/issues/43056).
 */
export function endSave(address: string): void {
  sending.get(address)?.destroy()
}

const nothing = () => new Response('Nothing here.', { status: 404, headers: pageHeaders("'none'") })

/** By hand: `Readable.toWeb` reads ahead by as many chunks as the stream may hold bytes, up to Node 20 (https://github.com/nodejs/node/pull/46347). */
function webStream(body: Readable): ReadableStream<Uint8Array> {
  const chunks = body.iterator() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      // Not through the iterator, which waits for the next chunk first.
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  )
}
