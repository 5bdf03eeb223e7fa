import { flag, flagsOf, segmentBytes, sourceOf } from '../store/layout.ts'
import type { SegmentRef } from '../store/segments.ts'
import type { Matcher, RowMatcher } from './matcher.ts'
import { type SegmentView, viewSegment } from './segment-view.ts'
import { followFlags, type Survey } from './survey.ts'

/** Whether a row passes whose lines lie apart. `through`: the lines before this id are in it; what is known through a later one counts. */
export type SpreadRow = { readonly id: number; readonly passes: boolean; readonly through: number }

export type SpreadRows = {
  /** Rows that have lines in the surveyed range and begin before it. To be called for every range. `before`: the segments before it, oldest first. Surveys come from the last segment downwards, and in order at the end. */
  look(ref: SegmentRef, view: SegmentView, survey: Survey, before: readonly SegmentRef[], fd: number | null): SpreadRow[]
}

type Open = { readonly id: number; readonly row: RowMatcher }

/**
 * A stack trace or a long line can lie over several segments, and the end of a row may come while the beginning was looked at long ago. Such a row is put together from its first line;
 * at the end of the store it is kept, so that a line that grows for ever is not read again and again.
 */
export function createSpreadRows(matcher: Matcher, fold: boolean): SpreadRows {
  /** Rows that go on at the end, by source. Null: nobody knows where it begins. */
  const open = new Map<number, Open | null>()
  /** Of the lines that were looked at, exclusive. */
  let upTo = 0
  /** Segments in which the lines of a source were read from a later one already: `source/index`. */
  const read = new Set<string>()

  return {
    look: (ref, view, survey, before, fd) => {
      const through = view.firstId + survey.to
      const atEnd = through > upTo
      const unknown = [...survey.before.keys()].filter((source) => (atEnd ? !open.has(source) : !read.has(`${source}/${ref.index}`)))
      const rows = new Map<number, Open | null>(atEnd ? open : [])
      if (unknown.length > 0) for (const [source, row] of gather(unknown, ref, view, survey.from, before, fd)) rows.set(source, row)
      const found: SpreadRow[] = []
      for (const [source, lines] of survey.before) {
        const row = rows.get(source)
        if (!row) continue
        for (const line of lines) row.row.add(view, line)
        found.push({ id: row.id, passes: row.row.passes, through })
      }
      if (atEnd) {
        upTo = through
        for (const source of survey.before.keys()) open.set(source, rows.get(source) ?? null)
        for (const source of open.keys()) if (survey.begins(source)) open.delete(source)
      }
      return found
    },
  }

  /** The rows of some sources that are open before line `end` of the segment, with their lines so far. */
  function gather(
    sources: readonly number[],
    ref: SegmentRef,
    view: SegmentView,
    end: number,
    before: readonly SegmentRef[],
    fd: number | null,
  ): Map<number, Open | null> {
    const following = followFlags(fold)
    const missing = new Set(sources)
    const parts: { ref: SegmentRef; view: SegmentView; end: number; heads: Map<number, number> }[] = []
    for (let at = before.length; at >= 0 && missing.size > 0; at--) {
      const own = at === before.length ? ref : before[at]!
      const part = own === ref ? { ref, view, end } : viewOf(own, fd)
      const heads = new Map<number, number>()
      for (let line = part.end - 1; line >= 0 && missing.size > 0; line--) {
        const tag = part.view.tag(line)
        const source = sourceOf(tag)
        if (!missing.has(source) || (flagsOf(tag) & (following | flag.note)) !== 0) continue
        heads.set(source, line)
        missing.delete(source)
      }
      // From there on its lines are in the row that is found now.
      if (own !== ref) for (const source of missing) read.add(`${source}/${own.index}`)
      parts.unshift({ ...part, heads })
    }
    const rows = new Map<number, Open | null>(sources.map((source) => [source, null]))
    for (const part of parts) {
      const from = Math.min(...part.heads.values(), ...([...rows.values()].some((row) => row !== null) ? [0] : []))
      for (let line = from; line < part.end; line++) {
        const tag = part.view.tag(line)
        const source = sourceOf(tag)
        if (!rows.has(source) || (flagsOf(tag) & flag.note) !== 0) continue
        if (part.heads.get(source) === line) rows.set(source, { id: part.view.firstId + line, row: matcher.row() })
        rows.get(source)?.row.add(part.view, line)
      }
    }
    return rows
  }
}

const viewOf = (ref: SegmentRef, fd: number | null) => ({
  ref,
  view: viewSegment(ref, fd, Buffer.alloc(ref.buffer === null ? segmentBytes : 0)),
  end: ref.count,
})
