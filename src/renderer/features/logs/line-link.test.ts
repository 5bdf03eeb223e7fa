import { expect, test, vi } from 'vitest'
import { createFakeView, fakeRow } from './fixtures/fake-view.ts'
import { findLink, linkFor, linkOf, linkText, markOf } from './line-link.ts'

const core = vi.hoisted(() => ({ logs: {} as Record<string, unknown> }))
vi.mock('./log-api.ts', () => ({ logApi: core.logs }))

test('a link comes back from an address; an older one has the time alone', () => {
  const time = '2026-09-14T06:08:00.123456789Z'
  for (const link of [
    { time, mark: null, nth: 0 },
    { time, mark: 'abc', nth: 0 },
    { time, mark: 'abc', nth: 2 },
  ])
    expect(linkOf(linkText(link))).toEqual(link)
  expect(linkOf(`${time}~abc~x`)).toEqual({ time, mark: 'abc', nth: 0 })
})

test('the mark tells texts and sources apart', () => {
  const marks = [markOf({ text: 'a' }, 'x'), markOf({ text: 'b' }, 'x'), markOf({ text: 'a' }, 'y')]
  expect(new Set(marks).size).toBe(3)
  expect(markOf({ text: 'a' }, 'x')).toBe(marks[0])
})

test('each line of one time is found by its own link, over pages of rows; one that is gone is not', async () => {
  const time = fakeRow(7).time ?? ''
  const timeAt = (id: number) => (id < 5 ? fakeRow(0).time : id > 2600 ? fakeRow(9999).time : time)
  const rowAt = (id: number) => fakeRow(id, { time: timeAt(id), text: `n ${id % 1300}` })
  Object.assign(core.logs, createFakeView({ count: 2700, row: rowAt }).api)
  const nameOf = () => 'shop/web-0/web'
  for (const id of [5, 6, 1299, 1306, 2599, 2600]) {
    const link = await linkFor('v', rowAt(id), time, nameOf)
    expect(link.nth).toBe(id >= 1305 ? 1 : 0)
    expect(await findLink('v', link, nameOf)).toMatchObject({ at: id, row: { id } })
  }
  expect(await findLink('v', { time, mark: markOf({ text: 'gone' }, nameOf()), nth: 0 }, nameOf)).toBeUndefined()
})
