import { expect, test } from 'vitest'
import { mirroredRepository, partsOf } from './image-names.ts'
import { tableImages } from './image-table.ts'

const tags = (version: string) =>
  Object.fromEntries(tableImages(version).refs.map((ref) => [partsOf(ref)?.name, partsOf(ref)?.tag] as const))

test('in the order of kubeadm, whose own images have its version', () => {
  expect(tableImages('v1.34.4')).toEqual({
    refs: [
      'registry.k8s.io/kube-apiserver:v1.34.4',
      'registry.k8s.io/kube-controller-manager:v1.34.4',
      'registry.k8s.io/kube-scheduler:v1.34.4',
      'registry.k8s.io/kube-proxy:v1.34.4',
      'registry.k8s.io/coredns/coredns:v1.12.1',
      'registry.k8s.io/pause:3.10.1',
      'registry.k8s.io/etcd:3.6.5-0',
    ],
    sure: true,
    unknown: [],
  })
})

// constants.go of each of these tags.
test.each([
  ['v1.30.4', 'v1.11.1', '3.9', '3.5.12-0'],
  ['v1.30.5', 'v1.11.3', '3.9', '3.5.15-0'],
  ['v1.31.0', 'v1.11.1', '3.10', '3.5.15-0'],
  ['v1.31.13', 'v1.11.3', '3.10', '3.5.15-0'],
  ['v1.31.14', 'v1.11.3', '3.10', '3.5.24-0'],
  ['v1.32.9', 'v1.11.3', '3.10', '3.5.16-0'],
  ['v1.32.10', 'v1.11.3', '3.10', '3.5.24-0'],
  ['v1.33.4', 'v1.12.0', '3.10', '3.5.21-0'],
  ['v1.33.6', 'v1.12.0', '3.10', '3.5.24-0'],
  ['v1.34.1', 'v1.12.1', '3.10.1', '3.6.4-0'],
  ['v1.35.0', 'v1.13.1', '3.10.1', '3.6.6-0'],
  ['v1.36.3', 'v1.14.2', '3.10.2', '3.6.8-0'],
  ['v1.37.2', 'v1.14.6', '3.10.2', '3.7.0-0'],
])('%s has coredns %s, pause %s, etcd %s', (version, coredns, pause, etcd) => {
  expect(tags(version)).toMatchObject({ coredns, pause, etcd })
  expect(tableImages(version).sure).toBe(true)
})

test('what was not compared is said to be so, what is not known is not guessed', () => {
  expect(tableImages('v1.34.9')).toMatchObject({ sure: false, unknown: [] })
  expect(tags('v1.34.9')).toMatchObject({ etcd: '3.6.5-0' })
  expect(tableImages('v1.37.0-rc.1').sure).toBe(false)
  expect(tableImages('v1.29.14')).toMatchObject({ sure: false, unknown: ['coredns', 'pause', 'etcd'] })
  expect(tableImages('v1.29.14').refs).toHaveLength(4)
})

test.each([
  ['coredns/coredns', '', 'registry.k8s.io/coredns/coredns'],
  ['coredns/coredns', 'k8s.m.daocloud.io', 'k8s.m.daocloud.io/coredns/coredns'],
  ['coredns/coredns', 'm.daocloud.io/registry.k8s.io', 'm.daocloud.io/registry.k8s.io/coredns/coredns'],
  ['coredns/coredns', 'registry.aliyuncs.com/google_containers', 'registry.aliyuncs.com/google_containers/coredns'],
  ['pause', 'registry.aliyuncs.com/google_containers', 'registry.aliyuncs.com/google_containers/pause'],
  ['pause', '127.0.0.1:5000', '127.0.0.1:5000/pause'],
])('%s behind %j is %s', (path, mirror, repository) => {
  expect(mirroredRepository(path, mirror)).toBe(repository)
})

test('only images of the registry have parts', () => {
  expect(partsOf('registry.k8s.io/etcd:3.6.5-0')).toEqual({ path: 'etcd', name: 'etcd', tag: '3.6.5-0' })
  for (const ref of ['nginx:1', 'registry.k8s.io/etcd', 'registry.k8s.io/../etcd:1', '--registry.k8s.io/etcd:1', 'registry.k8s.io/etcd:-1'])
    expect(partsOf(ref)).toBeNull()
})
