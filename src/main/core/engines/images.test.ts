import { expect, test } from 'vitest'
import { diagnosePull, fullName } from './images.ts'

test('docker pull: an image that is not there is another thing than a registry that does not answer', () => {
  expect(diagnosePull('Error response from daemon: manifest for x:1 not found: manifest unknown', 'x:1')?.code).toBe('image-not-found')
  expect(diagnosePull('Error response from daemon: pull access denied for x, repository does not exist', 'x')?.code).toBe('image-not-found')
  expect(diagnosePull('Error response from daemon: Get "https://r.test/v2/": context deadline exceeded', 'x')).toBeNull()
})

test.each([
  ['busybox', 'docker.io/library/busybox:latest'],
  ['busybox:1.36', 'docker.io/library/busybox:1.36'],
  ['bitnami/redis', 'docker.io/bitnami/redis:latest'],
  ['localhost/web', 'localhost/web:latest'],
  ['localhost:5001/web', 'localhost:5001/web:latest'],
  ['cove.test/sample:1', 'cove.test/sample:1'],
  ['web@sha256:ab', 'docker.io/library/web@sha256:ab'],
])('docker says %s, containerd %s', (image, full) => expect(fullName(image)).toBe(full))
