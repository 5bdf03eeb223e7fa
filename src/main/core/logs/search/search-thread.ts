import { Worker } from 'node:worker_threads'
import { AppError } from '#core/error.ts'
import type { SearchAnswer, SearchRequest } from './protocol.ts'
import { workerSource } from './worker-source.ts'

/** One worker thread that answers requests one after the other. */
export type SearchThread = {
  /** Rejects with `ThreadEnded` when the thread died or was ended, or with `search-too-slow` when it took longer than `limitMs`; the next request starts another thread then. */
  ask(request: SearchRequest, limitMs: number): Promise<SearchAnswer>
  /** Of the thread that answers next: what an earlier one was told is gone. */
  readonly generation: number
  readonly isRunning: boolean
  /** The thread answers `ask`; resolves when it is gone. The next request starts another. */
  stop(): Promise<void>
  end(): Promise<void>
}

const startMs = 30_000

export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded'
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
    // One that dies while nobody asks is not the end of Cove either.
    started.on('error', () => {})
    started.once('exit', () => {
      if (worker === started) worker = null
    })
    return started
  }

  const stop = async () => {
    const last = worker
    worker = null
    await last?.terminate()
  }

  return {
    get generation() {
      return worker === null ? generation + 1 : generation
    },
    get isRunning() {
      return worker !== null
    },
    ask: (request, limitMs) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new ThreadEnded('the search has ended'))
        const isNew = worker === null
        worker ??= start()
        const mine = worker
        const finish = () => {
          clearTimeout(timer)
          mine.off('message', answered)
          mine.off('error', failed)
          mine.off('exit', exited)
        }
        const tooSlow = () => {
          finish()
          if (worker === mine) void stop()
          reject(new AppError('search-too-slow', { seconds: limitMs / 1000 }))
        }
        const answered = (answer: SearchAnswer) => {
          clearTimeout(timer)
          if (answer.type === 'ready') timer = setTimeout(tooSlow, limitMs)
          else {
            finish()
            resolve(answer)
          }
        }
        const failed = (cause: Error) => {
          finish()
          if (worker === mine) worker = null
          reject(new ThreadEnded('the search thread died', { cause }))
        }
        const exited = () => failed(new Error('it exited'))
        // What it needs to start is not the time of the request.
        let timer = setTimeout(tooSlow, isNew ? limitMs + startMs : limitMs)
        mine.on('message', answered)
        mine.on('error', failed)
        mine.on('exit', exited)
        mine.postMessage(request)
      }),
    stop,
    end: () => {
      ended = true
      return stop()
    },
  }
}
