import { mkdir, open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'

const HEAD_MAX = 8 * 1_048_576
const TAIL_MAX = 1_048_576

export type Spool = {
  /** Redacted lines, in order of arrival. */
  write(lines: readonly string[]): void
  /** Writes what is left. Never rejects. */
  close(): Promise<void>
  readonly truncated: boolean
  readonly bytes: number
}

/**
 * The output of one command on disk: its first 8 MiB as they come, and when it has ended its last MiB with a mark between.
 * The file is made at the first line. A full disk costs output, never the command.
 */
export function createSpool(file: string): Spool {
  let pending: string[] = []
  let headBytes = 0
  let tail: string[] = []
  let tailBytes = 0
  let dropped = 0
  let written = 0
  let failed = false
  let closed = false
  let handle: FileHandle | null = null
  let flushing: Promise<void> | null = null

  const flush = async () => {
    while (pending.length > 0 && !failed) {
      const texts = pending
      pending = []
      try {
        if (handle === null) {
          await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
          handle = await open(file, 'a', 0o600)
        }
        // One by one: joined, a flood would be in memory three times.
        for (const text of texts) written += (await handle.write(text)).bytesWritten
      } catch {
        failed = true
      }
    }
    flushing = null
  }
  const wake = () => {
    if (pending.length > 0 && !failed) flushing ??= flush()
  }

  return {
    write(lines) {
      if (closed || failed || lines.length === 0) return
      const text = `${lines.join('\n')}\n`
      const bytes = Buffer.byteLength(text)
      if (headBytes < HEAD_MAX) {
        headBytes += bytes
        pending.push(text)
        wake()
        return
      }
      tail.push(text)
      tailBytes += bytes
      while (tailBytes > TAIL_MAX && tail.length > 1) {
        const gone = Buffer.byteLength(tail.shift() ?? '')
        tailBytes -= gone
        dropped += gone
      }
    },
    async close() {
      if (closed) return
      closed = true
      if (dropped > 0) pending.push(`… ${dropped} B …\n`)
      pending.push(...tail)
      tail = []
      wake()
      while (flushing !== null) await flushing
      await handle?.close().catch(() => {})
      handle = null
    },
    get truncated() {
      return dropped > 0 || failed
    },
    get bytes() {
      return written
    },
  }
}
