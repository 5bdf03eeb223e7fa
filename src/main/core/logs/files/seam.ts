import type { LineBatch } from '../store/layout.ts'
import { copyOf, isSameText, partOf, pick } from '../store/line-batch.ts'
import type { Instant } from '../timestamp.ts'

/** The first line that a view has of a container from the API. */
export type HistoryEdge = {
  readonly at: Instant
  /** As it came: without time and line end; of a longer line its first piece. */
  readonly text: Uint8Array
}

export type Seam = {
  /** Takes lines in the order of the files. `met`: what follows is what the view has. */
  take(batch: LineBatch, run: number): 'met' | 'more'
  /** There are no more lines. `short`: there is an edge, and the lines end before it, so some between may be missing. */
  finish(): 'joined' | 'short'
}

/** stdout and stderr are stamped before they are written, so a line may come this many seconds before lines that are older. */
export const disorder = 2

/**
 * Lets through what stands before the edge, and nothing of what the view has. Lines that are not older than the edge wait until it is met: two streams are written at once, so their
 * times may be in another order than their lines. Where it is never met (its file is gone), those that are not older belong to the view.
 * `fresh`: while there is no edge, lines from this second on wait too, because the API may bring them any moment.
 */
export function createSeam(edge: () => HistoryEdge | null, fresh: number, pass: (batch: LineBatch, run: number) => void): Seam {
  let held: Held[] = []
  let known: HistoryEdge | null = null
  let met = false
  let reached = false

  const give = (batch: LineBatch, run: number) => {
    if (batch.count > 0) pass(batch, run)
  }
  const release = (older: Instant | null) => {
    const lines = held
    held = []
    for (const { batch, run } of lines) give(older ? onlyBefore(batch, older) : batch, run)
  }

  /** The edge was met at line `i` of the last batch held. */
  const meet = (at: number) => {
    const last = held.pop()
    release(null)
    if (last) give(partOf(last.batch, 0, at), last.run)
    met = true
    return 'met' as const
  }

  /** Looks for the edge in the last batch held. */
  const look = ({ batch, run }: Held, goal: HistoryEdge): 'met' | 'more' => {
    for (let i = 0; i < batch.count; i += 1) {
      const second = batch.seconds[i] ?? 0
      if (
        second === goal.at.second &&
        batch.nanos[i] === goal.at.nanos &&
        isSameText(batch.bytes.subarray(batch.starts[i], batch.ends[i]), goal.text)
      )
        return meet(i)
      // Of the same time and another text: the API joins parts of stdout and stderr as they come.
      reached ||= !isBefore(batch, i, goal.at.second, goal.at.nanos)
      if (second > goal.at.second + disorder) {
        held[held.length - 1] = { batch: partOf(batch, 0, i), run }
        return 'met'
      }
    }
    return 'more'
  }

  /** The edge has become known: it may be in what waits. */
  const lookAgain = (goal: HistoryEdge): 'met' | 'more' => {
    const waiting = held
    held = []
    for (const one of waiting) {
      held.push(one)
      if (look(one, goal) === 'met') return 'met'
    }
    return 'more'
  }

  return {
    take: (batch, run) => {
      if (!known) {
        known = edge()
        if (known && lookAgain(known) === 'met') return 'met'
      }
      let from = 0
      if (held.length === 0) {
        const second = known?.at.second ?? fresh
        const nanos = known?.at.nanos ?? 0
        while (from < batch.count && isBefore(batch, from, second, nanos)) from += 1
        give(partOf(batch, 0, from), run)
      }
      if (from === batch.count) return 'more'
      const rest = { batch: copyOf(batch, from), run }
      held.push(rest)
      return known ? look(rest, known) : 'more'
    },
    finish: () => {
      if (!known) {
        known = edge()
        if (known) lookAgain(known)
      }
      if (!met) release(known?.at ?? null)
      return met || reached || known === null ? 'joined' : 'short'
    },
  }
}

type Held = { readonly batch: LineBatch; readonly run: number }

/** Lines without a time stay with those before them. */
function isBefore(batch: LineBatch, i: number, second: number, nanos: number): boolean {
  const own = batch.seconds[i] ?? 0
  return own < second || (own === second && (batch.nanos[i] ?? 0) < nanos)
}

function onlyBefore(batch: LineBatch, { second, nanos }: Instant): LineBatch {
  const kept: number[] = []
  for (let i = 0; i < batch.count; i += 1) if (isBefore(batch, i, second, nanos)) kept.push(i)
  return pick(batch, kept)
}
