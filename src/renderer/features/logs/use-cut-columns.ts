import { useState } from 'react'
import type { LogRow } from '#shared/contract/logs.ts'
import { logApi } from './log-api.ts'
import { useInTurn } from './use-in-turn.ts'

/** What stands in the columns of a line that its row holds only in part, by path; null: the line is too long to be read for it. */
export type CutColumns = ReadonlyMap<string, string> | null

/** As many as core reads in one go. */
const atOnce = 20
/** Of paths. */
const most = 50
/** A longer path is not read. */
export const longestPath = 500
/** Lines whose columns are kept; those in view are asked for again. */
const mostKept = 1000

type Held = { readonly key: string; readonly values: ReadonlyMap<string, CutColumns> }

/** Columns are read from the text that a row holds. For lines that are longer, core is asked, for those in view and for each once. Undefined: not known so far, or the row holds all. */
export function useCutColumns(
  viewId: string | null,
  rows: readonly (LogRow | undefined)[],
  columns: readonly string[],
): (row: LogRow) => CutColumns | undefined {
  const paths = columns.filter((path) => path.length <= longestPath).slice(0, most)
  const key = JSON.stringify([viewId, paths])
  const [held, hold] = useState<Held>({ key, values: new Map() })
  const known = held.key === key ? held.values : nothing
  const wanted =
    viewId === null || paths.length === 0
      ? []
      : rows.flatMap((row) => (row && row.more > 0 && !row.note && !known.has(keyOf(row)) ? [row] : [])).slice(0, atOnce)
  useInTurn(wanted.length === 0 ? null : `${key} ${wanted.map(keyOf).join(' ')}`, async () => {
    if (viewId === null) return
    const answers = await logApi.values({ viewId, ids: wanted.map(({ id }) => id), paths })
    const found = new Map(answers.map(({ id, values }) => [id, values && new Map(paths.map((path, at) => [path, values[at] ?? '']))]))
    hold((was) => {
      const values = new Map(was.key === key && was.values.size < mostKept ? was.values : [])
      // One that is gone meanwhile has no columns.
      for (const row of wanted) values.set(keyOf(row), found.get(row.id) ?? (found.has(row.id) ? null : noColumns))
      return { key, values }
    })
  })
  return (row) => (row.more === 0 ? undefined : known.get(keyOf(row)))
}

const nothing: Held['values'] = new Map()
const noColumns: CutColumns = new Map()
/** More of a line may come. */
const keyOf = ({ id, more }: LogRow) => `${id}/${more}`
