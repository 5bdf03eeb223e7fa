import { type FSWatcher, readdirSync, statSync, watch as watchFolder } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { profilesFolder } from './home.ts'

/** Collects the events of one step of minikube, which writes several files. */
const gatherMs = 200

/**
 * Calls back when something happens to minikube's profiles: folders that come and go, their config.json and events.json. Where there is no such folder yet, the
 * nearest one above it is watched for the name that leads there. No process and no poll. Returns the way out.
 */
export function watchProfiles(home: string, listener: () => void): () => void {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>()
  let wanted = new Map<string, string | null>()
  let timer: NodeJS.Timeout | null = null
  let closed = false

  const changed = () => {
    timer ??= setTimeout(() => {
      timer = null
      arm()
      listener()
    }, gatherMs)
    timer.unref()
  }

  function arm(): void {
    if (closed) return
    wanted = foldersToWatch(profilesFolder(home))
    for (const [folder, { watcher, inode }] of watchers) {
      // A folder that was removed and made again is another one: its old watcher stays silent.
      if (wanted.has(folder) && inodeOf(folder) === inode) continue
      watcher.close()
      watchers.delete(folder)
    }
    for (const folder of wanted.keys()) {
      if (watchers.has(folder)) continue
      const inode = inodeOf(folder)
      const watcher = open(folder)
      if (watcher === null || inode === null) watcher?.close()
      else {
        watchers.set(folder, { watcher, inode })
        // What happened between the last look and this watch would be missed.
        if (wanted.get(folder) === null) changed()
      }
    }
  }

  function open(folder: string): FSWatcher | null {
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        const only = wanted.get(folder)
        // In a home folder most events are not about minikube. The folder's own removal is told with its own name.
        if (only === null || name === null || name === only || name === basename(folder)) changed()
      })
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(folder)
        changed()
      })
      return watcher
    } catch {
      return null
    }
  }

  arm()
  return () => {
    closed = true
    if (timer !== null) clearTimeout(timer)
    for (const { watcher } of watchers.values()) watcher.close()
    watchers.clear()
  }
}

/** Folders, and the only name in each that matters; null: all. */
function foldersToWatch(profiles: string): Map<string, string | null> {
  const folders = new Map<string, string | null>()
  if (inodeOf(profiles) !== null) {
    folders.set(profiles, null)
    for (const name of foldersIn(profiles)) folders.set(join(profiles, name), null)
    return folders
  }
  let [folder, name] = [dirname(profiles), basename(profiles)]
  while (inodeOf(folder) === null && dirname(folder) !== folder) [folder, name] = [dirname(folder), basename(folder)]
  return folders.set(folder, name)
}

function inodeOf(folder: string): bigint | null {
  try {
    const found = statSync(folder, { bigint: true, throwIfNoEntry: false })
    return found?.isDirectory() === true ? found.ino : null
  } catch {
    // After `sudo minikube` it may be closed to everybody else: then there is nothing to be seen in it.
    return null
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}
