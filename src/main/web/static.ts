import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { contentType } from '#core/page.ts'

/** Sends one file of the page. Rejects when it is not there. `file` is a plain relative path (see `pageFile`). */
export async function sendFile(
  response: ServerResponse,
  rendererDir: string,
  file: string,
  headers: Readonly<Record<string, string>>,
  headOnly: boolean,
): Promise<void> {
  // In one piece: the largest is below 1 MB, and in many small ones it would take the first page longer.
  const body = await readFile(join(rendererDir, file))
  response.writeHead(200, {
    ...headers,
    'content-type': contentType(file),
    'content-length': body.length,
    // Vite puts a hash of the content into the names below assets/.
    'cache-control': file.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  await new Promise<void>((sent, failed) => {
    response.once('close', () => (response.writableFinished ? sent() : failed(new Error('the page went away'))))
    response.end(headOnly ? undefined : body)
  })
}
