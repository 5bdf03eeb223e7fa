import { expect, test } from 'vitest'
import type { LogPart, LogSource } from '#shared/contract/logs.ts'
import { fakeSource } from './fixtures/fake-view.ts'
import type { Sight } from './source-groups.ts'
import { groupsOf, isAlone, shown, soloed, targetOf, toggled, unseenOf } from './source-groups.ts'

const pod = (index: number, name: string, owner: string | null = null, container = 'main') =>
  fakeSource({ index, pod: name, owner, container, name: `shop/${name}/${container}` })
const shop: LogPart = { kind: 'selector', namespace: 'shop', selector: '', container: null }
const web: LogPart = { kind: 'workload', namespace: 'shop', type: 'Deployment', name: 'web', container: null }

test('of a selector: sources by what owns them', () => {
  const groups = groupsOf(
    [pod(0, 'web-a', 'Deployment/web'), pod(1, 'api-a', 'Deployment/api'), pod(2, 'web-b', 'Deployment/web'), pod(3, 'bare')],
    [shop],
  )
  expect(groups.map((group) => [group.label, group.sources.length, group.part])).toEqual([
    ['web', 2, null],
    ['api', 1, null],
    ['bare', 1, null],
  ])
})

test('a part that was chosen by name is what its cross takes away, and the narrower part wins', () => {
  const one: LogPart = { kind: 'pod', namespace: 'shop', pod: 'web-a', container: null }
  const groups = groupsOf([pod(0, 'web-a', 'Deployment/web'), pod(1, 'web-b', 'Deployment/web'), pod(2, 'x')], [shop, web, one])
  expect(groups.map((group) => [group.label, group.part])).toEqual([
    ['web', web],
    ['x', null],
  ])
})

test('the runs of a CronJob stand under its name, and a run that comes goes with them', () => {
  const nightly: LogPart = { kind: 'workload', namespace: 'shop', type: 'CronJob', name: 'nightly', container: null }
  const runs = [pod(0, 'nightly-29100000-x', 'Job/nightly-29100000'), pod(1, 'nightly-29100001-y', 'Job/nightly-29100001')]
  const other = pod(2, 'nightly-report-29100000-z', 'Job/nightly-report-29100000')
  expect(groupsOf([...runs, other], [nightly]).map((one) => [one.label, one.sources.length, one.part])).toEqual([
    ['nightly', 2, nightly],
    ['nightly-report-29100000', 1, null],
  ])
})

test('one pod with several containers: one chip for each', () => {
  const groups = groupsOf(
    [pod(0, 'web-a', null, 'init'), pod(1, 'web-a', null, 'main')],
    [{ kind: 'pod', namespace: 'shop', pod: 'web-a', container: null }],
  )
  expect(groups.map((group) => group.label)).toEqual(['init', 'main'])
})

test('a pod that was made anew under its name: still one chip for each container', () => {
  const parts: LogPart[] = [{ kind: 'pod', namespace: 'shop', pod: 'db-0', container: null }]
  const again = ['main', 'proxy', 'main', 'proxy'].map((container, index) => pod(index, 'db-0', 'StatefulSet/db', container))
  expect(groupsOf(again, parts).map((group) => [group.label, group.sources.length])).toEqual([
    ['main', 2],
    ['proxy', 2],
  ])
  expect(groupsOf([again[0], again[2]] as LogSource[], parts).map((group) => [group.label, group.sources.length])).toEqual([['db-0', 2]])
})

test('journals and files stand for themselves', () => {
  const parts: LogPart[] = [
    { kind: 'journal', node: 'worker', unit: 'kubelet' },
    { kind: 'file', path: '/var/log/a.log' },
  ]
  const groups = groupsOf(
    [
      fakeSource({ index: 0, kind: 'journal', name: 'worker/kubelet', pod: null, namespace: null }),
      fakeSource({ index: 1, kind: 'file', name: '/var/log/a.log', pod: null, namespace: null }),
    ],
    parts,
  )
  expect(groups.map((group) => [group.label, group.part])).toEqual([
    ['kubelet/worker', parts[0]],
    ['a.log', parts[1]],
  ])
})

const everything: Sight = { hidden: [], only: [] }
const unseen = (sight: Sight, sources: readonly LogSource[], parts: readonly LogPart[] = [shop]) =>
  [...unseenOf(sight, sources, parts)].map((source) => source.name)
const [webA, webB, x] = [pod(0, 'web-a', 'Deployment/web'), pod(1, 'web-b', 'Deployment/web'), pod(2, 'x')]
const three = [webA, webB, x]
const [group, other] = groupsOf(three, [shop])
if (!group || !other) throw new Error('no groups')

test('a press hides and shows a group, the other press shows it alone and then all', () => {
  const hidden = toggled(everything, group, three, [shop])
  expect(unseen(hidden, three)).toEqual(['shop/web-a/main', 'shop/web-b/main'])
  expect(toggled(hidden, group, three, [shop])).toEqual(everything)
  const alone = soloed(everything, other)
  expect(unseen(alone, three)).toEqual(['shop/web-a/main', 'shop/web-b/main'])
  expect(isAlone(alone, other)).toBe(true)
  expect(soloed(alone, other)).toEqual(everything)
})

test('what joins a hidden group is hidden too, and what joins while another is alone is not seen', () => {
  const more = [...three, pod(3, 'web-c', 'Deployment/web'), pod(4, 'y')]
  expect(unseen(toggled(everything, group, three, [shop]), more)).toEqual(['shop/web-a/main', 'shop/web-b/main', 'shop/web-c/main'])
  expect(unseen(soloed(everything, other), more)).toEqual(['shop/web-a/main', 'shop/web-b/main', 'shop/web-c/main', 'shop/y/main'])
  expect(unseen(soloed(everything, group), more)).toEqual(['shop/x/main', 'shop/y/main'])
})

test('one of a group: hidden, alone, and shown again while the rest of its group stays hidden', () => {
  const one = targetOf(webB)
  expect(unseen(toggled(everything, one, three, [shop]), three)).toEqual(['shop/web-b/main'])
  expect(unseen(soloed(everything, one), three)).toEqual(['shop/web-a/main', 'shop/x/main'])
  const again = toggled(toggled(everything, group, three, [shop]), one, three, [shop])
  expect(unseen(again, three)).toEqual(['shop/web-a/main'])
  expect(shown(toggled(everything, one, three, [shop]), group, three, [shop])).toEqual(everything)
  // Beside what is alone.
  expect(unseen(toggled(soloed(everything, other), one, three, [shop]), three)).toEqual(['shop/web-a/main'])
  expect(unseen(toggled(soloed(everything, other), other, three, [shop]), three)).toEqual(three.map((source) => source.name))
})

test('a container of the only pod that is hidden is hidden in the pod that a rollout puts in its place', () => {
  const of = (index: number, name: string) => [pod(index, name, 'Deployment/web', 'main'), pod(index + 1, name, 'Deployment/web', 'proxy')]
  const before = of(0, 'web-a')
  const proxy = groupsOf(before, [web]).find((one) => one.label === 'proxy')
  if (!proxy) throw new Error('no proxy')
  const sight = toggled(everything, proxy, before, [web])
  expect(unseen(sight, [...before, ...of(2, 'web-b')], [web])).toEqual(['shop/web-a/proxy', 'shop/web-b/proxy'])
  expect(unseen(sight, of(2, 'web-b'), [web])).toEqual(['shop/web-b/proxy'])
})
