import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { oldestMinor } from './components.ts'
import { mirroredRepository, partsOf } from './image-names.ts'
import { kubeadmImages, tableImages } from './image-table.ts'
import { type ListedMinor, minors } from './minors.ts'

const tags = (version: string) =>
  Object.fromEntries(tableImages(version).refs.map((ref) => [partsOf(ref)?.name, partsOf(ref)?.tag] as const))

test('the names as kubeadm writes them, whose own images have its version', () => {
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

type Row = { readonly version: string; readonly minor: number; readonly patch: number; readonly named: Record<string, string> }

/** What kubeadm itself says; how that was taken stands at the top of the file. */
const rows: readonly Row[] = readFileSync(new URL('fixtures/kubeadm-images.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [version = '', coredns = '', pause = '', etcd = ''] = line.split(/ +/)
    const [minor, patch] = version.split('.').slice(1).map(Number)
    return { version, minor: minor as number, patch: patch as number, named: { coredns, pause, etcd } }
  })
const minorsOfRows = [...new Set(rows.map(({ minor }) => minor))]

test('rows for every minor from the oldest whose files Cove knows to the newest that is listed', () => {
  const all = Array.from({ length: (minors[0] as ListedMinor).minor - oldestMinor + 1 }, (_, index) => oldestMinor + index)
  expect(minorsOfRows).toEqual(all)
})

test('no patch whose images are known is newer than the one that is said to be the newest', () => {
  for (const { minor, newest } of minors) {
    const patches = rows.filter((row) => row.minor === minor).map(({ patch }) => patch)
    expect(Number(newest.split('.')[2]), newest).toBeGreaterThanOrEqual(Math.max(...patches))
  }
})

test.each(rows)('$version has what its kubeadm names, and the table is sure of it', ({ version, named }) => {
  expect(tags(version)).toMatchObject(named)
  expect(tableImages(version)).toMatchObject({ sure: true, unknown: [] })
})

test.each(minorsOfRows)(
  '1.%d: sure from its first patch to the last with a row, no further, and between two rows only where both agree',
  (minor) => {
    const own = rows.filter((row) => row.minor === minor)
    const last = own.at(-1) as Row
    expect(own[0]?.patch).toBe(0)
    for (let patch = 0; patch <= last.patch; patch++) {
      const version = `v1.${minor}.${patch}`
      expect(tableImages(version).sure, version).toBe(true)
      const before = own.findLast((row) => row.patch <= patch)
      const after = own.find((row) => row.patch >= patch)
      expect(before?.named, version).toEqual(after?.named)
      expect(tags(version), version).toMatchObject(before?.named ?? {})
    }
    // A later patch is told by the last that was compared, and said to be so.
    const later = `v1.${minor}.${last.patch + 1}`
    expect(tableImages(later)).toMatchObject({ sure: false, unknown: [] })
    expect(tags(later)).toMatchObject(last.named)
  },
)

test.each([
  ['v1.26.0', ['pause', 'etcd', 'coredns']],
  ['v1.28.15', ['pause', 'etcd', 'coredns']],
  ['v1.29.0', ['coredns', 'pause', 'etcd']],
  ['v1.37.2', ['coredns', 'pause', 'etcd']],
])('%s: in the order of its kubeadm', (version, last) => {
  const names = tableImages(version).refs.map((ref) => partsOf(ref)?.name)
  expect(names).toEqual(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', ...last])
})

test('a pre-release is never sure, what is not known is not guessed', () => {
  expect(tableImages('v1.37.0-rc.1')).toMatchObject({ sure: false, unknown: [] })
  for (const version of ['v1.25.16', 'v1.99.0']) {
    expect(tableImages(version)).toMatchObject({ sure: false, unknown: ['coredns', 'pause', 'etcd'] })
    expect(tableImages(version).refs).toHaveLength(4)
  }
})

test('a worker needs kube-proxy and pause alone', () => {
  expect(kubeadmImages('v1.28.15', 'worker')).toEqual(['registry.k8s.io/kube-proxy:v1.28.15', 'registry.k8s.io/pause:3.9'])
  expect(kubeadmImages('v1.28.15', 'control-plane')).toEqual(tableImages('v1.28.15').refs)
  expect(kubeadmImages(null, 'worker')).toEqual([])
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
