import { useDeferredValue, useMemo } from 'react'
import type { LogSnapshot } from './log-buffer.ts'
import { createLogFilter, matcherOf } from './log-filter.ts'
import type { LogRow } from './log-rows.ts'

export type FilteredLog = { readonly rows: readonly LogRow[]; readonly lines: number; readonly matcher: RegExp | null }

/** The rows of a log that fit what was typed; typing goes before finding. */
export function useFiltered(log: LogSnapshot, typed: string): FilteredLog {
  const query = useDeferredValue(typed)
  const matcher = useMemo(() => matcherOf(query), [query])
  const filter = useMemo(() => (matcher ? createLogFilter(matcher) : null), [matcher])
  return useMemo(
    () => (filter ? { rows: filter.update(log), lines: filter.count(), matcher } : { rows: log.rows, lines: log.lines, matcher }),
    [filter, log, matcher],
  )
}
