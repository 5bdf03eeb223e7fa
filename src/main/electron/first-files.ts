import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Reads the page and what it names in its head, so that they are in memory when the window asks; until then this process waits for Chromium. */
export function readFirstFiles(rendererDir: string): (file: string) => Promise<Buffer> {
  const read = (file: string) => readFile(join(rendererDir, file))
  const first = read('index.html').then((html) => {
    const named = [...html.toString().matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = '']) => [file, read(file)] as const)
    // What is not there fails when it is asked for.
    for (const [, body] of named) body.catch(() => {})
    return new Map([['index.html', Promise.resolve(html)], ...named])
  })
  first.catch(() => {})
  return async (file) => (await first.catch(() => null))?.get(file) ?? read(file)
}
