import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { contentType } from '#core/page.ts'

/** Sends one file of the page. Rejects when it is not there. `file` is a plain relative path (see `pageFile`). */
export async function sendFile(
  response: ServerResponse,
  rendererDir: string,
  file: string,
  headers: Readonly<Record<string, string>>,
  headOnly: boolean,
): Promise<void> {
  const path = join(rendererDir, file)
  const found = await stat(path)
  if (!found.isFile()) throw new Error('not a file')
  response.writeHead(200, {
    ...headers,
    'content-type': contentType(file),
    'content-length': found.size,
    // Vite puts a hash of the content into the names below assets/.
    'cache-control': file.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  if (headOnly) response.end()
  else await pipeline(createReadStream(path), response)
}
