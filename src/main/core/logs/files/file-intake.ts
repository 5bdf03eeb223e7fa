import type { LogSink } from '../source/sink.ts'
import type { LineBatch } from '../store/layout.ts'
import { drained } from '../source/drained.ts'
import { createTextSplitter } from './text-splitter.ts'
import type { Unpack } from './unpack.ts'
import { createUnpack } from './unpack.ts'

/** Bytes of one file on their way to the view; packed ones are known by their first two bytes. */
export type FileIntake = {
  /** Resolves when more may come. The bytes may be used again then. */
  write(bytes: Uint8Array): Promise<void>
  /** All that is there for now was written. */
  settle(): Promise<void>
  /** The file ends here. False: it was packed, and is damaged or not whole. */
  end(): Promise<boolean>
  destroy(): void
}

export type IntakeOptions = {
  readonly sink: LogSink
  readonly source: number
  /** ms since 1970 */
  readonly writtenAt: number
  readonly backlog: () => boolean
  readonly signal: AbortSignal
}

export function createFileIntake({ sink, source, writtenAt, backlog, signal }: IntakeOptions): FileIntake {
  const splitter = createTextSplitter((batch: LineBatch) => sink.lines(source, batch, backlog()), writtenAt)
  let head: Buffer | null = Buffer.alloc(0)
  let unpack: Unpack | null = null

  const take = async (chunk: Uint8Array): Promise<'stop' | void> => {
    splitter.push(chunk)
    if (sink.full()) await drained(sink, signal)
    return signal.aborted ? 'stop' : undefined
  }
  const pass = async (bytes: Uint8Array): Promise<void> => {
    if (unpack) await unpack.write(Buffer.from(bytes))
    else await take(bytes)
  }
  const begin = async (bytes: Buffer) => {
    head = null
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) unpack = createUnpack(take)
    if (bytes.length > 0) await pass(bytes)
  }

  return {
    write: async (bytes) => {
      if (head === null) return pass(bytes)
      head = Buffer.concat([head, bytes])
      if (head.length >= 2) await begin(head)
    },
    settle: async () => {
      await unpack?.settle()
      splitter.settle()
    },
    end: async () => {
      if (head !== null) await begin(head)
      const whole = (await unpack?.end()) ?? true
      splitter.end()
      return whole
    },
    destroy: () => unpack?.destroy(),
  }
}
