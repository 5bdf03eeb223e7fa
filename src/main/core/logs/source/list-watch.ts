import type { z } from 'zod'
import { AppError } from '#core/error.ts'
import { parseJson } from '../../workloads/kubectl.ts'
import { bookmarkSchema, rawListSchema, statusSchema, watchLineSchema } from '../../workloads/raw.ts'
import { pause } from '../../workloads/stoppable.ts'
import type { ApiCall, ProxyLease } from './api-proxy.ts'
import { textLines } from './text-lines.ts'

export type Listed = { readonly metadata: { readonly uid: string; readonly resourceVersion?: string | null | undefined } }

export type ListWatchListener<T> = {
  /** All there are, in place of what was told before. */
  replace(items: readonly T[]): void
  upsert(item: T): void
  remove(item: T): void
  /** Null: what was told is current again. */
  failed(error: AppError | null): void
}

export type ListWatchPace = {
  /** Wait before the first and at most before a later try after a failure, ms. */
  readonly retryMs: readonly [number, number]
}

type Options<T extends z.ZodType> = {
  readonly lease: Pick<ProxyLease, 'get' | 'stream'>
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly schema: T
  readonly call?: ApiCall
  readonly pace: ListWatchPace
  readonly signal: AbortSignal
  /** False: one list and no more. */
  readonly follow: boolean
}

const pageSize = '500'

/**
 * List, then watch from the version of the list, as client-go's reflector does; what is not in a later list is gone. Ends when aborted, or after the first list where it is not to follow;
 * never throws. A watch that ends well goes on from the last version; anything else lists again.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function listWatch<T extends z.ZodType<Listed>>(
  { lease, path, query, schema, call = {}, pace, signal, follow }: Options<T>,
  listener: ListWatchListener<z.output<T>>,
): Promise<void> {
  const listSchema = rawListSchema(schema)
  let version: string | null = null

  const list = async () => {
    const items: z.output<T>[] = []
    let next = ''
    do {
      const page: Record<string, string> = { ...query, limit: pageSize, ...(next === '' ? {} : { continue: next }) }
      const answer = await lease.get(`${path}?${new URLSearchParams(page).toString()}`, listSchema, { ...call, signal })
      items.push(...(answer.items as z.output<T>[]))
      next = answer.metadata.continue ?? ''
      version = answer.metadata.resourceVersion ?? ''
    } while (next !== '')
    listener.replace(items)
    listener.failed(null)
  }

  const watch = async (from: string) => {
    const options = { ...query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from }
    const { chunks } = await lease.stream(`${path}?${new URLSearchParams(options).toString()}`, signal, call)
    for await (const line of textLines(chunks)) {
      apply(line)
      if (version === null) return
    }
  }

  const apply = (line: string) => {
    const event = watchLineSchema.safeParse(parseJson(line))
    if (!event.success) throw unreadable(path, 'a line that is no watch event')
    const { type, object } = event.data
    if (type === 'BOOKMARK') {
      const bookmark = bookmarkSchema.safeParse(object)
      if (bookmark.success) version = bookmark.data.metadata.resourceVersion
    } else if (type === 'ERROR') {
      const status = statusSchema.safeParse(object)
      // 410: the version is too old, which is no failure.
      if (status.data?.code !== 410)
        throw new AppError('api-unreachable', { server: '', reason: status.data?.message || status.data?.reason || 'watch error' })
      version = null
    } else {
      const item = schema.safeParse(object)
      if (!item.success) throw unreadable(path, item.error.issues[0]?.message ?? '')
      version = item.data.metadata.resourceVersion ?? version
      if (type === 'DELETED') listener.remove(item.data)
      else listener.upsert(item.data)
    }
  }

  let wait = 0
  while (!signal.aborted) {
    const began = performance.now()
    try {
      if (version === null) {
        await list()
        wait = 0
      }
      if (!follow) return
      if (version !== null) await watch(version)
    } catch (error) {
      if (signal.aborted) return
      version = null
      listener.failed(error instanceof AppError ? error : new AppError('internal', {}, { cause: error }))
      if (!follow) return
      wait = Math.max(wait, pace.retryMs[0])
    }
    // A server that ends each watch at once makes no storm either.
    if (performance.now() - began > pace.retryMs[1]) wait = 0
    await pause(wait, signal)
    wait = Math.min(Math.max(2 * wait, pace.retryMs[0] / 4), pace.retryMs[1])
  }
}

function unreadable(path: string, reason: string): AppError {
  return new AppError('command-output-unreadable', { command: `GET ${path}`, reason })
}
