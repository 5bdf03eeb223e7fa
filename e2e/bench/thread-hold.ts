import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logFilterSchema, logOpenSchema, type LogViewState } from '../../src/shared/contract/logs.ts'
import { createLineSplitter } from '../../src/main/core/logs/source/line-splitter.ts'
import { createView } from '../../src/main/core/logs/views/view.ts'
import { during } from '../support/cleanup.ts'
import { lineBytes, stampBytes, writeNumberedLine } from '../support/log-api/numbered-line.ts'
import { type Side, side } from './measure.ts'

const lines = 5_000_000
const perBatch = 10_000

export type ThreadHold = { readonly find: Side; readonly filter: Side }

/** CPU time for which a search and a filter over 5,000,000 lines hold core's own thread at a time, at most. A view as core has it, in this process, watched as a page watches it. */
export const threadHold = (runs: number, pattern: string): Promise<ThreadHold> =>
  during(async (onEnd) => {
    const dir = await mkdtemp(join(tmpdir(), 'cove bench '))
    onEnd(() => rm(dir, { recursive: true, force: true }))
    const view = createView({
      id: 'bench',
      open: logOpenSchema.parse({ context: null, parts: [{ kind: 'file', path: '/numbered' }] }),
      dir,
    })
    onEnd(view.dispose)
    const { sink } = view.ports
    const name = { name: 'numbered', namespace: null, pod: null, container: '', owner: null, node: null }
    const source = sink.join({ ...name, kind: 'file', containerKind: null, podUid: '' })
    const splitter = createLineSplitter()
    const width = lineBytes + stampBytes
    const bytes = Buffer.alloc(perBatch * width)
    for (let n = 0; n < lines; n += perBatch) {
      for (let at = 0; at < perBatch; at++) writeNumberedLine(bytes, at * width, 0, n + at + 1, (n + at) * 1000)
      sink.lines(source, splitter.push(bytes), true)
      while (sink.full()) await sink.drained()
    }

    const until = async (done: (state: LogViewState) => boolean) => {
      for await (const state of view.watch(new AbortController().signal)) if (done(state)) return
    }
    await until(({ total }) => total === lines)
    const held = async (act: () => void, done: (state: LogViewState) => boolean) => {
      let [last, most, on] = [process.threadCpuUsage(), 0, true]
      // Between two turns of the loop lies what held the thread in one.
      const turn = () => {
        const { user, system } = process.threadCpuUsage(last)
        most = Math.max(most, (user + system) / 1000)
        last = process.threadCpuUsage()
        if (on) setImmediate(turn)
      }
      act()
      turn()
      await until(done)
      on = false
      return most
    }
    const find = { text: pattern, regex: true, matchCase: true, wholeWord: false }
    const filter = logFilterSchema.parse({ levels: ['error'], include: [find] })
    const taken = { find: [] as number[], filter: [] as number[] }
    // The first starts the search thread.
    for (let run = -1; run < runs; run++) {
      const ofFind = await held(
        () => view.setFind(find),
        (state) => state.find?.done === 1,
      )
      view.setFind(null)
      const ofFilter = await held(
        () => view.setFilter(filter),
        (state) => state.filtered === 1,
      )
      view.setFilter(logFilterSchema.parse({}))
      await until(({ shown, total }) => shown === total)
      if (run < 0) continue
      taken.find.push(ofFind)
      taken.filter.push(ofFilter)
    }
    const what = 'CPU time of one turn of core’s thread, the longest of each run'
    return { find: side('ms', taken.find, { what }), filter: side('ms', taken.filter, { what }) }
  })
