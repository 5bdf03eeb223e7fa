import type { ContextRef } from '#shared/contract/base.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { Exec } from '#core/exec/types.ts'
import { kubectlError } from './api-errors.ts'
import { parseJson } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { podsPath, watchPodsPath } from './paths.ts'
import { createPodTable } from './pod-table.ts'
import type { PodChange } from './pod-table.ts'
import { toPod } from './pod.ts'
import { bookmarkSchema, rawListSchema, rawPodSchema, statusSchema, watchLineSchema } from './raw.ts'
import { pause } from './stoppable.ts'
import type { Pod } from '#shared/contract/workloads.ts'

export type PodsListener = {
  snapshot(pods: readonly Pod[]): void
  change(change: PodChange): void
  fail(error: AppErrorShape): void
}

export type PodsWatch = {
  /** Tells what is known so far at once. Returns the way out; with the last one the watch ends. */
  join(listener: PodsListener): () => void
}

export type Pace = {
  /** Wait before the first and at most before any further try, ms. */
  readonly minMs: number
  readonly maxMs: number
  /** A watch that held this long was well, ms. */
  readonly wellAfterMs: number
}
export const usualPace: Pace = { minMs: 500, maxMs: 30_000, wellAfterMs: 5_000 }

type Deps = {
  readonly kubectl: Kubectl
  readonly exec: Pick<Exec, 'lines'>
  readonly pace: Pace
  /** The last listener has left. */
  readonly onEmpty: () => void
}

/** With managedFields and annotations; etcd itself refuses objects past 1.5 MB. */
const maxLineBytes = 4 * 1024 * 1024
const listSchema = rawListSchema(rawPodSchema)

/**
 * List, then watch from the version of the list, so that nothing falls between the two; as client-go's reflector does.
 * A watch that ends well goes on from the last version seen; anything else lists again and tells the difference.
 */
export function createPodsWatch({ kubectl, exec, pace, onEmpty }: Deps, ref: ContextRef, namespace: string | null): PodsWatch {
  const table = createPodTable()
  const listeners = new Set<PodsListener>()
  const controller = new AbortController()
  const { signal } = controller
  let listed = false
  let failure: AppErrorShape | null = null
  /** The version to go on from; null: list again. */
  let version: string | null = null

  const tell = (change: PodChange) => {
    failure = null
    for (const listener of listeners) listener.change(change)
  }

  const list = async () => {
    const answer = await kubectl.get(ref, podsPath(namespace), listSchema, { signal })
    version = answer.metadata.resourceVersion || null
    const change = table.replace(answer.items.map(toPod))
    failure = null
    if (listed) return tell(change)
    listed = true
    for (const listener of listeners) listener.snapshot(table.all())
  }

  const follow = async (from: string) => {
    const { spec, about } = await kubectl.call(ref, ['get', `--raw=${watchPodsPath(namespace, from)}`], {
      quiet: true,
      signal,
      maxOutputBytes: 64 * 1024,
    })
    const stream = exec.lines({ ...spec, maxLineBytes })
    // It also rejects where the loop below throws; whoever gets it first says it.
    stream.result.catch(() => undefined)
    for await (const line of stream) {
      if (line.stream === 'stdout' && line.text !== '') apply(line.text, about.server)
      if (version === null) return
    }
    const result = await stream.result
    if (result.exitCode !== 0 && !signal.aborted) throw kubectlError(result, about)
  }

  const apply = (text: string, server: string) => {
    const line = watchLineSchema.safeParse(parseJson(text))
    if (!line.success) throw unreadable('a line that is no watch event')
    const { type, object } = line.data
    if (type === 'BOOKMARK') {
      const bookmark = bookmarkSchema.safeParse(object)
      if (bookmark.success) version = bookmark.data.metadata.resourceVersion
      return
    }
    if (type === 'ERROR') {
      const status = statusSchema.safeParse(object)
      // 410: the version is too old, which is no failure: the list is asked for anew.
      if (status.success && status.data.code === 410) version = null
      else throw new AppError('api-unreachable', { server, reason: status.data?.message || status.data?.reason || 'watch error' })
      return
    }
    const raw = rawPodSchema.safeParse(object)
    if (!raw.success) throw unreadable(raw.error.issues[0]?.message ?? 'pod')
    version = raw.data.metadata.resourceVersion ?? version
    const change = type === 'DELETED' ? table.remove(raw.data.metadata.uid) : table.upsert(toPod(raw.data))
    if (change) tell(change)
  }

  const run = async () => {
    let wait = pace.minMs
    while (!signal.aborted) {
      // A list that takes long to fail, as one that times out does, is no watch that was well.
      let since = Number.POSITIVE_INFINITY
      try {
        if (version === null) await list()
        since = performance.now()
        if (version !== null) await follow(version)
        else throw unreadable('a list without resourceVersion')
      } catch (error) {
        if (signal.aborted) return
        version = null
        fail(errorShape(error))
      }
      if (performance.now() - since >= pace.wellAfterMs) {
        wait = pace.minMs
        told.clear()
      }
      await pause(wait, signal)
      wait = Math.min(wait * 2, pace.maxMs)
    }
  }

  /** Failures told since the watch was last well, so that one that comes back with every try is told once. */
  const told = new Set<string>()
  const fail = (error: AppErrorShape) => {
    const key = JSON.stringify([error.code, error.facts])
    failure = error
    if (told.has(key)) return
    told.add(key)
    for (const listener of listeners) listener.fail(error)
  }

  let started = false
  return {
    join: (listener) => {
      listeners.add(listener)
      if (listed) listener.snapshot(table.all())
      if (failure) listener.fail(failure)
      if (!started) {
        started = true
        void run()
      }
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        controller.abort()
        onEmpty()
      }
    },
  }
}

function unreadable(reason: string): AppError {
  return new AppError('command-output-unreadable', { command: 'kubectl get --raw', reason })
}
