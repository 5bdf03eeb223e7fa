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
  get(index: number): SourceInfo | undefined
}

type Entry = { readonly info: SourceInfo; state: SourceState; lines: number; readonly rate: Rate }

const fresh: SourceState = { state: 'connecting', reason: '', exitCode: null, restarts: 0, error: null, hasPrevious: false }

export function createSourceTable(): SourceTable {
  const entries: Entry[] = []
  const byKey = new Map<string, number>()
  let names: string[] = []

  return {
    join: (info) => {
      const key = [info.kind, info.name, info.podUid].join('\n')
      const known = byKey.get(key)
      if (known !== undefined) return known
      const index = entries.push({ info, state: fresh, lines: 0, rate: createRate() }) - 1
      byKey.set(key, index)
      names = shortNames(entries.map((entry) => entry.info))
      return index
    },
    state: (index, change) => {
      const entry = entries[index]
      if (entry === undefined) return false
      const next = { ...entry.state, ...change }
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
    list: () =>
      entries.map(({ info, state, lines, rate }, index) => ({
        index,
        kind: info.kind,
        containerKind: info.containerKind,
        ...harmless({
          name: info.name,
          short: names[index] ?? info.name,
          namespace: info.namespace,
          pod: info.pod,
          container: info.container,
          owner: info.owner,
          node: info.node,
          ...state,
        }),
        lines,
        linesPerSecond: rate.perSecond(),
      })),
    get: (index) => entries[index]?.info,
  }
}
