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
      // No half of a character, of which no address can be made.
      .slice(0, 100)
      .replace(/[\uD800-\uDBFF]$/, '') || 'log'
  return `${safe}_${stamp}.${format === 'jsonl' ? 'jsonl' : 'log'}${gzip ? '.gz' : ''}`
}

/**
 * Has core send the lines, and the browser save them as they come. `progress` is told how many bytes were read so far. Resolves when all of them were taken; the
 * download is broken off by the signal.
 */
export async function saveLog(
  viewId: string,
  name: string,
  wish: SaveWish,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<void> {
  // Not begun anew after a lost connection: core ended the download with it.
  for await (const event of await logApi.save({ viewId, ...wish, name }, { signal })) {
    signal.throwIfAborted()
    if (event.type === 'offered') follow(event.path, name)
    else progress(event.bytes)
  }
  signal.throwIfAborted()
}

/** Hands a small file, which the page holds, to the browser to be saved. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  follow(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** With `download` it stays a download whatever comes, so that a refusal does not take the place of the page. */
function follow(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
