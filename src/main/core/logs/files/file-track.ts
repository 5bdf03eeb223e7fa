import type { NodeFile } from './node-listing.ts'
import { inOrder } from './node-listing.ts'

/** Which log files of a container were read, and how far, while the kubelet turns them over: `0.log` keeps its inode as `0.log.20261125-204501` and becomes another file when that is packed. */
export type FileTrack = {
  /** What is still to be read, oldest first. */
  left(files: readonly NodeFile[]): NodeFile[]
  /** A file is read from its beginning. Answers how many bytes of it were read already, under another name or before it grew. */
  begin(files: readonly NodeFile[], file: NodeFile): number
  /** New bytes of it. */
  read(file: NodeFile, bytes: number): void
  /** It was read whole, or is given up. */
  end(file: NodeFile): void
  /** It could not be opened. `again`: it may be found under another name. */
  failed(file: NodeFile): 'again' | 'give-up'
  /** It was not there, or not known, when it could have been read. */
  isNew(file: NodeFile): boolean
}

/** The file a run writes to, as far as it was read. `known`: those of the run that had been turned over before. */
type Current = { readonly inode: string; read: number; readonly known: ReadonlySet<string> }

export function createFileTrack(): FileTrack {
  const done = new Set<string>()
  const failures = new Map<string, number>()
  const givenUp = new Set<string>()
  const current = new Map<number, Current>()

  const before = (files: readonly NodeFile[], file: NodeFile): Current | null => {
    const was = current.get(file.run)
    return was && former(files, file.run, was) === file ? was : null
  }

  return {
    left: (files) =>
      inOrder(files).filter((file) => {
        if (done.has(keyOf(file)) || givenUp.has(file.inode)) return false
        const was = current.get(file.run)
        return file.rotated !== '' || was?.inode !== file.inode || file.bytes > was.read
      }),
    begin: (files, file) => {
      const was = before(files, file)
      // Older than what was read of the run would be out of order, and cannot be: it was read before.
      if (file.rotated !== '') {
        if (was) current.delete(file.run)
        return was?.read ?? 0
      }
      if (was) return was.read
      const known = files.filter((one) => one.run === file.run && one.rotated !== '').map((one) => one.rotated)
      current.set(file.run, { inode: file.inode, read: 0, known: new Set(known) })
      return 0
    },
    read: (file, bytes) => {
      const now = file.rotated === '' ? current.get(file.run) : undefined
      if (now) now.read += bytes
    },
    end: (file) => {
      if (file.rotated !== '') done.add(keyOf(file))
    },
    failed: (file) => {
      const times = (failures.get(keyOf(file)) ?? 0) + 1
      failures.set(keyOf(file), times)
      if (times <= 2) return 'again'
      givenUp.add(file.inode)
      return 'give-up'
    },
    isNew: (file) => file.rotated !== '' || current.get(file.run)?.inode !== file.inode,
  }
}

const keyOf = (file: NodeFile) => `${file.run}/${file.rotated}`

/** What has become of the file that was written to: the one with its inode, else the oldest of those that were not there before. */
function former(files: readonly NodeFile[], run: number, was: Current): NodeFile | undefined {
  const own = inOrder(files.filter((file) => file.run === run))
  return own.find((file) => file.inode === was.inode) ?? own.find((file) => file.rotated !== '' && !was.known.has(file.rotated))
}
