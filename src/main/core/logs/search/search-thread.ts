import { Worker } from 'node:worker_threads'
import { AppError } from '#core/error.ts'
import type { SearchAnswer, SearchRequest } from './protocol.ts'
import { workerSource } from './worker-source.ts'

/** One worker thread that answers requests one after the other. */
export type SearchThread = {
  /** Rejects when the thread died, or with `search-too-slow` when it took longer than `limitMs`; it is ended then, and the next request starts another. */
  ask(request: SearchRequest, limitMs: number): Promise<SearchAnswer>
  /** Threads that were started so far: what an earlier one was told is gone. */
  readonly generation: number
  end(): Promise<void>
}

export function createSearchThread(): SearchThread {
  let worker: Worker | null = null
  let generation = 0
  let ended = false

  function start(): Worker {
    generation++
    const started =
      workerSource === null ? new Worker(new URL('./search-worker.ts', import.meta.url)) : new Worker(workerSource, { eval: true })
    // It never keeps Cove alive.
    started.unref()
    started.once('exit', () => {
      if (worker === started) worker = null
    })
    return started
  }

  return {
    get generation() {
      return generation
    },
    ask: (request, limitMs) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error('the search has ended'))
        worker ??= start()
        const mine = worker
        const finish = () => {
          clearTimeout(timer)
          mine.off('message', answered)
          mine.off('error', failed)
          mine.off('exit', exited)
        }
        const answered = (answer: SearchAnswer) => {
          finish()
          resolve(answer)
        }
        const failed = (error: Error) => {
          finish()
          if (worker === mine) worker = null
          reject(error)
        }
        const exited = () => failed(new Error('the search thread ended'))
        const timer = setTimeout(() => {
          finish()
          if (worker === mine) worker = null
          void mine.terminate()
          reject(new AppError('search-too-slow', { seconds: limitMs / 1000 }))
        }, limitMs)
        mine.on('message', answered)
        mine.on('error', failed)
        mine.on('exit', exited)
        mine.postMessage(request)
      }),
    end: async () => {
      ended = true
      const last = worker
      worker = null
      await last?.terminate()
    },
  }
}
