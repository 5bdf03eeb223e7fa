import { existsSync, statSync, watch as watchFolder, type FSWatcher } from 'node:fs'
import path from 'node:path'
import { realpathOf } from './write.ts'

/** Collects the events of one write; far below the 500 ms in which a change must be seen. */
const settleMs = 40
/** For file systems that send no events (network mounts), and for locks that grow old. */
const pollMs = 5000
/** Where events cannot be had at all. */
const fastPollMs = 400

/**
 * Calls `onMaybe` soon after anything happens to these files or to the folders they will be in. It says "look", not "changed":
 * the caller compares contents, so that lock files, temporary files and our own writes cost a look and nothing more. Returns the way out.
 */
export function watchFiles(files: readonly string[], onMaybe: () => void): () => void {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>()
  /** Names that matter in each folder. */
  let wanted = new Map<string, Set<string>>()
  let closed = false
  let settle: NodeJS.Timeout | undefined
  let poll: NodeJS.Timeout | undefined
  let targets: readonly string[] = []
  let marks = ''

  const look = (): void => {
    if (settle !== undefined || closed) return
    settle = setTimeout(() => {
      settle = undefined
      if (!closed) {
        marks = marksOf(targets)
        onMaybe()
        void arm()
      }
    }, settleMs)
    settle.unref()
  }

  const arm = async (): Promise<void> => {
    const found = new Map<string, Set<string>>()
    const all: string[] = []
    for (const file of files) {
      for (const target of new Set([file, await realpathOf(file)])) {
        all.push(target)
        const { folder, name } = nearestExisting(target)
        found.set(folder, (found.get(folder) ?? new Set()).add(name))
      }
    }
    if (closed) return
    wanted = found
    targets = all
    for (const [folder, { watcher, inode }] of watchers) {
      // A folder that was removed and made again is another one: its old watcher stays silent.
      if (wanted.has(folder) && inodeOf(folder) === inode) continue
      watcher.close()
      watchers.delete(folder)
    }
    let blind = false
    for (const folder of wanted.keys()) {
      if (watchers.has(folder)) continue
      const inode = inodeOf(folder)
      const watcher = open(folder)
      if (watcher === null || inode === null) {
        watcher?.close()
        blind = true
      } else {
        watchers.set(folder, { watcher, inode })
        // What happened between the last look and this watch would be missed.
        look()
      }
    }
    clearInterval(poll)
    // A look reads and compares all files; most of the time nothing of them has changed.
    poll = setInterval(() => (aged(targets) || marksOf(targets) !== marks) && look(), blind ? fastPollMs : pollMs)
    poll.unref()
  }

  const open = (folder: string): FSWatcher | null => {
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        // In a home folder most events are not about us. The folder's own removal is told with its own name.
        const names = wanted.get(folder)
        if (
          name === null ||
          names?.has(name.replace(/\.lock$/, '')) === true ||
          names?.has(name) === true ||
          name === path.basename(folder)
        )
          look()
      })
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(folder)
        look()
      })
      return watcher
    } catch {
      return null
    }
  }

  void arm()
  return () => {
    closed = true
    clearTimeout(settle)
    clearInterval(poll)
    for (const { watcher } of watchers.values()) watcher.close()
    watchers.clear()
  }
}

/** What changes with any change of these files, or of the links that lead to them. */
function marksOf(targets: readonly string[]): string {
  return targets
    .map((target) => {
      try {
        const now = statSync(target, { bigint: true, throwIfNoEntry: false })
        return now === undefined ? '-' : `${now.dev}:${now.ino}:${now.size}:${now.mtimeNs}:${now.ctimeNs}`
      } catch (error) {
        return (error as NodeJS.ErrnoException).code
      }
    })
    .join('|')
}

/** A lock grows old without any event. */
const aged = (targets: readonly string[]): boolean => targets.some((target) => existsSync(`${target}.lock`))

function inodeOf(folder: string): bigint | null {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

/** The closest folder that exists, and the name in it that leads to the file. */
function nearestExisting(file: string): { readonly folder: string; readonly name: string } {
  let name = path.basename(file)
  let folder = path.dirname(file)
  while (!existsSync(folder) && path.dirname(folder) !== folder) {
    name = path.basename(folder)
    folder = path.dirname(folder)
  }
  return { folder, name }
}
