import type { LogSource } from '#shared/contract/logs.ts'
import type { SourceInfo, SourceState } from '../source/sink.ts'
import { harmless } from '#core/sanitize.ts'
import { createRate, type Rate } from './rates.ts'
import { shortNames } from './short-names.ts'

/** The sources of one view, by the index that their lines carry. One that has ended keeps its index and its row. */
export type SourceTable = {
  join(info: SourceInfo): number
  /** True: something became another value. */
  state(index: number, change: Partial<SourceState>): boolean
  count(index: number, lines: number): void
  list(): LogSource[]
  /** As they joined, with their names as the API has them. */
  members(): {
    readonly index: number
    readonly info: SourceInfo
    readonly state: LogSource['state']
    readonly lastRun: LogSource['lastRun']
  }[]
}

type Entry = {
  info: SourceInfo
  /** As it may be shown; made once, for `list` is asked at each state. */
  shown: Omit<SourceInfo, 'podUid'>
  state: SourceState
  lines: number
  readonly rate: Rate
}

const fresh: SourceState = {
  state: 'connecting',
  reason: '',
  message: '',
  exitCode: null,
  restarts: 0,
  error: null,
  hasPrevious: false,
  lastRun: null,
}

export function createSourceTable(): SourceTable {
  const entries: Entry[] = []
  const byKey = new Map<string, number>()
  /** Null: one has joined since. */
  let names: string[] | null = []

  return {
    join: (info) => {
      const key = [info.kind, info.name, info.podUid].join('\n')
      const known = byKey.get(key)
      const { podUid: _, ...shown } = info
      if (known !== undefined) {
        const entry = entries[known]
        if (entry?.info.node === null && info.node !== null) {
          entry.info = info
          entry.shown = harmless(shown)
        }
        return known
      }
      const index = entries.push({ info, shown: harmless(shown), state: fresh, lines: 0, rate: createRate() }) - 1
      byKey.set(key, index)
      names = null
      return index
    },
    state: (index, change) => {
      const entry = entries[index]
      if (entry === undefined) return false
      const next = { ...entry.state, ...harmless(change) }
      const changed = (Object.keys(change) as (keyof SourceState)[]).some((key) => next[key] !== entry.state[key])
      entry.state = next
      return changed
    },
    count: (index, lines) => {
      const entry = entries[index]
      if (entry === undefined) return
      entry.lines += lines
      entry.rate.add(lines)
    },
    list: () => {
      names ??= shortNames(entries.map((entry) => entry.shown))
      const short = names
      return entries.map(({ shown, state, lines, rate }, index) => ({
        index,
        ...shown,
        short: short[index] ?? shown.name,
        ...state,
        lines,
        linesPerSecond: rate.perSecond(),
      }))
    },
    members: () => entries.map(({ info, state }, index) => ({ index, info, state: state.state, lastRun: state.lastRun })),
  }
}
