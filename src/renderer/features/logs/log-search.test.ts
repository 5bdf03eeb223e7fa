import { expect, test } from 'vitest'
import fc from 'fast-check'
import { allJournalUnits } from '#shared/journal-units.ts'
import type { LogFilter, LogPart } from '#shared/contract/logs.ts'
import { fakeSource } from './fixtures/fake-view.ts'
import { filterFor, filterOf, filterText, findOf, findText, noFilter } from './filter-text.ts'
import { partsOf, partsText } from './log-place.ts'
import { beginOf, openOf, searchOf, wishOf } from './log-search.ts'

const odd = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed())
const container = fc.option(odd, { nil: null })
const part: fc.Arbitrary<LogPart> = fc.oneof(
  fc.record({ kind: fc.constant('pod' as const), namespace: odd, pod: odd, container }),
  fc.record({ kind: fc.constant('workload' as const), namespace: odd, type: fc.constant('StatefulSet' as const), name: odd, container }),
  fc.record({
    kind: fc.constant('selector' as const),
    namespace: fc.option(
      odd.filter((name) => name !== '*'),
      { nil: null },
    ),
    selector: odd,
    container,
  }),
  fc.record({ kind: fc.constant('journal' as const), node: odd, unit: fc.constantFrom(...allJournalUnits) }),
  fc.record({ kind: fc.constant('gone' as const), node: odd, namespace: odd, pod: odd, podUid: odd, container: odd }),
  fc.record({ kind: fc.constant('file' as const), path: odd }),
  fc.record({ kind: fc.constant('upload' as const), name: odd }),
)
const pattern = fc.record({ text: odd, regex: fc.boolean(), matchCase: fc.boolean(), wholeWord: fc.boolean() })
const filter = fc.record({
  include: fc.array(pattern, { maxLength: 3 }),
  exclude: fc.array(pattern, { maxLength: 3 }),
  fields: fc.array(
    fc.record({ path: odd, op: fc.constantFrom('=' as const, '>=' as const, '~' as const, 'exists' as const), value: odd }),
    { maxLength: 3 },
  ),
  levels: fc.constantFrom<LogFilter['levels']>(null, ['error'], [], ['none', 'fatal']),
  hidden: fc.array(odd, { maxLength: 3 }),
  only: fc.array(odd, { maxLength: 3 }),
  stream: fc.constantFrom(null, 'stdout' as const, 'stderr' as const),
  from: fc.constantFrom(null, '2026-09-14T14:08:21.207123456Z', '2026-09-14T14:08:21+08:00'),
  to: fc.constantFrom(null, '2026-09-15T00:00:00Z'),
  context: fc.integer({ min: 0, max: 50 }),
  fold: fc.boolean(),
})

test('parts come back from an address as they went in, whatever they are called', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      expect(partsOf(partsText(parts))).toEqual(parts)
    }),
  )
})

test('a filter and a search come back too', () => {
  fc.assert(
    fc.property(filter, (wish) => {
      expect(filterOf(filterText(wish))).toEqual(wish)
    }),
  )
  fc.assert(
    fc.property(pattern, (find) => {
      expect(findOf(findText(find))).toEqual(find)
    }),
  )
})

test('the whole address comes back', () => {
  const wish = {
    ...wishOf({ context: 'kind-shop', file: '/k' }),
    namespace: '*',
    parts: [
      { kind: 'selector', namespace: null, selector: 'app in (a,b)', container: null },
      { kind: 'journal', node: 'worker', unit: 'kubelet' },
    ] as const,
    begin: '30m',
    columns: ['http.status', 'a,b'],
    at: '2026-09-14T14:08:21.207Z',
    times: 'utc',
    wrap: true,
    side: true,
    lanes: ['shop/a,b/web', 'pod:shop/web-0'],
  } as const
  expect(wishOf(searchOf(wish))).toEqual(wish)
})

test('nothing is said of what is as usual, and one pod keeps the address that other pages link to', () => {
  const link = { context: 'c', file: '/k', namespace: 'shop', pod: 'web-0', container: 'web' }
  expect(wishOf(link).parts).toEqual([{ kind: 'pod', namespace: 'shop', pod: 'web-0', container: 'web' }])
  expect(searchOf(wishOf(link))).toEqual(link)
  expect(searchOf(wishOf({}))).toEqual({})
})

test('what is no part, no filter, no level is left out', () => {
  expect(partsOf('pod:shop;what:x;journal:n/dockerd;:;pod:shop/web-0')).toEqual([
    { kind: 'pod', namespace: 'shop', pod: 'web-0', container: null },
  ])
  expect(filterOf('q:1;i:;f:a:==:1;l:loud;n:-3;a:soon;%')).toEqual({ ...noFilter, levels: [] })
  expect(wishOf({ begin: 'ever', times: 'sundial' })).toMatchObject({ begin: '1000', times: 'local' })
})

test('hidden sources go to core by the number that they have in this view', () => {
  const sources = ['shop/a', 'shop/b', 'shop/c'].map((name, index) => fakeSource({ index, name, pod: name }))
  expect(filterFor({ ...noFilter, hidden: ['shop/b', 'gone'] }, sources, []).hidden).toEqual([1])
  expect(filterFor({ ...noFilter, only: ['shop/b', 'shop/c'], hidden: ['shop/c'] }, sources, [])).not.toHaveProperty('only')
  expect(filterFor({ ...noFilter, only: ['shop/b', 'shop/c'], hidden: ['shop/c'] }, sources, []).hidden).toEqual([0, 2])
})

test('where a view of core began comes back as an address', () => {
  const of = (begin: string) => beginOf(openOf(wishOf({ begin }), null, Date.parse('2026-09-14T14:00:00Z')))
  expect(['100', '1000', 'all'].map(of)).toEqual(['100', '1000', 'all'])
  expect(of('1h')).toBe('2026-09-14T13:00:00.000Z')
  expect(of(of('1h'))).toBe(of('1h'))
})

test('what core is asked to open: so many lines, a span, a run that is over', () => {
  const now = Date.parse('2026-09-14T14:00:00Z')
  const of = (search: Parameters<typeof wishOf>[0]) => openOf(wishOf({ namespace: 'shop', pod: 'web-0', ...search }), null, now)
  expect(of({})).toMatchObject({ tail: 1000, since: null, follow: true, previous: false })
  expect(of({ begin: 'all' })).toMatchObject({ tail: null, since: null })
  expect(of({ begin: '30m' })).toMatchObject({ tail: null, since: '2026-09-14T13:30:00.000Z' })
  expect(of({ begin: '2026-09-14T12:00:00.000Z' })).toMatchObject({ tail: null, since: '2026-09-14T12:00:00.000Z' })
  expect(of({ previous: '1' })).toMatchObject({ follow: false, previous: true })
})
