import type { ClientLink } from '@orpc/client'
import { ConnectionLost } from './errors.ts'
import type { OpenTransport, Transport } from './transport.ts'

/** `connecting`: the first try. `lost`: it was open, or could not be opened, and is being tried again. */
export type ConnectionState = 'connecting' | 'open' | 'lost'

export type Connection = {
  readonly link: ClientLink<Record<never, never>>
  subscribe(listener: () => void): () => void
  getSnapshot(): ConnectionState
  /** Resolves when open; at once if it is. Rejects with the reason of the signal. */
  whenOpen(signal?: AbortSignal): Promise<void>
  /** Tries now instead of after the back-off. */
  retry(): void
  close(): void
}

const backOffMs = [250, 500, 1000, 2000, 4000, 8000]

/**
 * Keeps one transport open. Calls made before the first opening wait for it; calls made while lost fail at once with ConnectionLost,
 * so that nothing is done late and unasked; calls under way when it breaks fail with ConnectionLost.
 */
export function createConnection(open: OpenTransport): Connection {
  const listeners = new Set<() => void>()
  let state: ConnectionState = 'connecting'
  let transport: Transport | null = null
  let ended = false
  let wake: (() => void) | null = null

  const become = (next: ConnectionState) => {
    if (state === next) return
    state = next
    for (const listener of listeners) listener()
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async () => {
    for (let failures = 0; !ended; ) {
      try {
        transport = await open()
        if (ended) return transport.close()
        failures = 0
        become('open')
        await transport.closed
      } catch {
        // Not opened: tried again below, the state says so.
      }
      transport = null
      if (ended) return
      become('lost')
      await pause(backOffMs[Math.min(failures, backOffMs.length - 1)] ?? 0)
      failures += 1
    }
  }

  const whenOpen = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const settle = () => {
        // A transport can be dead before its end was told: between the two, browsers run what waits for the calls that broke.
        const usable = state === 'open' && transport?.alive() === true
        if (!usable && !signal?.aborted) return
        listeners.delete(settle)
        signal?.removeEventListener('abort', settle)
        if (signal?.aborted) reject(signal.reason)
        else resolve()
      }
      listeners.add(settle)
      signal?.addEventListener('abort', settle)
      settle()
    })

  const link: ClientLink<Record<never, never>> = {
    call: async (path, input, options) => {
      if (state === 'connecting') await Promise.race([whenOpen(options.signal), whenLost()])
      const current = transport
      if (!current?.alive()) throw new ConnectionLost('no connection')
      // The link itself rejects what is under way when its channel closes, but with an unnamed error.
      const translate = (error: unknown) =>
        current.alive() || options.signal?.aborted ? error : new ConnectionLost('connection lost', { cause: error })
      try {
        const output = await current.link.call(path, input, options)
        return isIterator(output) ? guardIterator(output, translate) : output
      } catch (error) {
        throw translate(error)
      }
    },
  }

  const whenLost = () =>
    new Promise<void>((resolve) => {
      const settle = () => {
        if (state === 'connecting') return
        listeners.delete(settle)
        resolve()
      }
      listeners.add(settle)
      settle()
    })

  // Not within the evaluation of the module that asks: a socket keeps where it was opened, for which Chromium would read that whole script again.
  queueMicrotask(() => void run())
  return {
    link,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => state,
    whenOpen,
    retry: () => wake?.(),
    close: () => {
      ended = true
      wake?.()
      transport?.close()
    },
  }
}

function isIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

function guardIterator(source: AsyncIterableIterator<unknown>, translate: (error: unknown) => unknown): AsyncIterableIterator<unknown> {
  const guarded: AsyncIterableIterator<unknown> = {
    next: async () => {
      try {
        return await source.next()
      } catch (error) {
        throw translate(error)
      }
    },
    return: async () => {
      // Over a dead channel there is nobody to tell.
      await source.return?.().catch(() => {})
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => guarded,
  }
  return guarded
}
