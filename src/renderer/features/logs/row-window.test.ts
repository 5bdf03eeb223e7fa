import { expect, test, vi } from 'vitest'
import type { LogRowsRequest } from '#shared/contract/logs.ts'
import { createFakeView, fakeRow } from './fixtures/fake-view.ts'
import { createRowWindow } from './row-window.ts'

const idle = () => new Promise((resolve) => setTimeout(resolve, 0))

function world(count: number, row = (id: number) => fakeRow(id)) {
  const fake = createFakeView({ count, row })
  let open = true
  let waiting: (() => void)[] = []
  let most = 0
  let running = 0
  const heights = new Map<number, number>()
  const rows = createRowWindow({
    fetch: async (want: Pick<LogRowsRequest, 'from' | 'count'>) => {
      running += 1
      most = Math.max(most, running)
      if (!open) await new Promise<void>((resolve) => waiting.push(resolve))
      running -= 1
      return fake.api.rows({ viewId: 'v', ...want })
    },
    heightOf: (at) => heights.get(at),
  })
  let layout = 1
  return {
    fake,
    rows,
    fetch: (want: Pick<LogRowsRequest, 'from' | 'count'>) => fake.api.rows({ viewId: 'v', ...want }),
    heights,
    most: () => most,
    /** Holds answers back until `let` is called again. */
    hold: () => {
      open = false
    },
    let: async () => {
      open = true
      for (const go of waiting) go()
      waiting = []
      await idle()
    },
    tell: async (total: number, next = layout) => {
      layout = next
      rows.state({ layout, shown: total, total })
      await idle()
    },
    top: () => {
      const view = rows.view()
      return view.place === 'end' ? 'end' : view.rows[view.place.at - view.from]?.text
    },
  }
}

test('begins at the end and stays there while lines come', async () => {
  const { rows, fake, tell } = world(1000)
  await tell(1000)
  expect(rows.view().rows.at(-1)?.text).toBe('line 999')
  fake.grow(500)
  await tell(1500)
  expect(rows.view().rows.at(-1)?.text).toBe('line 1499')
  expect(rows.view()).toMatchObject({ place: 'end', shown: 1500, fresh: 0 })
})

test('lines that come faster than they are fetched: one request for each state, and no blank row', async () => {
  const { rows, fake, tell, hold, ...rest } = world(1000)
  await tell(1000)
  const before = fake.asked('rows').length
  hold()
  rows.state({ layout: 1, shown: 1100, total: 1100 })
  fake.grow(5000)
  await rest.let()
  expect(fake.asked('rows').length - before).toBe(1)
  expect(rows.view().rows.length).toBeGreaterThan(20)
  expect(rows.view().rows.every((row) => row !== undefined)).toBe(true)
  await tell(6000)
  expect(rows.view().rows.at(-1)?.text).toBe('line 5999')
  expect(fake.asked('rows').length - before).toBe(2)
})

test('from the middle to the end nothing of the middle is taken for the end', async () => {
  const { rows, tell, hold, ...rest } = world(100_000)
  await tell(100_000)
  rows.toFraction(0.5)
  await idle()
  hold()
  rows.toEnd()
  expect(rows.view().from).toBeGreaterThan(99_900)
  await rest.let()
  expect(rows.view().rows.at(-1)?.text).toBe('line 99999')
})

test('scrolled up it lets go, does not move, and counts what is new', async () => {
  const { rows, fake, tell, top } = world(1000)
  await tell(1000)
  rows.moveBy(-100)
  await idle()
  expect(rows.view().place).toEqual({ at: 975, px: 0 })
  fake.grow(128)
  await tell(1128)
  expect(top()).toBe('line 975')
  expect(rows.view()).toMatchObject({ fresh: 128, shown: 1128 })
  rows.toEnd()
  await idle()
  expect(rows.view()).toMatchObject({ place: 'end', fresh: 0 })
})

test('scrolling down to the last row takes hold again', async () => {
  const { rows, tell } = world(1000)
  await tell(1000)
  rows.moveBy(-100)
  rows.moveBy(60)
  expect(rows.following()).toBe(false)
  rows.moveBy(40)
  expect(rows.following()).toBe(true)
})

test('a log shorter than the window cannot be scrolled and is followed', async () => {
  const { rows, tell } = world(5)
  await tell(5)
  rows.moveBy(-100)
  rows.hold()
  expect(rows.following()).toBe(true)
})

test('a row of a short log is opened: its beginning stays in view', async () => {
  const { rows, heights, tell, top } = world(5)
  await tell(5)
  rows.hold(true)
  heights.set(2, 2000)
  rows.show(2)
  await tell(6)
  expect(top()).not.toBe('end')
  expect(rows.view().place).toMatchObject({ at: expect.toSatisfy((at: number) => at <= 2) })
})

test('five million rows: exact by rows, and both ends are reached by the thumb', async () => {
  const { rows, tell, top } = world(5_000_000)
  await tell(5_000_000)
  rows.toFraction(0)
  await idle()
  expect(top()).toBe('line 0')
  expect(rows.fraction()).toBe(0)
  rows.toFraction(0.5)
  await idle()
  const { place } = rows.view()
  expect(place).toEqual({ at: 2_499_990, px: 0 })
  rows.moveRows(3)
  await idle()
  expect(top()).toBe('line 2499993')
  rows.moveBy(-7)
  expect(rows.view().place).toEqual({ at: 2_499_992, px: 13 })
  rows.toFraction(1)
  expect(rows.following()).toBe(true)
  expect(rows.fraction()).toBe(1)
})

test('a page leaves one row in view', async () => {
  const { rows, tell } = world(1000)
  await tell(1000)
  rows.toStart()
  rows.page(1)
  expect(rows.view().place).toEqual({ at: 19, px: 0 })
  rows.page(-1, 0.5)
  expect(rows.view().place).toEqual({ at: 9, px: 10 })
})

test('rows of other heights: what is scrolled away is counted as it stands', async () => {
  const { rows, tell, heights } = world(1000)
  await tell(1000)
  rows.toStart()
  heights.set(0, 100)
  rows.moveBy(90)
  expect(rows.view().place).toEqual({ at: 0, px: 90 })
  rows.moveBy(30)
  expect(rows.view().place).toEqual({ at: 2, px: 0 })
  rows.moveBy(-25)
  expect(rows.view().place).toEqual({ at: 0, px: 95 })
})

test('one request at a time, and the newest wish wins', async () => {
  const { rows, fake, tell, hold, most, ...rest } = world(100_000)
  await tell(100_000)
  const before = fake.asked('rows').length
  hold()
  for (const part of [0.1, 0.2, 0.3, 0.4, 0.9]) rows.toFraction(part)
  await rest.let()
  await idle()
  expect(most()).toBe(1)
  expect(fake.asked('rows').length - before).toBe(2)
  expect(rows.view().rows.every((row) => row !== undefined)).toBe(true)
})

test('where rows are not here yet they are blank, and rows that are held stand meanwhile', async () => {
  const { rows, tell, hold, top, ...rest } = world(100_000)
  await tell(100_000)
  hold()
  rows.toFraction(0.5)
  expect(rows.view().rows.every((row) => row === undefined)).toBe(true)
  await rest.let()
  await idle()
  expect(top()).toBe('line 49990')
  hold()
  rows.moveBy(400)
  expect(top()).toBe('line 50010')
  await rest.let()
})

test('when rows before change their place, the row at the top stays', async () => {
  const { rows, fake, tell, top } = world(1000)
  await tell(1000)
  rows.moveBy(-2000)
  await idle()
  expect(top()).toBe('line 880')
  await fake.api.filter({ filter: { ...noHidden, include: [{ text: '0', regex: false, matchCase: false, wholeWord: false }] } })
  await tell(271, 2)
  await idle()
  expect(top()).toBe('line 880')
  expect(rows.view().shown).toBe(271)
})

test('an answer with fewer rows than asked for is not asked for again and again', async () => {
  let asked = 0
  const rows = createRowWindow({
    fetch: async () => {
      asked += 1
      return { layout: 1, shown: 1000, from: 0, rows: [fakeRow(0)] }
    },
  })
  rows.state({ layout: 1, shown: 1000, total: 1000 })
  await idle()
  rows.toStart()
  await idle()
  expect(asked).toBeLessThan(4)
})

test('a failed request is tried again by itself after a while, when no other state comes', async () => {
  let asked = 0
  const rows = createRowWindow({
    fetch: async () => {
      asked += 1
      if (asked === 1) throw new Error('lost')
      return { layout: 1, shown: 1, from: 0, rows: [fakeRow(0)] }
    },
  })
  rows.state({ layout: 1, shown: 1, total: 1 })
  await vi.waitFor(() => expect(rows.view().rows).toHaveLength(1), { timeout: 10_000 })
  expect(asked).toBe(2)
})

test('a failed request is tried again with the next state, not at once', async () => {
  let asked = 0
  const rows = createRowWindow({
    fetch: async () => {
      asked += 1
      throw new Error('lost')
    },
  })
  rows.state({ layout: 1, shown: 10, total: 10 })
  await idle()
  await idle()
  expect(asked).toBe(1)
  rows.state({ layout: 1, shown: 10, total: 10 })
  await idle()
  expect(asked).toBe(2)
})

test('a line that is linked to is waited for while the log is read, with the end in view meanwhile', async () => {
  const { rows, fake, tell, top, fetch } = world(100)
  rows.reset(fetch, fakeRow(400).time)
  await tell(100)
  expect(rows.view().rows.at(-1)?.text).toBe('line 99')
  rows.resize(300)
  rows.resize(400)
  fake.grow(900)
  await tell(1000)
  await idle()
  const { rows: held, from } = rows.view()
  expect(held.some((row) => row?.text === 'line 400')).toBe(true)
  expect(from).toBeLessThan(400)
  expect(top()).toBe('line 394')
})

test('a line led to inside an open view is asked for at once, and what is held stays meanwhile', async () => {
  const { rows, tell, hold, ...rest } = world(3000)
  await tell(3000)
  hold()
  rows.lead(fakeRow(400).time ?? '')
  expect(rows.view().rows.at(-1)?.text).toBe('line 2999')
  await rest.let()
  expect(rows.view().rows.some((row) => row?.text === 'line 400')).toBe(true)
  expect(rows.following()).toBe(false)
})

test('another view begins where this one was, by time', async () => {
  const { rows, tell, fetch } = world(1000)
  await tell(1000)
  rows.moveBy(-2000)
  await idle()
  const time = rows.timeAtTop()
  rows.reset(fetch, time)
  await tell(1000)
  await idle()
  expect(rows.view().rows.some((row) => row?.text === 'line 880')).toBe(true)
})

const noHidden = {
  exclude: [],
  fields: [],
  levels: null,
  hidden: [],
  stream: null,
  from: null,
  to: null,
  context: 0,
  fold: true,
}
