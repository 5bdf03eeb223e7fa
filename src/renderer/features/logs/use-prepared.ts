import { useEffect } from 'react'
import type { ContextRef } from '#shared/contract/base.ts'
import { iterate, logApi } from './log-api.ts'

/** While somebody chooses what to read in a context, core makes ready what its logs come through. Null: nobody does. */
export function usePrepared(context: ContextRef | null) {
  const file = context?.file
  const name = context?.name
  useEffect(() => {
    if (file === undefined || name === undefined) return
    const stop = new AbortController()
    iterate(
      (signal) => logApi.prepare({ file, name }, { signal }),
      () => {},
      stop.signal,
      // A log is opened without it all the same.
    ).catch(() => {})
    return () => stop.abort()
  }, [file, name])
}
