import { createHash } from 'node:crypto'
import { createReadStream, type BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Says whether a file is still the one that was looked at: device, inode, size, mode, and both times to the nanosecond. */
export type FileIdentity = string

/** Follows links. Null where nothing is there, or nothing that this user can see. */
export async function identify(path: string): Promise<{ readonly identity: FileIdentity; readonly stats: BigIntStats } | null> {
  try {
    const stats = await stat(path, { bigint: true })
    return { identity: [stats.dev, stats.ino, stats.size, stats.mode, stats.mtimeNs, stats.ctimeNs].join(':'), stats }
  } catch {
    return null
  }
}

/** SHA-256 of a whole file in hex. Throws what reading throws. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
