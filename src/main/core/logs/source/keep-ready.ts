import type { ContextRef } from '#shared/contract/base.ts'
import { pause, stoppable } from '../../workloads/stoppable.ts'
import type { ApiProxies } from './api-proxy.ts'

/** A page that is left open with nothing chosen holds no proxy for longer, ms. */
const usualLimitMs = 5 * 60_000

/**
 * Holds the proxy of a context while somebody chooses what to read there, so that the first line need not wait for its start. Tells when it is ready. Ends after `limitMs`, or with the signal; the
 * proxy stays its own while after that, which is when the log that was chosen is opened. Never throws: why a proxy does not start is said where a log is opened.
 */
export function keepReady(
  proxies: Pick<ApiProxies, 'get'>,
  context: ContextRef,
  outer: AbortSignal,
  limitMs = usualLimitMs,
): AsyncGenerator<null, void> {
  return stoppable(outer, async function* (signal) {
    if (signal.aborted) return
    const lease = await proxies.get(context).catch(() => null)
    if (lease === null) return
    try {
      if (signal.aborted) return
      yield null
      await pause(limitMs, signal)
    } finally {
      lease.release()
    }
  })
}
