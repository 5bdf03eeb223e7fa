import { expect, test } from 'vitest'
import type { Pod } from '#shared/contract/workloads.ts'
import { commonStart, imageRows, podsWith, sameImage, shortNode } from './image-rows.ts'

const held = (ref: string, id: string, sizeBytes: number | null = 1) => ({ ref, id, sizeBytes })

test('one row for each name, with the nodes that hold it; a node that did not answer hides no row', () => {
  const rows = imageRows({
    asOf: 1,
    nodes: [
      { node: 'a', images: [held('z:1', 'sha256:z', null), held('web:1', 'sha256:w')], error: null },
      { node: 'b', images: [held('web:1', 'sha256:other'), held('z:1', 'sha256:z', 5)], error: null },
      { node: 'c', images: null, error: { code: 'not-found', facts: {}, commandId: null } },
    ],
  })
  expect(rows).toEqual([
    { ref: 'web:1', sizeBytes: 1, on: ['a', 'b'], ids: ['sha256:w', 'sha256:other'] },
    { ref: 'z:1', sizeBytes: 5, on: ['a', 'b'], ids: ['sha256:z'] },
  ])
})

test.each([
  ['busybox', 'docker.io/library/busybox:latest', true],
  ['busybox:1', 'docker.io/library/busybox:1', true],
  ['shop/web:1', 'docker.io/shop/web:1', true],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10', true],
  ['localhost:5001/web', 'localhost:5001/web:latest', true],
  ['busybox:2', 'docker.io/library/busybox:1', false],
  ['web@sha256:ab', 'docker.io/library/web:latest', false],
])('a pod that says %s runs %s: %s', (said, ref, same) => expect(sameImage(said, ref)).toBe(same))

test('pods that were given an image, by any of their containers', () => {
  const pod = (name: string, ...images: string[]) => ({ name, containers: images.map((image) => ({ image })) }) as unknown as Pod
  expect(podsWith([pod('a', 'x:1', 'web:1'), pod('b', 'x:1')], 'docker.io/library/web:1').map((one) => one.name)).toEqual(['a'])
})

test('a node is called shortly only in its own cluster', () => {
  expect(shortNode('shop-worker2', 'shop')).toBe('worker2')
  expect(shortNode('shop2-worker', 'shop')).toBe('shop2-worker')
})

test('nodes that are not named after their cluster are shown without what their names begin with', () => {
  expect(commonStart(['lab-host-kubeadm-1', 'lab-host-kubeadm-2'])).toBe('lab-host')
  expect(commonStart(['lab-control', 'lab-worker-1', 'lab-worker-2'])).toBe('lab')
  expect(commonStart(['alpha', 'beta'])).toBe('')
  expect(commonStart(['lab-1', 'lab-2'])).toBe('')
  expect(commonStart(['lab-1'])).toBe('')
})
