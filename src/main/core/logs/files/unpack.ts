import { once } from 'node:events'
import { createGunzip } from 'node:zlib'

export type Unpack = {
  /** Resolves when more may come. The bytes must stay as they are. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when all was handed over. False: these were no packed bytes, or not all. */
  end(): Promise<boolean>
  answer(): 'stop' | null
  destroy(): void
}

/** Unpacks gzip, several members after each other too, and hands over what comes out; the next is unpacked when `take` is through with it. */
export function createUnpack(take: (chunk: Uint8Array) => 'stop' | void | Promise<'stop' | void>): Unpack {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  let stop = false
  let failed = false
  let thrown: unknown = null
  let wrote = false
  const reading = (async () => {
    try {
      for await (const chunk of gunzip) {
        if ((await take(chunk as Buffer)) !== 'stop') continue
        stop = true
        break
      }
    } catch (error) {
      // What `take` throws is no matter of packed bytes.
      if (isZlib(error)) failed = true
      else thrown = error
    }
  })()
  const closed = once(gunzip, 'close').catch(() => undefined)
  return {
    write: async (bytes) => {
      wrote = true
      if (thrown !== null) throw thrown
      if (stop || failed || gunzip.destroyed) return
      if (!gunzip.write(bytes)) await Promise.race([once(gunzip, 'drain').catch(() => undefined), closed])
    },
    end: async () => {
      if (!wrote) {
        gunzip.destroy()
        await closed
        return true
      }
      gunzip.end()
      await reading
      if (thrown !== null) throw thrown
      return !failed
    },
    answer: () => (stop ? 'stop' : null),
    destroy: () => void gunzip.destroy(),
  }
}

const isZlib = (error: unknown) => error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
