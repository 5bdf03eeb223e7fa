import { isAlive } from '#core/process-identity.ts'
import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writev } from 'node:fs'
import path from 'node:path'
import { segmentBytes } from './layout.ts'

/** One file with a slot for each spilled segment. Slot `n` begins at byte `n * segmentBytes`. */
export type SpillFile = {
  /** Null until the first write. */
  readonly fd: number | null
  /**
   * Writes whole segments, from the first on as many as there is room for at once, and answers their slots. Rejects where it is none, as the system does (ENOSPC, EACCES …); the
   * file is then as it was. One call at a time.
   */
  write(buffers: readonly SharedArrayBuffer[]): Promise<number[]>
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

  /** Free slots that follow each other, at most `most`; taken from the free ones. */
  const emptyRun = (most: number): number[] => {
    const run: number[] = []
    while (run.length < most && empty.length > 0 && (run.length === 0 || empty.at(-1) === run[0]! - 1)) run.unshift(empty.pop()!)
    return run
  }

  return {
    get fd() {
      return file && file.fd
    },
    async write(buffers) {
      const run = emptyRun(buffers.length)
      const grows = run.length === 0
      if (grows && refuse > 0) {
        refuse -= 1
        throw reason
      }
      const places = grows ? buffers.map((_, index) => slots + index) : run
      try {
        file ??= open(dir)
        const views = buffers.slice(0, places.length).map((buffer) => new Uint8Array(buffer))
        const whole = Math.floor((await writeAll(file.fd, views, places[0]! * segmentBytes)) / segmentBytes)
        if (grows) slots += whole
        else empty.push(...places.slice(whole).reverse())
        return places.slice(0, whole)
      } catch (error) {
        empty.push(...run.toReversed())
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

/** Answers how many bytes were written; rejects where it is not one whole segment. */
function writeAll(fd: number, views: readonly Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = (done: number) => {
      const [whole, part] = [Math.floor(done / segmentBytes), done % segmentBytes]
      const rest = views.slice(whole).map((view, index) => (index === 0 ? view.subarray(part) : view))
      if (rest.length === 0) return resolve(done)
      writev(fd, rest, position + done, (error, count) => {
        if (!error) from(done + count)
        else if (whole > 0) resolve(done)
        else reject(error)
      })
    }
    from(0)
  })
}
