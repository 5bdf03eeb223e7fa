import { AppError, errorShape } from '../error.ts'
import type { Source } from './list.ts'

export type LiveSource<T> = {
  /** What it said last. */
  known(): Source<T>
  /** Asks again; a question that is under way is followed by one more, so that the answer is never older than the call. Never rejects. */
  ask(): Promise<void>
}

/** One source: the last value stays with its age when a later question fails. `changed` is called when the value or the error became another one. */
export function createSource<T>(read: () => Promise<T>, changed: () => void): LiveSource<T> {
  let known: Source<T> = { state: 'loading', value: null, asOf: null, error: null }
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function once(): Promise<void> {
    const before = JSON.stringify([known.state, known.value, known.error])
    try {
      known = { state: 'ok', value: await read(), asOf: Date.now(), error: null }
    } catch (error) {
      if (!(error instanceof AppError)) console.error('a source of the cluster list failed on a bug:', error)
      const absent = error instanceof AppError && (error.code === 'engine-absent' || error.code === 'tool-absent')
      known = { ...known, state: absent ? 'absent' : 'failed', error: errorShape(error) }
    }
    if (JSON.stringify([known.state, known.value, known.error]) !== before) changed()
  }

  function ask(): Promise<void> {
    if (running === null) {
      running = once().finally(() => {
        running = null
      })
      return running
    }
    next ??= running.then(() => {
      next = null
      return ask()
    })
    return next
  }

  return { known: () => known, ask }
}
