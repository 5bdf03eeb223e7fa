import { parentPort } from 'node:worker_threads'
import { flag, flagsOf, segmentBytes } from '../store/layout.ts'
import { histogramOf } from './histogram.ts'
import { hasBit, newBits, setBit } from './line-bits.ts'
import { createMatcher, type Matcher } from './matcher.ts'
import type { SearchAnswer, SearchName, SearchRequest } from './protocol.ts'
import { headOf, type SegmentView, viewSegment } from './segment-view.ts'

type Search = {
  readonly match: Matcher
  readonly fold: boolean
  /** Bits by segment, for a histogram of what passes. */
  readonly passed: Map<number, Uint8Array>
}

const searches = new Map<SearchName, Search>()
const buffer = Buffer.alloc(segmentBytes)
const maxBack = 2000

parentPort?.on('message', (request: SearchRequest) => {
  let answer: SearchAnswer
  try {
    answer = answerTo(request)
  } catch (error) {
    answer = { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})

function answerTo(request: SearchRequest): SearchAnswer {
  switch (request.type) {
    case 'spec':
      if (request.spec === null) searches.delete(request.name)
      else {
        const { spec } = request
        searches.set(request.name, {
          match: createMatcher(spec),
          fold: spec.kind === 'find' ? spec.fold : spec.filter.fold,
          passed: new Map(),
        })
      }
      return { type: 'ok' }
    case 'scan': {
      const search = searches.get(request.name)
      if (search === undefined) return { type: 'failed', message: `no ${request.name}` }
      const view = viewSegment(request.segment, request.fd, buffer)
      const from = beginOf(view, request.from, search.fold)
      const bits = search.match(view, from, request.to)
      remember(search.passed, request.segment.index, from, request.to, bits)
      return { type: 'bits', from, bits }
    }
    case 'histogram': {
      const { segments, fd, within } = request
      const passed = within === null ? undefined : searches.get(within)?.passed
      const indexes = new Map<number, number>()
      const views = function* () {
        for (const segment of segments) {
          indexes.set(segment.firstId, segment.index)
          yield viewSegment(segment, fd, buffer)
        }
      }
      const passes = (view: SegmentView, line: number) => {
        if (within === null) return true
        const bits = passed?.get(indexes.get(view.firstId) ?? -1)
        return bits !== undefined && line < bits.length * 8 && hasBit(bits, line)
      }
      return { type: 'histogram', histogram: histogramOf(views, request, passes) }
    }
  }
}

/** New lines may go on with a row that was looked at before: that row is looked at again with them. */
function beginOf(view: SegmentView, from: number, fold: boolean): number {
  const follows = flag.piece | (fold ? flag.continuation : 0)
  let begin = from
  for (let line = from; line < Math.min(view.count, from + 64); line++) {
    if ((flagsOf(view.tag(line)) & follows) === 0) continue
    const head = headOf(view, line, fold)
    if (head < begin && from - head <= maxBack) begin = head
  }
  return begin
}

function remember(passed: Map<number, Uint8Array>, segment: number, from: number, to: number, bits: Uint8Array): void {
  let all = passed.get(segment) ?? newBits(to)
  if (all.length * 8 < to) {
    const longer = newBits(to * 2)
    longer.set(all)
    all = longer
  }
  for (let line = from; line < to; line++) {
    if (hasBit(bits, line - from)) setBit(all, line)
    else all[line >>> 3]! &= ~(1 << (line & 7))
  }
  passed.set(segment, all)
}
