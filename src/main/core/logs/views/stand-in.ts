import type { LogFilter, LogHistogram, LogPattern } from '#shared/contract/log-views.ts'
import type { LineStore } from '../store/line-store.ts'
import { flag, flagsOf, levelOf, levels, sourceOf } from '../store/layout.ts'
import { textOf } from './line-text.ts'

// Until the search worker is here: the same answers, on this thread.
export const inspectLine = (bytes: Uint8Array, start: number, end: number) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(200, end - start)).toString('latin1')
  const level = /\b(ERROR|ERR)\b|"level":"error"|level=error/.test(text) ? 5 : /\bWARN/.test(text) ? 4 : /\bINFO|"level":"info"|level=info/.test(text) ? 3 : 0
  return (level << 13) | (/^\s+at |^Caused by:/.test(text) ? flag.continuation : 0) | (bytes[start] === 0x7b ? flag.json : 0) | flag.control
}

type Name = 'filter' | 'find'
export function createSearcher({ store, onChange }: { store: LineStore; onChange: (name: Name, ids: { from: number; to: number }) => void }) {
  const tests = new Map<Name, (id: number) => boolean>()
  const expressionOf = ({ text, regex, matchCase, wholeWord }: LogPattern) => {
    const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    return new RegExp(wholeWord ? `\\b(?:${source})\\b` : source, matchCase ? '' : 'i')
  }
  return {
    set: (name: Name, spec: LogFilter | LogPattern | null) => {
      if (spec === null) tests.delete(name)
      else if ('text' in spec) {
        const one = expressionOf(spec)
        tests.set(name, (id) => (flagsOf(store.tag(id)) & flag.note) === 0 && one.test(textOf(store, id)))
      } else {
        const include = spec.include.map(expressionOf)
        const exclude = spec.exclude.map(expressionOf)
        tests.set(name, (id) => {
          const tag = store.tag(id)
          if (spec.hidden.includes(sourceOf(tag))) return false
          if ((flagsOf(tag) & flag.note) !== 0) return true
          if (spec.fold && (flagsOf(tag) & flag.continuation) !== 0) return false
          if (spec.levels !== null && !spec.levels.includes(levels[levelOf(tag)] ?? 'none')) return false
          const text = textOf(store, id)
          return include.every((one) => one.test(text)) && !exclude.some((one) => one.test(text))
        })
      }
      onChange(name, { from: store.first, to: store.next })
    },
    has: (name: Name, id: number) => tests.get(name)?.(id) ?? false,
    progress: (_: Name) => 1,
    poke: () => {},
    histogram: async ({ buckets }: { buckets: number; from: number | null; to: number | null; within: Name | null }): Promise<LogHistogram | null> => {
      if (store.next === store.first) return null
      let from = Number.POSITIVE_INFINITY
      let to = 0
      for (let id = store.first; id < store.next; id++) {
        if (store.second(id) === 0) continue
        from = Math.min(from, store.second(id) * 1000)
        to = Math.max(to, store.second(id) * 1000 + 1000)
      }
      if (to === 0) return null
      const counts = levels.map(() => new Array<number>(buckets).fill(0))
      for (let id = store.first; id < store.next; id++) {
        const bucket = Math.min(buckets - 1, Math.floor(((store.second(id) * 1000 - from) / (to - from)) * buckets))
        const row = counts[levelOf(store.tag(id))]
        if (row && bucket >= 0) row[bucket] = (row[bucket] ?? 0) + 1
      }
      return { from, to, counts, gaps: [] }
    },
    dispose: async () => {},
  }
}
