import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { useSeen } from './use-seen.ts'

/** So many are painted at once whatever is seen. */
const few = 200
const chunk = 50

type RowsWhenSeenProps<T> = {
  readonly rows: readonly T[]
  /** Of the whole table. */
  readonly total: number
  readonly keyOf: (row: T) => string
  readonly children: (row: T) => ReactNode
}

/** Rows of a long table: those further down are painted when they come into view, and stand as empty room until then. */
export function RowsWhenSeen<T>({ rows, total, keyOf, children }: RowsWhenSeenProps<T>) {
  if (total <= few) return rows.map(children)
  const chunks = Array.from({ length: Math.ceil(rows.length / chunk) }, (_, at) => rows.slice(at * chunk, (at + 1) * chunk))
  // By its place: a row that was renamed leaves the chunk as seen as it was.
  return chunks.map((part, at) => (
    <Chunk key={`${at}`} count={part.length}>
      {() => part.map((row) => <Fragment key={keyOf(row)}>{children(row)}</Fragment>)}
    </Chunk>
  ))
}

function Chunk({ count, children }: { readonly count: number; readonly children: () => ReactNode }) {
  const { ref, seen } = useSeen<HTMLDivElement>()
  return seen ? children() : <div ref={ref} role="presentation" style={{ height: `calc(${count} * var(--row))` }} />
}
