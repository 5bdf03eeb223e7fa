import { logApi } from './log-api.ts'

export type SaveWish = {
  readonly what: 'shown' | 'all'
  readonly format: 'text' | 'jsonl'
  readonly prefix: boolean
  readonly gzip: boolean
}

/** `shop-web_20260914T140821Z.log.gz` */
export function fileName(title: string, { format, gzip }: SaveWish, at = new Date()): string {
  const stamp = at.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
  // What no file system minds, and no name that begins with a dot.
  const safe =
    title
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[.-]+|-+$/g, '')
      .slice(0, 100) || 'log'
  return `${safe}_${stamp}.${format === 'jsonl' ? 'jsonl' : 'log'}${gzip ? '.gz' : ''}`
}

/** Text that makes up one part of a file held by the browser, which may put it on disk. */
const partChars = 4_000_000

/** Reads the lines as they come into a file that the browser holds; `progress` is told the characters so far. */
export async function readLog(viewId: string, wish: SaveWish, signal: AbortSignal, progress: (characters: number) => void): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
  const writer = writable.getWriter()
  const type = wish.gzip ? 'application/gzip' : 'text/plain;charset=utf-8'
  const bytes = wish.gzip ? readable.pipeThrough(new CompressionStream('gzip')) : readable
  const file = collect(bytes, type)
  const encoder = new TextEncoder()
  let characters = 0
  try {
    // Not begun anew after a lost connection: the file would hold its beginning twice.
    for await (const text of await logApi.export({ viewId, what: wish.what, format: wish.format, prefix: wish.prefix }, { signal })) {
      signal.throwIfAborted()
      characters += text.length
      progress(characters)
      // The stream of core is read no faster than it is packed.
      await writer.write(encoder.encode(text))
    }
    signal.throwIfAborted()
    await writer.close()
  } catch (error) {
    await writer.abort(error).catch(() => {})
    await file.catch(() => {})
    throw error
  }
  return file
}

/** Hands a file to the browser to be saved. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, type: string): Promise<Blob> {
  const parts: Blob[] = []
  let loose: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (value) {
      loose.push(value)
      size += value.length
    }
    if (done || size >= partChars) {
      parts.push(new Blob(loose))
      loose = []
      size = 0
    }
    if (done) return new Blob(parts, { type })
  }
}
