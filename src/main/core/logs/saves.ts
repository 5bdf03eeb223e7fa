import { randomBytes } from 'node:crypto'
import { finished, pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { LogExport, LogSave, LogSaveEvent } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { pageHeaders, savePath } from '#core/page.ts'
import { createThrottle } from './views/throttle.ts'

export type LogSavesDeps = {
  /** Throws at once where there is no such view. */
  readonly read: (request: LogExport, signal: AbortSignal) => AsyncGenerator<string, void>
  /** How long a file may wait to be asked for, ms. */
  readonly beginMs?: number
}

/** A file as a host sends it. Destroying `body` ends what is read for it; when it is destroyed, the file must not pass for whole. */
export type Download = { readonly headers: Readonly<Record<string, string>>; readonly body: Readable }

export type LogSaves = {
  /** As in the contract. Lines are read when somebody takes the file, no faster than they are taken, and no longer than this is listened to. */
  save(request: LogSave, signal: AbortSignal): AsyncGenerator<LogSaveEvent, void>
  /** The file that was offered under this id, to the first who asks. Null: there is none, or no longer. */
  take(id: string): Download | null
}

/** `save-stopped` where who took the file gave it up; else what its reading threw. */
type End = 'whole' | { readonly error: unknown }

/** So often the page is told how far it is. */
const tellMs = 100

/** Files of lines on their way through a host. The page that wished for one listens as long as it is sent. */
export function createLogSaves({ read, beginMs = 60_000 }: LogSavesDeps): LogSaves {
  const offers = new Map<string, () => Download>()

  async function* save(request: LogSave, signal: AbortSignal): AsyncGenerator<LogSaveEvent, void> {
    const id = randomBytes(32).toString('base64url')
    const throttle = createThrottle()
    const state: { bytes: number; body: Readable | null; end: End | null } = { bytes: 0, body: null, end: null }
    const over = new AbortController()
    const ended = (end: End) => {
      state.end ??= end
      over.abort()
    }
    const open = fileOf(request, read, (bytes) => {
      state.bytes += bytes
      throttle.changed()
    })
    const waiting = setTimeout(() => {
      offers.delete(id)
      ended({ error: new AppError('save-not-begun', { seconds: beginMs / 1000 }) })
    }, beginMs)
    waiting.unref()
    offers.set(id, () => {
      offers.delete(id)
      clearTimeout(waiting)
      state.body = open(ended)
      throttle.changed()
      return { headers: headersOf(request), body: state.body }
    })
    try {
      yield { type: 'offered', path: `${savePath}${id}` }
      // An end is told at once.
      const either = AbortSignal.any([signal, over.signal])
      for (let seen = 0; ; ) {
        seen = (await throttle.next(seen, tellMs, either)) ?? seen
        if (signal.aborted) return
        const { bytes, body, end } = state
        if (body !== null) yield { type: 'read', bytes }
        if (end === 'whole') return
        if (end !== null) throw end.error
      }
    } finally {
      offers.delete(id)
      clearTimeout(waiting)
      throttle.dispose()
      // One that has ended is not touched by it.
      state.body?.destroy(new AppError('cancelled', {}))
    }
  }

  return { save, take: (id) => offers.get(id)?.() ?? null }
}

/** Answers with what opens the file, which tells how it ended. Throws as `read` does. */
function fileOf(
  { viewId, what, format, prefix, gzip }: LogSave,
  read: LogSavesDeps['read'],
  progress: (bytes: number) => void,
): (ended: (end: End) => void) => Readable {
  const stop = new AbortController()
  const lines = read({ viewId, what, format, prefix }, stop.signal)
  let broken: { readonly error: unknown } | null = null
  return (ended) => {
    const text = new Readable({
      // One chunk is asked for when the one before has gone on.
      read() {
        lines.next().then(
          ({ done, value }) => {
            if (this.destroyed) return
            if (done === true || value === undefined) return this.push(null)
            const bytes = Buffer.from(value)
            progress(bytes.length)
            this.push(bytes)
          },
          (error: unknown) => {
            if (this.destroyed) return
            broken = { error }
            this.destroy(error as Error)
          },
        )
      },
      destroy(error, done) {
        stop.abort()
        const gone = () => done(error)
        lines.return().then(gone, gone)
      },
    })
    // What fails in one of them destroys the other; it is told of below.
    const body = gzip ? pipeline(text, createGzip(), () => {}) : text
    finished(body, (error) => ended(error ? (broken ?? { error: new AppError('save-stopped', {}, { cause: error }) }) : 'whole'))
    return body
  }
}

function headersOf({ name, format, gzip }: LogSave): Record<string, string> {
  // https://www.rfc-editor.org/rfc/rfc8187#section-3.2: encodeURIComponent leaves some characters that are none of `attr-char`.
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  const text = format === 'jsonl' ? 'application/x-ndjson' : 'text/plain'
  return {
    ...pageHeaders("'none'"),
    'content-type': gzip ? 'application/gzip' : `${text}; charset=utf-8`,
    'content-disposition': `attachment; filename*=UTF-8''${encoded}`,
    'cache-control': 'no-store',
    // It can be had once only.
    'accept-ranges': 'none',
  }
}
