import { parentPort } from 'node:worker_threads'
import { segmentBytes } from '../store/layout.ts'
import { createMatchBits, type MatchBits } from '../store/match-bits.ts'
import { createHistogram } from './histogram.ts'
import { clearBit, setBit } from './line-bits.ts'
import { createMatcher, type Matcher } from './matcher.ts'
import type { SearchAnswer, SearchName, SearchRequest } from './protocol.ts'
import { viewSegment } from './segment-view.ts'
import { createSpreadRows, type SpreadRow, type SpreadRows } from './spread-rows.ts'
import { surveyOf } from './survey.ts'

type Search = {
  readonly matcher: Matcher
  readonly fold: boolean
  readonly rows: SpreadRows
  /** For a histogram of what passes. */
  readonly passed: MatchBits
  /** Rows whose first line was not looked at yet, by its id. */
  readonly ahead: Map<number, SpreadRow>
  /** Ids that were looked at; `upTo` exclusive, -1 before the first. */
  downTo: number
  upTo: number
}

const searches = new Map<SearchName, Search>()
const buffer = Buffer.alloc(segmentBytes)
const histogram = createHistogram(buffer)

parentPort?.on('message', (request: SearchRequest) => {
  let answer: SearchAnswer
  try {
    answer = answerTo(request)
  } catch (error) {
    answer = { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})

parentPort?.postMessage({ type: 'ready' } satisfies SearchAnswer)

function answerTo(request: SearchRequest): SearchAnswer {
  switch (request.type) {
    case 'spec': {
      const { name, spec } = request
      searches.delete(name)
      if (spec === null) return { type: 'ok' }
      const matcher = createMatcher(spec)
      const fold = spec.kind === 'find' ? spec.fold : spec.filter.fold
      searches.set(name, {
        matcher,
        fold,
        rows: createSpreadRows(matcher, fold),
        passed: createMatchBits(),
        ahead: new Map(),
        downTo: -1,
        upTo: -1,
      })
      return { type: 'ok' }
    }
    case 'scan': {
      const search = searches.get(request.name)
      return search === undefined ? { type: 'failed', message: `no ${request.name}` } : scan(search, request)
    }
    case 'extent':
      return { type: 'extent', extent: histogram.extent(request.segments, request.fd, request.floor) }
    case 'histogram': {
      const { segments, fd, within } = request
      const passed = within === null ? null : searches.get(within)?.passed
      if (within !== null && !passed) return { type: 'failed', message: `no ${within}` }
      return { type: 'histogram', part: histogram.count(segments, fd, request, passed ? (id) => passed.has(id) : null) }
    }
  }
}

function scan(search: Search, { segment, before, fd, from, to, floor }: Extract<SearchRequest, { type: 'scan' }>): SearchAnswer {
  const view = viewSegment(segment, fd, buffer)
  const survey = surveyOf(view, from, to, search.fold)
  const bits = search.matcher.match(view, survey)
  const first = segment.firstId + from
  const end = segment.firstId + to
  search.upTo = Math.max(search.upTo, end)
  search.downTo = search.downTo === -1 ? first : Math.min(search.downTo, first)
  for (const [id, { passes }] of search.ahead) {
    if (id < first || id >= end) continue
    search.ahead.delete(id)
    if (passes) setBit(bits, id - first)
    else clearBit(bits, id - first)
  }
  search.passed.dropBelow(floor)
  search.passed.put(first, end, bits)
  const passes: number[] = []
  const fails: number[] = []
  for (const row of search.rows.look(segment, view, survey, before, fd)) {
    if (row.id >= search.downTo) {
      if (search.passed.has(row.id) === row.passes) continue
      search.passed.put(row.id, row.id + 1, Uint8Array.of(row.passes ? 1 : 0))
      ;(row.passes ? passes : fails).push(row.id)
    } else if ((search.ahead.get(row.id)?.through ?? -1) < row.through) search.ahead.set(row.id, row)
  }
  return { type: 'bits', bits, passes, fails }
}
