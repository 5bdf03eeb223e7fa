import type { NodeDeps } from './node-command.ts'
import { runInNode } from './node-command.ts'
import { identity } from './node-listing.ts'
import type { NodeFile } from './node-listing.ts'
import type { Unpack } from './unpack.ts'
import { createUnpack } from './unpack.ts'

/**
 * Prints each file packed, as base64, between `#file INODE:BIRTH BYTES` and `#end`; `#missing` where it cannot be opened or read. These are of the file that is read, whatever has its name by then. Packed, because
 * that is as fast for the node as plain bytes and a tenth for the engine; as base64, because a line reader would change other bytes. 21,844 is the longest line that is no long one to it.
 */
const script = `for f do
  { stat -Lc '#file %i:%.9W %s' /dev/stdin && case $f in *.gz) base64 -w 21844 ;; *) gzip -1 -c | base64 -w 21844 ;; esac && echo '#end'; } <"$f" || echo '#missing'
done`

export type FileEvents = {
  /** `stop`: this is not what was meant, or enough. */
  begin(file: NodeFile, opened: Pick<NodeFile, 'inode' | 'bytes'>): 'stop' | void
  bytes(file: NodeFile, chunk: Uint8Array): 'stop' | void | Promise<'stop' | void>
  end(file: NodeFile): void
  /** Gone, or not readable. */
  missing(file: NodeFile): 'stop' | void
}

/** Reads files of a node one after the other, in one command. `stopped`: an event answered `stop`. Bytes that cannot be unpacked end the file as `missing` does. */
export async function readNodeFiles(
  deps: NodeDeps,
  node: string,
  files: readonly NodeFile[],
  signal: AbortSignal,
  events: FileEvents,
): Promise<'ended' | 'stopped'> {
  if (files.length === 0) return 'ended'
  let index = 0
  let unpack: Unpack | null = null
  let stopped = false
  const command = { node, script, args: files.map((file) => file.path) }
  const enough = (answer: unknown) => {
    stopped = answer === 'stop'
    return stopped ? ('stop' as const) : undefined
  }
  try {
    await runInNode(deps, command, signal, async (line) => {
      const file = files[index]
      if (!file) return
      if (!line.startsWith('#')) {
        await unpack?.write(Buffer.from(line, 'base64'))
        return enough(unpack?.answer())
      }
      if (line.startsWith('#file ')) {
        unpack = createUnpack((chunk) => events.bytes(file, chunk))
        const [, inode = '', bytes = ''] = line.split(' ')
        return enough(events.begin(file, { inode: identity(inode), bytes: Number(bytes) }))
      }
      const unpacked = (await unpack?.end()) ?? true
      const answer = unpack?.answer()
      unpack = null
      index += 1
      if (answer === 'stop') return enough(answer)
      if (line === '#end' && unpacked) return events.end(file)
      return enough(events.missing(file))
    })
  } finally {
    ;(unpack as Unpack | null)?.destroy()
  }
  return stopped ? 'stopped' : 'ended'
}
