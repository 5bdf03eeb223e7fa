import { expect, test } from 'vitest'
import type { LogPart } from '#shared/contract/logs.ts'
import { fakeSource } from './fixtures/fake-view.ts'
import { groupsOf, isHidden, soloed, toggled } from './source-groups.ts'

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

test('one pod with several containers: one chip for each', () => {
  const groups = groupsOf(
    [pod(0, 'web-a', null, 'init'), pod(1, 'web-a', null, 'main')],
    [{ kind: 'pod', namespace: 'shop', pod: 'web-a', container: null }],
  )
  expect(groups.map((group) => group.label)).toEqual(['init', 'main'])
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

test('a press hides and shows a group, the other press shows it alone and then all', () => {
  const sources = [pod(0, 'web-a', 'Deployment/web'), pod(1, 'web-b', 'Deployment/web'), pod(2, 'x')]
  const [group, other] = groupsOf(sources, [shop])
  if (!group || !other) throw new Error('no groups')
  const hidden = toggled([], group)
  expect(hidden).toEqual(['shop/web-a/main', 'shop/web-b/main'])
  expect(isHidden(hidden, group)).toBe(true)
  expect(toggled(hidden, group)).toEqual([])
  const alone = soloed([], other, sources)
  expect(alone).toEqual(hidden)
  expect(soloed(alone, other, sources)).toEqual([])
})
