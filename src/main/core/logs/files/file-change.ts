import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'

export type FileChange = {
  /** Resolves when the file may have changed: at a sign of it, after half a second at the latest, or when the signal is aborted. */
  next(): Promise<void>
  close(): void
}

const lookMs = 500

/** Where the system tells of changes it is quicker than the look; it may not (network disks, no watches left), so the look stays. */
export function createFileChange(path: string, signal: AbortSignal): FileChange {
  let changed = false
  let wake: (() => void) | null = null
  const tell = () => {
    changed = true
    wake?.()
  }
  let watcher: FSWatcher | null = null
  try {
    watcher = watch(path, { persistent: false }, tell)
    watcher.on('error', () => watcher?.close())
  } catch {
    // No watch: the look is enough.
  }
  signal.addEventListener('abort', tell)
  return {
    next: () =>
      new Promise<void>((resolve) => {
        if (changed || signal.aborted) {
          changed = false
          return resolve()
        }
        const timer = setTimeout(() => wake?.(), lookMs)
        wake = () => {
          clearTimeout(timer)
          wake = null
          changed = false
          resolve()
        }
      }),
    close: () => {
      signal.removeEventListener('abort', tell)
      watcher?.close()
    },
  }
}
