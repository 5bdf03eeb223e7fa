import { expect, test } from 'vitest'
import { externalUrl } from './external.ts'

test.each([
  'https://kubernetes.io/docs/',
  'https://kind.sigs.k8s.io/docs/user/known-issues/#x',
  'https://github.com/kubernetes-sigs/kind/issues/1',
  'https://docs.docker.com/engine/install/?a=b',
])('%s may be opened', (url) => {
  expect(externalUrl(url)).toBe(url)
})

test.each([
  'http://kubernetes.io/',
  'https://kubernetes.io.evil.example/',
  'https://evil.example/https://kubernetes.io/',
  'https://kubernetes.io@evil.example/',
  'https://user:password@kubernetes.io/',
  'https://kubernetes.io:8443/',
  'https://sub.kubernetes.io/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'ms-msdt:/id',
  'smb://github.com/x',
  'app://cove/',
  '//github.com/x',
  '/etc/passwd',
  '',
])('%s may not', (url) => {
  expect(externalUrl(url)).toBeNull()
})
