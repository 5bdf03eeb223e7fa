import { expect, test } from 'vitest'
import type { LogPart } from '#shared/contract/logs.ts'
import { fakeSource } from './fixtures/fake-view.ts'
import { filterWithLanes, lanesOf, spotsOf, toggledLanes } from './lanes.ts'
import { wishOf } from './log-search.ts'

const pod = (index: number, name: string, owner: string | null = null, part = {}) =>
  fakeSource({ index, pod: name, owner, container: 'main', short: name, name: `shop/${name}/main`, ...part })
const shop: LogPart = { kind: 'selector', namespace: 'shop', selector: '', container: null }
const wish = (part: Partial<ReturnType<typeof wishOf>> = {}) => ({ ...wishOf({ side: 'on' }), parts: [shop], ...part })
const six = [
  pod(0, 'web-a', 'Deployment/web'),
  pod(1, 'web-b', 'Deployment/web'),
  pod(2, 'api-a', 'Deployment/api'),
  pod(3, 'api-b', 'Deployment/api'),
  pod(4, 'db'),
  pod(5, 'job'),
]
const labels = (given: Parameters<typeof lanesOf>[0], sources = six) => lanesOf(given, sources).shown.map((lane) => lane.label)

test('up to four sources: each has a column; one alone has none', () => {
  expect(labels(wish(), six.slice(0, 4))).toEqual(['api-a', 'api-b', 'web-a', 'web-b'])
  expect(labels(wish(), six.slice(0, 1))).toEqual([])
  expect(labels({ ...wish(), side: false }, six.slice(0, 4))).toEqual([])
})

test('more: groups; of one group its sources, those that write before those that have ended', () => {
  expect(labels(wish())).toEqual(['api', 'db', 'job', 'web'])
  const one = [0, 1, 2, 3, 4, 5].map((at) => pod(at, `web-${at}`, 'Deployment/web', at < 3 ? { state: 'ended' } : {}))
  expect(labels(wish(), one)).toEqual(['web-0', 'web-3', 'web-4', 'web-5'])
  const written = one.map((source) => (source.index % 2 === 0 ? { ...source, lines: 7 } : source))
  expect(labels(wish(), written)).toEqual(['web-0', 'web-3', 'web-4', 'web-5'])
  const live = six.map((source) => ({ ...source, owner: 'Job/x', lines: source.index < 2 ? 0 : 7 }))
  expect(labels(wish(), live)).toEqual(['api-a', 'api-b', 'db', 'job'])
})

test('what was chosen, never more than four; what is there no more is not waited for', () => {
  const chosen = wish({ lanes: ['shop/db/main', 'shop/web-b/main', 'shop/Deployment/api'] })
  expect(labels(chosen)).toEqual(['api', 'db', 'web-b'])
  expect(labels(wish({ lanes: ['shop/db/main', 'gone'] }))).toEqual(['api', 'db', 'job', 'web'])
  expect(labels(wish({ lanes: six.map((source) => source.name) }))).toHaveLength(4)
})

test('columns stand as their parts were chosen, in whatever order these answer', () => {
  const parts: LogPart[] = ['web-b', 'db', 'api-a'].map((name) => ({ kind: 'pod', namespace: 'shop', pod: name, container: null }))
  expect(labels(wish({ parts }), [pod(0, 'db'), pod(1, 'api-a'), pod(2, 'web-b')])).toEqual(['web-b', 'db', 'api-a'])
})

test('a source that is hidden has no column, and the next takes its place', () => {
  const hidden = wish({ filter: { ...wish().filter, hidden: ['shop/db/main'] } })
  expect(labels(hidden)).toEqual(['api', 'job', 'web'])
  expect(filterWithLanes(hidden, six).hidden).toEqual([4])
})

test('core is asked for the lines that have a column, and for all others again when there are none', () => {
  expect(filterWithLanes(wish({ lanes: ['shop/db/main', 'shop/Deployment/api'] }), six).hidden).toEqual([0, 1, 5])
  expect(filterWithLanes(wish(), six).hidden).toEqual([])
  expect(filterWithLanes({ ...wish({ lanes: ['shop/db/main', 'shop/Deployment/api'] }), side: false }, six).hidden).toEqual([])
  expect(filterWithLanes(wish(), six.slice(0, 1)).hidden).toEqual([])
})

test('a source with a column of its own does not stand in that of its group', () => {
  const { shown } = lanesOf(wish({ lanes: ['shop/Deployment/web', 'shop/web-b/main'] }), six)
  const spots = spotsOf(shown)
  expect([0, 1, 2].map((source) => spots.get(source))).toEqual([
    { at: 0, alone: false, style: { '--lane': 0 } },
    { at: 1, alone: true, style: { '--lane': 1 } },
    undefined,
  ])
})

test('a press takes a column away or adds one, between two and four', () => {
  const lanes = lanesOf(wish(), six)
  const [api, db, job, web] = lanes.shown.map((lane) => lane.key)
  expect(toggledLanes(lanes, web ?? '')).toEqual([api, db, job])
  expect(toggledLanes(lanes, 'shop/web-a/main')).toEqual([api, db, job, web])
  const two = lanesOf(wish({ lanes: [db ?? '', job ?? ''] }), six)
  expect(toggledLanes(two, db ?? '')).toEqual([db, job])
  expect(toggledLanes(two, web ?? '')).toEqual([db, job, web])
})
