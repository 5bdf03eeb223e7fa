import type { CommandLine } from './types.ts'

/** Text waiting for a slow reader before the tool is made to wait. */
const HIGH_WATER = 1_048_576
/** An empty line costs memory too. */
const LINE_COST = 32

export type LineQueue = {
  push(lines: readonly CommandLine[]): void
  /** No more lines; the reader still gets what waits. With an error the next read throws it. */
  end(error?: unknown): void
  readonly full: boolean
  readonly iterator: AsyncIterator<CommandLine>
}

/**
 * Lines between a tool and one reader. `onRoom` is called when a full queue has room again; `onReturn` when the reader leaves early,
 * and the reader waits for it.
 */
export function createLineQueue(handlers: { onRoom(): void; onReturn(): Promise<void> }): LineQueue {
  let lines: CommandLine[] = []
  let next = 0
  let size = 0
  let full = false
  let ended = false
  let failure: unknown
  let waiting: { resolve(result: IteratorResult<CommandLine>): void; reject(error: unknown): void } | null = null

  const take = (): CommandLine | undefined => {
    const line = lines[next]
    if (line === undefined) return undefined
    next += 1
    size -= line.text.length + LINE_COST
    if (next === lines.length) {
      lines = []
      next = 0
    }
    if (full && size < HIGH_WATER / 2) {
      full = false
      handlers.onRoom()
    }
    return line
  }

  const settle = () => {
    if (waiting === null) return
    const line = take()
    if (line === undefined && !ended) return
    const { resolve, reject } = waiting
    waiting = null
    if (line !== undefined) resolve({ value: line, done: false })
    else if (failure !== undefined) reject(failure)
    else resolve({ value: undefined, done: true })
  }

  return {
    push(more) {
      if (ended) return
      for (const line of more) {
        lines.push(line)
        size += line.text.length + LINE_COST
      }
      if (size >= HIGH_WATER) full = true
      settle()
    },
    end(error) {
      if (ended) return
      ended = true
      failure = error
      settle()
    },
    get full() {
      return full
    },
    iterator: {
      next() {
        const line = take()
        if (line !== undefined) return Promise.resolve({ value: line, done: false })
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject }
          settle()
        })
      },
      async return() {
        ended = true
        lines = []
        next = 0
        size = 0
        if (full) {
          full = false
          handlers.onRoom()
        }
        waiting?.resolve({ value: undefined, done: true })
        waiting = null
        await handlers.onReturn()
        return { value: undefined, done: true }
      },
    },
  }
}
