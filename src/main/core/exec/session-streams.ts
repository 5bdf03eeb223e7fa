import { PassThrough, type Readable, type Writable } from 'node:stream'
import type { RawStreams } from './run-command.ts'
import type { CommandSession } from './types.ts'

const quietMs = 1_000

/** The two ends of a session: usable before there is a process and harmless after it. `left`: the reader left early. */
export function createSessionStreams(left: () => Promise<void>): Pick<CommandSession, 'output' | 'write' | 'end'> & {
  readonly raw: RawStreams
} {
  const input = new PassThrough()
  const output = new PassThrough()
  let over = false
  let bytes = 0
  let stdout: Readable | null = null

  const waiting: (() => void)[] = []
  const settle = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  input.on('drain', settle).on('close', settle)

  const opened = (stdin: Writable, from: Readable) => {
    stdout = from
    input.pipe(stdin)
    // A tool that closed its stdin, or is gone: its exit code says the rest, and nobody may wait for room.
    const drop = () => {
      input.unpipe(stdin)
      input.resume()
    }
    stdin.once('error', drop).once('close', drop)
    from.on('data', (chunk: Buffer) => (bytes += chunk.length))
    from.on('error', () => from.destroy())
    from.pipe(output)
    from.once('close', () => output.end())
  }

  /** What the pipe still holds is read, however slowly; a grandchild that holds the pipe is not waited for. */
  const letGo = (from: Readable, seen: number) => {
    if (from.closed) return
    if (seen > 0 && seen === bytes + 1 && !output.writableNeedDrain) from.destroy()
    else setTimeout(letGo, quietMs, from, bytes + 1).unref()
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    let whole = false
    try {
      for await (const chunk of output) yield chunk as Buffer
      whole = true
    } finally {
      if (!whole) await left()
    }
  }

  return {
    raw: {
      opened,
      bytes: () => bytes,
      ended: () => {
        over = true
        input.unpipe()
        input.resume()
        if (stdout === null) output.end()
        else letGo(stdout, 0)
      },
    },
    output: { [Symbol.asyncIterator]: () => read() },
    write: async (data) => {
      if (over || input.writableEnded) return
      if (!input.write(data)) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    end: () => void input.end(),
  }
}
