import { createGunzip } from 'node:zlib'

export type Unpack = {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when all was handed over. False: these were no packed bytes, or not all. */
  end(): Promise<boolean>
  /** Nothing more is there for now: what was held back goes through. */
  settle(): Promise<void>
  answer(): 'stop' | null
  destroy(): void
}

/**
 * Unpacks gzip, several members after each other too, and hands over what comes out, one piece while the next is unpacked. What came out before the damage is handed over all the same: a stream that fails
 * gives away what it holds, so what comes out is held here.
 */
export function createUnpack(take: (chunk: Uint8Array) => 'stop' | void | Promise<'stop' | void>): Unpack {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  let stop = false
  let failed = false
  let thrown: unknown = null
  let wrote = false
  /** What may be the checksum and the length: where these are wrong, all that came with them would be withheld. */
  let held: Uint8Array = new Uint8Array(0)
  let taken: Promise<void> = Promise.resolve()

  const hand = async (chunk: Buffer) => {
    if (stop || thrown !== null) return
    try {
      stop = (await take(chunk)) === 'stop'
    } catch (error) {
      thrown = error
    }
    if (stop || thrown !== null) gunzip.destroy()
  }
  gunzip.on('data', (chunk: Buffer) => {
    taken = taken.then(() => hand(chunk))
  })
  gunzip.on('error', () => {
    failed = true
  })
  const closed = new Promise<void>((resolve) => gunzip.once('close', () => resolve()))

  const pass = async (bytes: Uint8Array) => {
    // A small file may unpack to a thousand times as much.
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      if (thrown !== null) throw thrown
      if (gunzip.destroyed) return
      const before = taken
      const slice = bytes.subarray(at, at + sliceBytes)
      await Promise.race([new Promise<void>((resolve) => gunzip.write(slice, () => resolve())), closed])
      await before
    }
  }
  const settle = async () => {
    const rest = held
    held = new Uint8Array(0)
    await pass(rest)
  }
  return {
    write: async (bytes) => {
      wrote = true
      const all = Buffer.concat([held, bytes])
      const at = Math.max(0, all.length - trailerBytes)
      held = all.subarray(at)
      await pass(all.subarray(0, at))
    },
    settle,
    end: async () => {
      if (wrote) {
        await settle()
        gunzip.end()
      } else gunzip.destroy()
      await closed
      await taken
      if (thrown !== null) throw thrown
      return !failed
    },
    answer: () => (stop ? 'stop' : null),
    destroy: () => {
      stop = true
      gunzip.destroy()
    },
  }
}

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const trailerBytes = 8
const sliceBytes = 16 * 1024
