import { harmless } from '../../ui/index.ts'
import { logApi } from './log-api.ts'

/** Base64 of so many bytes stays below what one message to core may hold. */
const chunkBytes = 600_000

/** Files that somebody has dropped or chosen, by the name in the address. They are gone when the page is loaded anew. */
const files = new Map<string, Blob>()

/** Keeps a file for the view that is opened with it; answers the name that the address has for it. */
export function keepUpload(file: File): string {
  const plain = harmless(file.name) || 'log'
  let name = plain
  for (let copy = 2; files.has(name) && files.get(name) !== file; copy += 1) name = `${plain} (${copy})`
  files.set(name, file)
  return name
}

export const hasUpload = (name: string) => files.has(name)

/** Sends a file piece by piece, each after the one before has been taken. */
export async function feedUpload(viewId: string, part: number, name: string, signal: AbortSignal): Promise<void> {
  const file = files.get(name)
  if (!file) return
  try {
    for (let at = 0; ; at += chunkBytes) {
      const bytes = new Uint8Array(await file.slice(at, at + chunkBytes).arrayBuffer())
      if (signal.aborted) return
      const last = at + chunkBytes >= file.size
      await logApi.feed({ viewId, part, data: base64(bytes), last })
      if (last) return
    }
  } catch {
    // Core says of the source itself that it failed; a lost connection opens the view anew.
  }
}

function base64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
