import { isAlive } from '#core/process-identity.ts'
import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, rmSync, write } from 'node:fs'
import path from 'node:path'
import { segmentBytes } from './layout.ts'

/** One file with a slot for each spilled segment. Slot `n` begins at byte `n * segmentBytes`. */
export type SpillFile = {
  /** Null until the first write. */
  readonly fd: number | null
  /** Writes a whole segment and answers its slot. Rejects as the system does (ENOSPC, EACCES …); the file is then as it was. One at a time. */
  write(buffer: SharedArrayBuffer): Promise<number>
  /** Fills `target` from a slot. Throws when the disk cannot be read. */
  read(slot: number, offset: number, target: Uint8Array): void
  /** The slot may be written over. */
  free(slot: number): void
  /** Closes and removes the file. Nothing may be reading or writing it. */
  close(): void
}

const suffix = '.loglines'

/** After a write that made the file no longer, so many are refused at once: what frees room meanwhile is used again first. */
const refusals = 64

export function createSpillFile(dir: string): SpillFile {
  let file: { readonly fd: number; readonly name: string } | null = null
  let slots = 0
  let refuse = 0
  let reason: unknown
  const empty: number[] = []

  /** Gives back what lies behind the last slot in use. */
  const trim = (fd: number) => {
    const unused = new Set(empty)
    while (unused.delete(slots - 1)) slots -= 1
    empty.splice(0, Infinity, ...unused)
    ftruncateSync(fd, slots * segmentBytes)
  }

  return {
    get fd() {
      return file && file.fd
    },
    async write(buffer) {
      const slot = empty.pop() ?? slots
      const grows = slot === slots
      if (grows && refuse > 0) {
        refuse -= 1
        throw reason
      }
      try {
        file ??= open(dir)
        await writeAll(file.fd, new Uint8Array(buffer), slot * segmentBytes)
        if (grows) slots += 1
        return slot
      } catch (error) {
        if (!grows) empty.push(slot)
        refuse = refusals
        reason = error
        if (file) trim(file.fd)
        throw error
      }
    },
    read(slot, offset, target) {
      if (!file) throw new Error('nothing was spilled')
      for (let done = 0; done < target.length; ) {
        const count = readSync(file.fd, target, done, target.length - done, slot * segmentBytes + offset + done)
        if (count === 0) throw new Error('the spill file is shorter than it was')
        done += count
      }
    },
    free(slot) {
      empty.push(slot)
    },
    close() {
      if (!file) return
      closeSync(file.fd)
      rmSync(file.name, { force: true })
      file = null
    },
  }
}

/** Removes what processes that ended by force have left in `dir`; those of running ones stay. For the start of the app. */
export function removeLeftSpills(dir: string): void {
  let names: string[]
  try {
    names = readdirSync(dir)
  } catch {
    return
  }
  for (const name of names) {
    if (!name.endsWith(suffix) || isAlive({ pid: Number.parseInt(name, 10), start: null })) continue
    try {
      rmSync(path.join(dir, name), { force: true })
    } catch {
      // Held by a program or not ours: the next start tries again.
    }
  }
}

function open(dir: string) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const name = path.join(dir, `${process.pid}-${randomUUID()}${suffix}`)
  const fd = openSync(name, 'wx+', 0o600)
  // A file without a name is gone with its last descriptor, however the process ends. Windows keeps the name until the file is closed.
  if (process.platform !== 'win32') rmSync(name, { force: true })
  return { fd, name }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const from = (done: number) => {
      write(fd, bytes, done, bytes.length - done, position + done, (error, count) => {
        if (error) reject(error)
        else if (done + count === bytes.length) resolve()
        else from(done + count)
      })
    }
    from(0)
  })
}
