import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../error.ts'

const holderSchema = z.object({ id: z.string(), pid: z.number(), host: z.string(), at: z.number() })

export type LockOptions = {
  readonly signal: AbortSignal
  /** Called about every 300 ms while another process holds it. */
  readonly waiting?: () => Promise<void>
}

const heartbeatMs = 5_000
/** Twelve missed beats: the holder hangs, or ran on another machine and died. */
const staleMs = 60_000

/** Runs `work` while no other process that asks for the same file does. The file says who holds it; a dead holder's is taken over. Throws `cancelled`, and what `work` throws. */
export async function withLock<T>(path: string, { signal, waiting }: LockOptions, work: () => Promise<T>): Promise<T> {
  const id = randomUUID()
  while (!(await take(path, id))) {
    await removeStale(path)
    if (signal.aborted) throw new AppError('cancelled', {})
    await waiting?.()
    await sleep(300, undefined, { signal }).catch(() => {})
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    if ((await holderOf(path))?.id === id) await rm(path, { force: true })
  }
}

async function take(path: string, id: string): Promise<boolean> {
  const content = JSON.stringify({ id, pid: process.pid, host: hostname(), at: Date.now() })
  const own = `${path}.${id}`
  try {
    // Written first and linked into place, so that nobody ever reads a lock without its holder.
    await writeFile(own, content, { mode: 0o600, flag: 'wx' })
    // Some file systems have no links (exFAT, network shares).
    await link(own, path).catch((error: unknown) =>
      hasCode(error, 'EEXIST') ? Promise.reject(error) : writeFile(path, content, { mode: 0o600, flag: 'wx' }),
    )
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Moves a dead holder's lock aside, and back where it turned out to be a new one. */
async function removeStale(path: string): Promise<void> {
  const before = await holderOf(path)
  const stats = await stat(path).catch(() => null)
  if (!stats) return
  const silentMs = Date.now() - stats.mtimeMs
  const dead = before !== null && before.host === hostname() && !alive(before.pid)
  if (!dead && silentMs < staleMs) return
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    const moved = await holderOf(aside)
    if (moved && moved.id !== before?.id) await link(aside, path).catch(() => {})
  } catch {
    // Another waiter was quicker.
  } finally {
    await rm(aside, { force: true })
  }
}

async function holderOf(path: string): Promise<z.infer<typeof holderSchema> | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
