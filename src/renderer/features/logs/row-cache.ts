import type { LogRow, LogRows } from '#shared/contract/logs.ts'

/** Rows held on the page. More are dropped, those furthest from where somebody looks first. */
const most = 3000
const kept = 1000

/** Rows by their place, all of one layout: with another layout the places mean other rows. */
export function createRowCache() {
  const rows = new Map<number, LogRow>()
  let layout = -1
  return {
    layout: () => layout,
    get: (at: number) => rows.get(at),
    holds: (from: number, to: number) => {
      for (let at = from; at < to; at += 1) if (!rows.has(at)) return false
      return true
    },
    put: (answer: LogRows, near: number) => {
      if (answer.layout !== layout) rows.clear()
      layout = answer.layout
      for (const [index, row] of answer.rows.entries()) {
        const at = answer.from + index
        const old = rows.get(at)
        // The same object for the same row, so that what is painted stays.
        if (!old || !same(old, row)) rows.set(at, row)
      }
      if (rows.size <= most) return
      for (const at of rows.keys()) if (Math.abs(at - near) > kept) rows.delete(at)
    },
    patch: (id: number, part: Partial<LogRow>) => {
      for (const [at, row] of rows) if (row.id === id) rows.set(at, { ...row, ...part })
    },
    clear: () => {
      rows.clear()
      layout = -1
    },
  }
}

const same = (a: LogRow, b: LogRow) =>
  a.id === b.id &&
  a.folded === b.folded &&
  a.text === b.text &&
  a.late === b.late &&
  a.context === b.context &&
  a.bookmark === b.bookmark &&
  a.level === b.level &&
  a.more === b.more
