import type { LogRow, LogRows, LogRowsRequest } from '#shared/contract/logs.ts'
import { createRowCache } from './row-cache.ts'

export const rowHeight = 20
/** Rows painted beyond either edge, and rows fetched beyond what is painted, so that a page up or down is there already. */
const beyond = 8
const ahead = 80
/** While following: a few for the first turn of the wheel, and for those that come while the request is on its way. */
const spare = 20

/** `end`: the last row stands at the bottom and what comes pushes it up. Else the row at the top, and how much of it is scrolled away (px). */
export type Place = 'end' | { readonly at: number; readonly px: number }
/** To the first row at or after a time. `exact`: the row with just that time may still be on its way, so for a while nothing else is taken for it. */
type Jump = { readonly time: string; readonly centre: boolean; readonly exact: boolean; tried: number }
const patienceMs = 15_000
const againMs = 500

export type RowWindow = {
  readonly place: Place
  /** Rows to be painted, in order; undefined: not here yet. `from` is the place of the first. */
  readonly from: number
  readonly rows: readonly (LogRow | undefined)[]
  /** Of how many rows. */
  readonly shown: number
  /** Rows that came since the end was let go. */
  readonly fresh: number
  /** Nothing has been fetched yet. */
  readonly empty: boolean
}

type Fetch = (want: Pick<LogRowsRequest, 'from' | 'count'>) => Promise<LogRows>
type HeightOf = (at: number) => number | undefined
export type RowWindowOptions = {
  /** Null: there is no view yet. */
  readonly fetch?: Fetch | null
  /** Height of a painted row in px; a row that is not painted is taken for 20. */
  readonly heightOf?: HeightOf
}
export type RowWindowControl = ReturnType<typeof createRowWindow>

/**
 * Which rows of a log of any length stand in the window. Moves by exact pixels and rows, asks for what it paints and no more: one request at a
 * time, the newest wish wins, rows that are held stand there meanwhile. When rows before change their place, the row at the top is found again by
 * its id, so that nothing jumps.
 */
export function createRowWindow({ fetch: firstFetch = null, heightOf: firstHeights = () => undefined }: RowWindowOptions = {}) {
  const listeners = new Set<() => void>()
  let version = 0
  const changed = () => {
    version += 1
    for (const listener of listeners) listener()
  }
  let fetch = firstFetch
  let heightOf = firstHeights
  const cache = createRowCache()
  let place: Place = 'end'
  let viewHeight = 400
  let known = { layout: -1, shown: 0, total: 0 }
  /** Of the last answer. */
  let fetched = { shown: 0, total: -1 }
  /** Counts what core says; `tailed` is the one for which the end was fetched. */
  let serial = 0
  let tailed = -1
  /** One past the last row that is shown while following: more may have come since, and no row is to be blank. */
  let tail = 0
  let left = 0
  let jump: Jump | null = null
  let asking = false
  let failed = false
  let generation = 0
  let last = ''

  const height = (at: number) => heightOf(at) ?? rowHeight
  const visible = () => Math.ceil(viewHeight / rowHeight) + 1
  const shown = () => {
    if (place === 'end') return tail
    return cache.layout() === known.layout ? Math.max(known.shown, fetched.shown) : fetched.shown
  }

  const span = () => {
    const all = shown()
    if (place === 'end') return { from: Math.max(0, all - visible() - beyond), to: all }
    return { from: Math.max(0, place.at - beyond), to: Math.min(all, place.at + visible() + beyond) }
  }

  const need = (): { readonly want: Pick<LogRowsRequest, 'from' | 'count'>; readonly jump: Jump | null; readonly end?: true } | null => {
    const count = Math.min(1000, visible() + 2 * (beyond + ahead))
    if (jump && jump.tried !== serial) return { want: { from: { time: jump.time }, count }, jump }
    if (known.layout < 0) return null
    if (place === 'end') {
      // Once for each state of core, however many lines come meanwhile.
      if (tailed === serial && cache.layout() === known.layout) return null
      const rows = visible() + beyond + spare
      return { want: { from: Math.max(0, known.shown - rows), count: rows + spare }, jump: null, end: true }
    }
    const id = cache.get(place.at)?.id
    if (cache.layout() !== known.layout && id !== undefined) return { want: { from: { id, offset: -beyond - ahead }, count }, jump: null }
    const { from, to } = span()
    // The last row can still grow: a stack trace that goes on is folded into it.
    const grows = to >= fetched.shown && fetched.shown > 0 && fetched.shown - 1 >= from && fetched.total !== known.total
    if (cache.layout() === known.layout && cache.holds(from, to) && !grows) return null
    return { want: { from: Math.max(0, place.at - beyond - ahead), count }, jump: null }
  }

  const pump = async () => {
    if (asking || failed || !fetch) return
    const wish = need()
    if (!wish) return
    // An answer that brought less than was asked for is not asked for again until something has changed.
    const key = JSON.stringify([wish, known, place, serial])
    if (key === last) return
    last = key
    asking = true
    const mine = generation
    const asked = { total: known.total, serial }
    try {
      const answer = await fetch(wish.want)
      if (mine !== generation) return
      take(answer, wish, asked)
    } catch {
      // The state that comes next, or the next move, tries again; after a while it does so by itself, as it may have been the last one.
      if (mine === generation) {
        failed = true
        setTimeout(() => mine === generation && failed && again(), againMs)
      }
    } finally {
      if (mine === generation) asking = false
    }
    changed()
    void pump()
  }

  const again = () => {
    last = ''
    failed = false
    void pump()
  }

  const take = (
    answer: LogRows,
    wish: NonNullable<ReturnType<typeof need>>,
    asked: { readonly total: number; readonly serial: number },
  ) => {
    const other = answer.layout !== cache.layout()
    const anchor = place === 'end' ? undefined : cache.get(place.at)
    cache.put(answer, place === 'end' ? answer.from : place.at)
    fetched = { shown: answer.shown, total: asked.total }
    if (place === 'end' && wish.end) {
      tail = answer.rows.length > 0 ? answer.from + answer.rows.length : answer.shown
      tailed = asked.serial
    }
    if (answer.layout > known.layout) known = { ...known, layout: answer.layout, shown: answer.shown }
    else if (answer.layout === known.layout) known = { ...known, shown: Math.max(known.shown, answer.shown) }
    if (wish.jump && wish.jump === jump) {
      if (jump.exact && answer.rows[0]?.time !== jump.time) jump.tried = asked.serial
      else {
        jump = null
        arrive(wish.jump, answer)
      }
    } else if (other && place !== 'end' && anchor) {
      const at = answer.rows.findIndex((row) => row.id === anchor.id)
      // It may be filtered away: then the nearest is where core said that it would be.
      const nearest = typeof wish.want.from === 'object' && 'id' in wish.want.from ? answer.from - wish.want.from.offset : place.at
      setTop(at >= 0 ? answer.from + at : Math.min(nearest, Math.max(0, answer.shown - 1)), at >= 0 ? place.px : 0)
    }
    settle()
  }

  const arrive = (to: Jump, answer: LogRows) => {
    const at = Math.min(answer.from, Math.max(0, answer.shown - 1))
    const lead = to.centre ? Math.floor(viewHeight / rowHeight / 3) : 0
    leave()
    setTop(Math.max(0, at - lead), 0)
  }

  const toEnd = () => {
    if (place === 'end') return
    tail = shown()
    place = 'end'
    tailed = cache.holds(Math.max(0, tail - visible()), tail) ? serial : -1
  }

  const expect = (time: string) => {
    const mine: Jump = { time, centre: true, exact: true, tried: -1 }
    jump = mine
    setTimeout(() => {
      if (jump !== mine) return
      jump = { ...mine, exact: false, tried: -1 }
      void pump()
    }, patienceMs)
  }

  const setTop = (at: number, px: number) => {
    place = { at, px }
  }

  /** From the end to the row that stands at the top there. */
  const leave = () => {
    if (place !== 'end') return place
    left = known.shown
    const all = shown()
    let rest = viewHeight
    let at = all
    while (at > 0 && rest > 0) rest -= height(--at)
    place = { at, px: Math.max(0, -rest) }
    return place
  }

  /** The end holds when nothing stands below the last row. */
  const settle = () => {
    if (place === 'end') return
    const all = shown()
    if (all - place.at > visible() + beyond) return
    let rest = viewHeight + place.px
    for (let at = place.at; at < all && rest >= 0; at += 1) rest -= height(at)
    if (rest >= -0.5) toEnd()
  }

  const fits = () => {
    let rest = viewHeight
    for (let at = shown() - 1; at >= 0 && rest >= 0; at -= 1) rest -= height(at)
    return rest >= 0
  }

  const moved = (hold = false) => {
    if (failed) last = ''
    failed = false
    jump = null
    if (!hold) settle()
    changed()
    void pump()
  }

  const moveBy = (dy: number) => {
    if (place === 'end' && (dy >= 0 || fits())) return
    let { at, px } = leave()
    px += dy
    while (px < 0 && at > 0) px += height(--at)
    while (px >= height(at) && at < shown() - 1) px -= height(at++)
    setTop(at, Math.max(0, px))
    moved(dy < 0)
  }

  /** Rows above the window, of those that can be above it: 0 at the start, 1 at the end. */
  const most = () => Math.max(0, shown() - viewHeight / rowHeight)
  const fraction = () => (place === 'end' ? 1 : Math.min(1, (place.at + place.px / height(place.at)) / Math.max(1, most())))

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Another number: what `view` says may be other. */
    version: () => version,
    view: (): RowWindow => {
      const { from, to } = span()
      return {
        place,
        from,
        rows: Array.from({ length: Math.max(0, to - from) }, (_, index) => cache.get(from + index)),
        shown: shown(),
        fresh: place === 'end' ? 0 : Math.max(0, known.shown - left),
        empty: fetched.total < 0,
      }
    },
    /** What core says of the view; asks for what is needed then. */
    state: (next: { readonly layout: number; readonly shown: number; readonly total: number }) => {
      const more = place !== 'end' && next.shown !== known.shown
      if (next.shown !== known.shown || next.total !== known.total || next.layout !== known.layout) serial += 1
      known = { layout: next.layout, shown: next.shown, total: next.total }
      // While following the rows themselves are what changes.
      if (more) changed()
      if (failed) last = ''
      failed = false
      void pump()
    },
    resize: (px: number) => {
      if (px <= 0 || px === viewHeight) return
      viewHeight = px
      // Not a move of somebody's: a line that is waited for is still waited for.
      settle()
      changed()
      void pump()
    },
    moveBy,
    /** By whole rows, so that the first one stands in full. */
    moveRows: (rows: number) => moveBy(rows * rowHeight),
    page: (direction: 1 | -1, part = 1) =>
      moveBy(direction * Math.max(rowHeight, (Math.floor(viewHeight / rowHeight) - 1) * rowHeight * part)),
    toStart: () => {
      leave()
      setTop(0, 0)
      moved()
    },
    toEnd: () => {
      toEnd()
      moved()
    },
    /** Lets the end go where it is. All rows that fit are the end, unless something is about to make them longer. */
    hold: (grows = false) => {
      if (place === 'end' && fits() && !grows) return
      leave()
      moved(true)
    },
    /** From the thumb of a scroll bar. */
    toFraction: (part: number) => {
      if (part >= 1) {
        toEnd()
        return moved()
      }
      const rows = Math.max(0, part) * most()
      leave()
      setTop(Math.floor(rows), (rows % 1) * rowHeight)
      moved()
    },
    fraction,
    /** Shows a row; moves only where it is not in full view. */
    show: (at: number) => {
      if (place !== 'end' && at >= place.at + (place.px > 0 ? 1 : 0) && bottomOf(at) <= viewHeight) return
      if (place === 'end' && at >= shown() - Math.floor(viewHeight / rowHeight)) return
      if (place !== 'end' && at < place.at + 1 && at >= place.at - 2) {
        setTop(at, 0)
        return moved(true)
      }
      if (place !== 'end' && at >= place.at && bottomOf(at) - viewHeight <= viewHeight / 2) {
        // Taller than the window: its beginning is what is wanted.
        if (height(at) < viewHeight) return moveBy(bottomOf(at) - viewHeight)
        setTop(at, 0)
        return moved(true)
      }
      jump = null
      leave()
      setTop(Math.max(0, at - Math.floor(viewHeight / rowHeight / 3)), 0)
      moved()
    },
    toTime: (time: string) => {
      jump = { time, centre: true, exact: false, tried: -1 }
      failed = false
      void pump()
    },
    /** As `toTime`, to a line that is known to be there or to come. */
    lead: (time: string) => {
      expect(time)
      failed = false
      void pump()
    },
    /** A line that was led to is still on its way. */
    seeking: () => jump !== null,
    /** A row changed on this page, as when it is bookmarked. */
    patch: (id: number, part: Partial<LogRow>) => {
      cache.patch(id, part)
      changed()
    },
    rowAt: (at: number) => cache.get(at),
    following: () => place === 'end',
    measure: (next: HeightOf) => {
      heightOf = next
    },
    /** Another view, or none yet: nothing that was held is true. The place is found again by its time. */
    reset: (next: Fetch | null, time: string | null) => {
      fetch = next
      generation += 1
      asking = false
      failed = false
      last = ''
      cache.clear()
      known = { layout: -1, shown: 0, total: 0 }
      fetched = { shown: 0, total: -1 }
      tail = 0
      tailed = -1
      jump = null
      place = 'end'
      if (time !== null) expect(time)
      changed()
    },
    /** Time of the row at the top; null at the end. */
    timeAtTop: (): string | null => (place === 'end' ? null : (cache.get(place.at)?.time ?? null)),
  }

  /** Where the row ends, in px below the top of the window. */
  function bottomOf(at: number): number {
    if (place === 'end' || at - place.at > 200) return Number.POSITIVE_INFINITY
    let bottom = -place.px
    for (let row = place.at; row <= at; row += 1) bottom += height(row)
    return bottom
  }
}
