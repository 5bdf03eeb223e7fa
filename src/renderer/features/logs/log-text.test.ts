import { expect, test } from 'vitest'
import { plainText, spansOf, withHits } from './ansi.ts'
import { createLogBuffer } from './log-buffer.ts'
import { createLogFilter, hitsOf, matcherOf } from './log-filter.ts'
import { fileName, logText } from './log-text.ts'
import { isDated, logTime } from './log-time.ts'
import { logCommand } from './log-target.ts'

const esc = '\u001b['
const target = { context: { file: '/k', name: 'kind-shop' }, namespace: 'shop', pod: 'web-0', container: 'web' }
const feed = (buffer: ReturnType<typeof createLogBuffer>, ...texts: readonly string[]) =>
  buffer.take({ type: 'lines', lines: texts.map((text, index) => ({ seq: index, time: null, text, cut: false })) })

test('colours are pieces with classes, never markup', () => {
  expect(spansOf(`${esc}31mno${esc}0m <b>`)).toEqual([
    { text: 'no', className: 'ansi-red' },
    { text: ' <b>', className: '' },
  ])
  expect(spansOf(`${esc}1;92mok`)).toEqual([{ text: 'ok', className: 'ansi-bold ansi-green' }])
  expect(spansOf('plain')).toEqual([{ text: 'plain', className: '' }])
})

test('exact colours become the nearest that reads on the ground of the theme', () => {
  const name = (code: string) => spansOf(`${esc}${code}mx`)[0]?.className
  expect(name('38;2;255;60;60')).toBe('ansi-red')
  expect(name('38;2:60:60:255')).toBe('ansi-blue')
  expect(name('38;5;46')).toBe('ansi-green')
  expect(name('38;5;9')).toBe('ansi-red')
  expect(name('38;5;250')).toBe('ansi-white')
  expect(name('41;37')).toBe('ansi-on-red')
  expect(name('7')).toBe('ansi-on-white')
})

test('a hit is found across colours and marked in each piece', () => {
  const text = `time${esc}31mout${esc}0m of 30`
  expect(plainText(text)).toBe('timeout of 30')
  const pieces = withHits(spansOf(text), hitsOf(plainText(text), matcherOf('TIMEOUT')))
  expect(pieces.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['time', 'out'])
  expect(pieces.map((piece) => piece.text).join('')).toBe('timeout of 30')
})

test('what is typed is text, not a pattern', () => {
  expect(hitsOf('a.b axb', matcherOf('a.b'))).toEqual([[0, 3]])
  expect(matcherOf('')).toBeNull()
})

test('a filter looks at what is new, keeps what is told, forgets what went', () => {
  const buffer = createLogBuffer(1, { lines: 4, chars: 1e6 })
  const filter = createLogFilter(matcherOf('err') as RegExp)
  feed(buffer, 'err 1', 'fine')
  buffer.take({ type: 'waiting', reason: 'A' })
  const seen = () => filter.update(buffer.snapshot()).map((row) => (row.kind === 'line' ? row.plain : row.note.type))
  expect(seen()).toEqual(['err 1', 'waiting'])
  buffer.take({ type: 'waiting', reason: 'B' })
  expect(seen()).toEqual(['err 1', 'waiting'])
  feed(buffer, `${esc}31mERR${esc}0m 2`, 'fine', 'fine', 'err 3')
  expect(seen()).toEqual(['waiting', 'ERR 2', 'err 3'])
  expect(filter.count()).toBe(2)
  const other = createLogBuffer(2)
  feed(other, 'err of another log')
  expect(filter.update(other.snapshot())).toHaveLength(1)
  expect(filter.count()).toBe(1)
})

test('kept text has no colours and says its gaps', () => {
  const buffer = createLogBuffer(1)
  buffer.take({ type: 'lines', lines: [{ seq: 0, time: '2026-09-14T14:08:21.207000000Z', text: `${esc}31mno${esc}0m`, cut: false }] })
  buffer.take({ type: 'dropped', count: 3 })
  const { rows } = buffer.snapshot()
  expect(logText(rows, true, (note) => note.type)).toBe('2026-09-14T14:08:21.207000000Z no\n# dropped\n')
  expect(logText(rows, false, (note) => note.type)).toBe('no\n# dropped\n')
  expect(fileName(target, true, new Date('2026-09-14T14:08:21.207Z'))).toBe('shop_web-0_web_previous_20260914T140821Z.log')
})

test('times: UTC to the millisecond, with a date where it is not of today', () => {
  expect(logTime('2026-09-14T22:08:21.207123456+08:00', 'utc', false)).toBe('14:08:21.207')
  expect(logTime('2026-09-14T14:08:21.207123456Z', 'utc', true)).toBe('09-14 14:08:21.207')
  expect(logTime('no time', 'utc', false)).toBe('no time')
  const now = Date.parse('2026-09-14T23:00:00Z')
  expect(isDated('2026-09-14T01:00:00Z', 'utc', now)).toBe(false)
  expect(isDated('2026-09-13T23:00:00Z', 'utc', now)).toBe(true)
})

test('the command that shows the same', () => {
  expect(logCommand(target, { previous: false, tail: '1000', timestamps: true })).toBe(
    'kubectl --context kind-shop logs --namespace shop web-0 --container web --follow --tail=1000 --timestamps',
  )
  expect(logCommand(target, { previous: true, tail: 'all', timestamps: false })).toBe(
    'kubectl --context kind-shop logs --namespace shop web-0 --container web --previous',
  )
})
