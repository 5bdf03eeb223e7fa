import { expect, test } from 'vitest'
import { imagesOf, namesToRemove, parseNames } from './containerd-names.ts'

// `ctr --namespace=k8s.io images ls` of containerd 1.6 in a node of kind, after an image was loaded with `--digests`.
const listed = `REF                                      TYPE                                                 DIGEST         SIZE      PLATFORMS   LABELS
registry.k8s.io/etcd:3.6.5-0                               application/vnd.docker.distribution.manifest.v2+json sha256:1927 178.6 MiB linux/amd64 io.cri-containerd.image=managed
registry.k8s.io/kube-apiserver:v1.34.4                     application/vnd.docker.distribution.manifest.v2+json sha256:1927 178.6 MiB linux/amd64 io.cri-containerd.image=managed
sha256:a2e8                                                application/vnd.docker.distribution.manifest.v2+json sha256:1927 178.6 MiB linux/amd64 io.cri-containerd.image=managed
cove.test/sample:1                                         application/vnd.docker.distribution.manifest.v2+json sha256:b399 8.1 MiB   linux/amd64 io.cri-containerd.image=managed
import-2026-11-26@sha256:b399                              application/vnd.docker.distribution.manifest.v2+json sha256:b399 8.1 MiB   linux/amd64 -
sha256:45ee                                                application/vnd.docker.distribution.manifest.v2+json sha256:b399 8.1 MiB   linux/amd64 io.cri-containerd.image=managed
import-2026-11-25@sha256:0000                              application/vnd.oci.image.index.v1+json              sha256:0000 0.0 B     -           -
`

test('what a node holds: each name that a person gave, an unnamed image under its id', () => {
  expect(imagesOf(parseNames(listed))).toEqual([
    { ref: 'registry.k8s.io/etcd:3.6.5-0', id: 'sha256:a2e8', sizeBytes: 187_275_674 },
    { ref: 'registry.k8s.io/kube-apiserver:v1.34.4', id: 'sha256:a2e8', sizeBytes: 187_275_674 },
    { ref: 'cove.test/sample:1', id: 'sha256:45ee', sizeBytes: 8_493_466 },
    { ref: 'sha256:0000', id: 'sha256:0000', sizeBytes: null },
  ])
})

test('one name of several goes alone, the last one with everything that containerd keeps of the image', () => {
  const names = parseNames(listed)
  expect(namesToRemove(names, 'registry.k8s.io/etcd:3.6.5-0')).toEqual(['registry.k8s.io/etcd:3.6.5-0'])
  expect(namesToRemove(names, 'cove.test/sample:1')).toEqual(['cove.test/sample:1', 'import-2026-11-26@sha256:b399', 'sha256:45ee'])
  expect(namesToRemove(names, 'cove.test/sample:2')).toEqual([])
  expect(namesToRemove(names, '--all')).toEqual([])
})
