import { unlinkSync } from 'node:fs'
import { mkdir, open, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#core/error.ts'
import { codeOf, writeError } from './file-error.ts'

/** A lock this old was left behind: kubectl and kind hold theirs for milliseconds. */
export const staleSeconds = 10

export type LockOptions = { readonly waitMs: number; readonly signal?: AbortSignal }

/**
 * Takes `<file>.lock` of these files, the way kubectl and kind do (O_EXCL, empty), in one order for everybody, and returns the way out.
 * Waits up to `waitMs` for whoever holds it, then throws `kubeconfig-locked` with the lock's age. A lock that is not ours is never removed:
 * its owner may be slow, and only a person can know. https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/loader.go (lockFile)
 */
export async function lockFiles(files: readonly string[], options: LockOptions): Promise<() => Promise<void>> {
  const releases: (() => Promise<void>)[] = []
  const releaseAll = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release()
  }
  try {
    const deadline = performance.now() + options.waitMs
    for (const file of [...new Set(files)].sort()) releases.push(await lockFile(file, deadline, options.signal))
    return releaseAll
  } catch (error) {
    await releaseAll()
    throw error
  }
}

/** Path and age in seconds of a lock on this file, or null. */
export async function lockOf(file: string): Promise<{ readonly lock: string; readonly ageSeconds: number } | null> {
  const lock = `${file}.lock`
  const stats = await stat(lock).catch(() => null)
  return stats === null ? null : { lock, ageSeconds: Math.max(0, Math.round((Date.now() - stats.mtimeMs) / 1000)) }
}

/** Waits until nobody holds the lock of this file, without taking it. Throws `kubeconfig-locked`. */
export async function waitForLock(file: string, waitMs: number): Promise<void> {
  for (const deadline = performance.now() + waitMs; ; ) {
    const found = await lockOf(file)
    if (found === null) return
    if (performance.now() >= deadline) throw new AppError('kubeconfig-locked', { file, ...found })
    await delay(50)
  }
}

/**
 * Waits a moment, at most 200 ms, while another program holds a young lock of this file: kubectl and kind empty a file before they fill it,
 * and a reader in between would see a kubeconfig with nothing in it.
 */
export async function letWriterFinish(file: string): Promise<void> {
  for (let round = 0; round < 8; round++) {
    const found = held.has(`${file}.lock`) ? null : await lockOf(file)
    if (found === null || found.ageSeconds >= staleSeconds) return
    await delay(25)
  }
}

/** Locks of this process, removed as well when it ends by itself in the middle of a write. */
const held = new Set<string>()
let exitHookSet = false

async function lockFile(file: string, deadline: number, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
  const lock = `${file}.lock`
  for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
    throwIfAborted(signal)
    const inode = await create(lock, file)
    if (inode !== null) {
      removeOnExit()
      held.add(lock)
      return async () => {
        held.delete(lock)
        // Somebody may have removed ours by hand and another program made its own since.
        const now = await stat(lock, { bigint: true }).catch(() => null)
        if (now?.ino === inode) await unlink(lock).catch(() => undefined)
      }
    }
    const left = deadline - performance.now()
    if (left <= 0) {
      const found = await lockOf(file)
      if (found !== null) throw new AppError('kubeconfig-locked', { file, ...found })
      deadline = performance.now() + 50
      continue
    }
    try {
      await delay(Math.min(left, wait * (0.5 + Math.random() / 2)), undefined, signal === undefined ? {} : { signal })
    } catch {
      throwIfAborted(signal)
    }
  }
}

/** The new lock's inode, or null when somebody holds it. */
async function create(lock: string, file: string): Promise<bigint | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(lock, 'wx', 0o600)
      try {
        return (await handle.stat({ bigint: true })).ino
      } finally {
        await handle.close()
      }
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EEXIST') return null
      // Windows answers EPERM or EACCES while the holder's delete is still pending.
      if (process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES') && attempt < 20) {
        await delay(20)
        continue
      }
      if (code !== 'ENOENT' || attempt > 0) throw writeError(error, file)
      await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 }).catch((reason: unknown) => {
        throw writeError(reason, file)
      })
    }
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', {})
}

function removeOnExit(): void {
  if (exitHookSet) return
  exitHookSet = true
  process.once('exit', () => {
    for (const lock of held) {
      try {
        unlinkSync(lock)
      } catch {
        // Nothing more can be done while ending.
      }
    }
  })
}
