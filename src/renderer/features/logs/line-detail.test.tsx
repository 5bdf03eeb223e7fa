// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import type { LogRow } from '#shared/contract/logs.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { fakeRow, fakeSource } from './fixtures/fake-view.ts'
import { LineDetail } from './line-detail.tsx'
import type { LineActs } from './line-detail.tsx'
import { LogLine } from './log-line.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

const esc = '\u001b'
const spelt = String.raw`{"msg":"a\u202eb\u001b[31m","k\u202e":"v\u2066"}`

async function open(text: string, trace: readonly string[] = [], more: Partial<LogRow> = {}) {
  const acts = { only: vi.fn(), without: vi.fn(), column: vi.fn(), link: vi.fn(), bookmark: vi.fn(async () => {}) } satisfies LineActs
  const row = fakeRow(1, { text, folded: trace.length, ...more })
  const shown = renderAt(<LineDetail row={row} line={{ text, cut: false, trace: [...trace] }} matcher={/order/gi} acts={acts} />)
  await screen.findByRole('button', { name: 'Copy line' })
  return { ...shown, acts }
}

test('a stack trace in colours: its lines have them, hits are marked, and what is copied has none', async () => {
  const user = userEvent.setup()
  await open(`${esc}[31mERROR${esc}[0m java.lang.X: order 7`, [`\tat ${esc}[33mshop.Order${esc}[0m.pay(Order.java:12)`, '\tat shop.Main'])
  const trace = [...document.querySelectorAll('.log-full')].at(-1)
  expect(trace?.textContent).toBe('\tat shop.Order.pay(Order.java:12)\n\tat shop.Main')
  expect(trace?.querySelector('.ansi-yellow')?.textContent).toBe('shop.')
  expect([...(trace?.querySelectorAll('mark') ?? [])].map((mark) => mark.textContent)).toEqual(['Order', 'Order'])
  expect(document.body.innerHTML).not.toContain(esc)
  await user.click(screen.getByRole('button', { name: 'Copy line' }))
  expect(await navigator.clipboard.readText()).toBe('ERROR java.lang.X: order 7\n\tat shop.Order.pay(Order.java:12)\n\tat shop.Main')
})

test('a JSON line in colours opens as fields, as its row shows it', async () => {
  await open(`${esc}[32m{"msg":"paid","n":1}${esc}[0m`)
  expect([...document.querySelectorAll('dt')].map((name) => name.textContent)).toEqual(['msg', 'n'])
})

test('fields within others stand below them, further in, and each value can be acted on', async () => {
  const user = userEvent.setup()
  const { acts } = await open('{"user":{"id":7,"tags":["x","y"]}}')
  const names = [...document.querySelectorAll<HTMLElement>('dt')]
  expect(names.map((name) => [name.title, name.textContent, name.parentElement?.style.getPropertyValue('--depth')])).toEqual([
    ['user', 'user', '0'],
    ['user.id', 'user.id', '1'],
    ['user.tags', 'user.tags', '1'],
    ['user.tags.0', 'user.tags.0', '2'],
    ['user.tags.1', 'user.tags.1', '2'],
  ])
  // Only the last part is drawn.
  expect([...(names[3]?.childNodes ?? [])].map((node) => node.textContent)).toEqual(['user.tags.', '0'])
  await user.click(screen.getByRole('button', { name: '"y"' }))
  await user.click(screen.getByRole('button', { name: 'Without this' }))
  expect(acts.without).toHaveBeenCalledWith('user.tags.1', 'y')
  await user.click(screen.getByRole('button', { name: '2 values' }))
  await user.click(screen.getByRole('button', { name: 'Only this' }))
  expect(acts.only).toHaveBeenCalledWith('user.tags', '["x","y"]')
  await user.click(screen.getByRole('button', { name: 'As column' }))
  expect(acts.column).toHaveBeenCalledWith('user.tags')
})

test('of very many fields it is said how many are not shown, and they can be', async () => {
  const user = userEvent.setup()
  const many = Object.fromEntries(Array.from({ length: 1203 }, (_, n) => [`k${n}`, n]))
  const { acts } = await open(JSON.stringify({ ...many, long: 'x'.repeat(10_001) }))
  expect(document.querySelectorAll('dt')).toHaveLength(200)
  expect(screen.getByText('1,004 more fields are not shown')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Show more' }))
  expect(screen.getByText('4 more fields are not shown')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Show more' }))
  expect(document.querySelectorAll('dt')).toHaveLength(1204)
  expect(screen.queryByText(/not shown/)).toBeNull()
  // No filter takes a value of that length.
  await user.click(screen.getByRole('button', { name: /^"xxx/ }))
  expect(screen.queryByRole('button', { name: 'Only this' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'As column' }))
  expect(acts.column).toHaveBeenCalledWith('long')
})

test('what JSON spells out is spelt out in names and values, and a filter gets what the log has', async () => {
  const user = userEvent.setup()
  const { acts } = await open(spelt)
  expect([...document.querySelectorAll('dt')].map((name) => [name.textContent, name.title])).toEqual([
    ['msg', 'msg'],
    [String.raw`k\u202e`, String.raw`k\u202e`],
  ])
  await user.click(screen.getByRole('button', { name: String.raw`"v\u2066"` }))
  await user.click(screen.getByRole('button', { name: 'Only this' }))
  expect(acts.only).toHaveBeenCalledWith('k\u202e', 'v\u2066')
})

test('a note is kept without characters that turn it', async () => {
  const user = userEvent.setup()
  const { acts } = await open('plain', [], { bookmark: '' })
  await user.click(screen.getByRole('textbox', { name: 'Note on the bookmark' }))
  await user.paste('a\u202eb')
  await user.keyboard('{Enter}')
  expect(acts.bookmark).toHaveBeenCalledWith(expect.objectContaining({ id: 1 }), String.raw`a\u202eb`)
})

test('the stream that a line was written to is said where it is known', async () => {
  await open('known', [], { stream: 'stderr' })
  expect(screen.getByText('Written to stderr')).toBeDefined()
  cleanup()
  await open('not known')
  expect(screen.queryByText(/Written to/)).toBeNull()
})

test('a row: values in columns and their names are spelt out, its time says the stream too', async () => {
  const look = { who: false, levels: false, times: 'utc', dated: false, start: null, columns: ['msg', 'k\u202e'], matcher: null } as const
  const row = fakeRow(1, { text: spelt, stream: 'stdout', bookmark: 'n\u202eote' })
  const spot = { at: 0, alone: true, style: {} }
  renderAt(<LogLine row={row} at={0} source={fakeSource()} look={look} now={false} selected={false} open={false} spot={spot} />)
  const cells = (await screen.findByRole('row')).querySelectorAll<HTMLElement>('.log-column')
  expect([...cells].map((cell) => [cell.textContent, cell.title])).toEqual([
    [String.raw`a\u202eb\u001b[31m`, 'msg'],
    [String.raw`v\u2066`, String.raw`k\u202e`],
  ])
  expect(document.querySelector<HTMLElement>('.log-time')?.title).toBe(`${row.time} stdout`)
  expect(document.querySelector('.log-mark')?.textContent).toBe(String.raw`n\u202eote`)
})

test('a row: an object, an element and one field of very many in columns', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n}`, n]))
  const columns = ['user', 'user.tags.1', 'k299', 'none']
  const look = { who: false, levels: false, times: 'utc', dated: false, start: null, columns, matcher: null } as const
  const row = fakeRow(1, { text: JSON.stringify({ user: { tags: ['x', 'y'] }, ...many }) })
  renderAt(<LogLine row={row} at={0} source={fakeSource()} look={look} now={false} selected={false} open={false} spot={null} />)
  const cells = (await screen.findByRole('row')).querySelectorAll<HTMLElement>('.log-column')
  expect([...cells].map((cell) => cell.textContent)).toEqual(['{"tags":["x","y"]}', 'y', '299', ''])
})

test('a field whose path no filter takes is shown, and offers nothing', async () => {
  await open(JSON.stringify({ ['x'.repeat(501)]: 'far', near: 'by' }))
  expect(screen.getByText('"far"')).toBeDefined()
  expect(screen.queryByRole('button', { name: '"far"' })).toBeNull()
  expect(screen.getByRole('button', { name: '"by"' })).toBeDefined()
})

test('a column that is not known of a cut line is empty, and those after it keep their own values', async () => {
  const row = fakeRow(1, { more: 9 })
  const look = { who: false, levels: false, times: 'off', dated: false, start: null, columns: ['a', 'b', 'c'], matcher: null } as const
  const cut = new Map([
    ['a', '1'],
    ['c', '3'],
  ])
  renderAt(<LogLine row={row} at={0} source={fakeSource()} look={look} cut={cut} now={false} selected={false} open={false} spot={null} />)
  const cells = await screen.findAllByRole('gridcell')
  expect(cells.slice(0, 3).map((cell) => cell.textContent)).toEqual(['1', '', '3'])
})
