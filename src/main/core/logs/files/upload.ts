import { AppError, errorShape } from '#core/error.ts'
import type { LogSink } from '../source/sink.ts'
import { createFileIntake } from './file-intake.ts'
import { endFile, joinFile } from './local-file.ts'

export type Upload = {
  readonly source: number
  /** The next bytes of the file, base64, one call after the other or at once; resolves when the view has room for more. Throws `bad-input` for what is no base64, or after the last. */
  feed(data: string, last: boolean): Promise<void>
  /** Resolves when the last bytes were read, or `signal` is aborted. Never rejects. */
  readonly done: Promise<void>
}

/** A file that the page sends, as a source of kind `file`. `writtenAt`: ms since 1970, for times without a year. */
export function openUpload(
  { name, writtenAt = Date.now() }: { readonly name: string; readonly writtenAt?: number },
  sink: LogSink,
  signal: AbortSignal,
): Upload {
  const source = joinFile(sink, name)
  const intake = createFileIntake({ sink, source, signal, writtenAt, backlog: () => true })
  const finished = Promise.withResolvers<void>()
  let ended = false
  let queue: Promise<void> = Promise.resolve()
  sink.state(source, { state: 'connecting' })

  const finish = () => {
    signal.removeEventListener('abort', finish)
    ended = true
    intake.destroy()
    finished.resolve()
  }
  if (signal.aborted) finish()
  else signal.addEventListener('abort', finish, { once: true })

  const take = async (data: string, last: boolean): Promise<void> => {
    if (signal.aborted) throw new AppError('cancelled', {})
    if (ended || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) throw new AppError('bad-input', { field: 'data' })
    try {
      await intake.write(Buffer.from(data, 'base64'))
      if (!last) return
      ended = true
      if (!(await intake.end())) sink.note(source, null, { type: 'gap', from: null, to: null, reason: 'unreadable' })
      endFile(sink, source)
    } catch (error) {
      sink.state(source, { state: 'failed', error: errorShape(error) })
      throw error
    } finally {
      if (last) finish()
    }
  }
  return {
    source,
    feed: (data, last) => {
      const mine = queue.then(() => take(data, last))
      queue = mine.catch(() => undefined)
      return mine
    },
    done: finished.promise,
  }
}
