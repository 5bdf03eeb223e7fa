import { useEffect, useReducer } from 'react'
import type { LogEvent, LogRequest } from '#shared/contract/logs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { api, iterate } from '../../api/client.ts'
import { toShape } from '../shell/error-words.ts'
import { createLogBuffer, noLog } from './log-buffer.ts'
import type { LogBuffer, LogSnapshot } from './log-buffer.ts'
import { tailNumber } from './log-target.ts'
import type { LogTarget, Tail } from './log-target.ts'

export type LogWish = { readonly target: LogTarget; readonly previous: boolean; readonly tail: Tail }

let logs = 0

/** One container's log, live, for as long as it is shown: leaving ends the command behind it. */
export function useLog({ target, previous, tail }: LogWish, attempt: number): LogSnapshot {
  const [view, show] = useReducer((_: LogSnapshot, next: LogSnapshot) => next, noLog)
  const { namespace, pod, container } = target
  const { file, name } = target.context
  useEffect(() => {
    const buffer = createLogBuffer((logs += 1))
    const stop = new AbortController()
    let frame = 0
    show(noLog)
    // At most once a frame, however fast the lines come.
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        show(buffer.snapshot())
      })
    }
    const request = { file, name, namespace, pod, container, previous, follow: !previous, tail: tailNumber(tail) }
    void followInto(buffer, request, stop, changed)
    return () => {
      stop.abort()
      cancelAnimationFrame(frame)
    }
  }, [file, name, namespace, pod, container, previous, tail, attempt])
  return view
}

/** Reads the log into the buffer until it ends; after a lost connection goes on where it was. */
export async function followInto(
  buffer: LogBuffer,
  request: Omit<LogRequest, 'since'>,
  stop: AbortController,
  changed: () => void,
): Promise<void> {
  let begun = false
  const start = async (signal: AbortSignal) => {
    const since = buffer.since()
    if (begun) {
      buffer.resumed()
      changed()
    }
    begun = true
    const stream = await api.logs.follow({ ...request, since, tail: since === null ? request.tail : null }, { signal })
    buffer.opened()
    changed()
    return stream
  }
  const onEvent = (event: LogEvent) => {
    buffer.take(event)
    changed()
    // It is over, and a connection lost from now on must not begin it again.
    if (event.type === 'ended' || event.type === 'failed') stop.abort()
  }
  try {
    await iterate(start, onEvent, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return
    buffer.take({ type: 'failed', error: toShape(error) as AppErrorShape })
    changed()
  }
}
