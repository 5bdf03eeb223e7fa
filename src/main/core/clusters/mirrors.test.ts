import { expect, test } from 'vitest'
import { mirrorHosts } from '#shared/contract/registry-wiring.ts'
import { mirrorsOf } from './mirrors.ts'

test("containerd's file tries the mirrors in their order, then the registry itself", () => {
  expect(mirrorHosts('docker.io', ['https://a.example', 'http://b.example:5000'])).toBe(`server = "https://registry-1.docker.io"

[host."https://a.example"]
  capabilities = ["pull", "resolve"]

[host."http://b.example:5000"]
  capabilities = ["pull", "resolve"]
`)
  expect(mirrorHosts('quay.io', ['https://a.example'])).toContain('server = "https://quay.io"')
})

test('a registry without mirrors is none', () => {
  const extras = { kind: 'ClusterExtras', apiVersion: 'cove/v1alpha1' } as const
  expect(mirrorsOf(null)).toEqual([])
  expect(mirrorsOf({ ...extras, mirrors: { 'docker.io': ['https://a.example'], 'quay.io': [], 'ghcr.io': null } })).toEqual([
    ['docker.io', ['https://a.example']],
  ])
})
