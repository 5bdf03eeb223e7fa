import { expect, test } from 'vitest'
import { buildFor, catalog, parseDigest, parseVersionWish, programName } from './catalog.ts'
import { sha256 } from './fixtures/publisher.ts'

const kubectlOutput = JSON.stringify({
  clientVersion: { major: '1', minor: '34', gitVersion: 'v1.34.4', platform: 'linux/amd64' },
  kustomizeVersion: 'v5.7.1',
})

test.each([
  ['kubectl', kubectlOutput, 'v1.34.4'],
  ['kubectl', JSON.stringify({ clientVersion: { gitVersion: 'v1.32.4-dispatcher' } }), 'v1.32.4-dispatcher'],
  ['kubectl', 'Client Version: v1.34.4', null],
  ['kubectl', '{"clientVersion":null}', null],
  ['kubectl', '{"clientVersion":{"gitVersion":7}}', null],
  ['kubectl', '[]', null],
  ['kind', 'kind v0.33.0 go1.27.2 linux/amd64\n', 'v0.33.0'],
  ['kind', 'kind v0.34.0-alpha.12+0123456789abcd go1.27.2 linux/amd64\n', 'v0.34.0-alpha.12+0123456789abcd'],
  ['kind', 'kind version', null],
  ['minikube', '{"commit":"","minikubeVersion":"v1.36.0"}', 'v1.36.0'],
  ['minikube', '{}', null],
  ['docker', 'Docker version 28.2.2, build e6534b4\n', 'v28.2.2'],
  ['docker', 'Docker version 20.10.24+dfsg1, build 297e128\n', 'v20.10.24+dfsg1'],
  ['docker', 'podman version 5.4.0\n', 'v5.4.0'],
  ['kubeadm', JSON.stringify({ clientVersion: { gitVersion: 'v1.34.4' } }), 'v1.34.4'],
  ['helm', 'v3.19.0+g3d8990f\n', 'v3.19.0+g3d8990f'],
  ['helm', 'Client: v2.17.0+ga690bad\n', 'v2.17.0+ga690bad'],
  ['helm', '', null],
] as const)('%s: %j is %s', (tool, output, version) => {
  expect(catalog[tool].parseVersion(output)).toBe(version)
})

test('every published pair has an address, and no other', () => {
  const at = (tool: 'kubectl' | 'kind' | 'minikube' | 'docker', os: string, arch: string) =>
    buildFor(tool, 'v1.2.3', os, arch)?.path ?? null
  expect(at('kubectl', 'linux', 'amd64')).toBe('release/v1.2.3/bin/linux/amd64/kubectl')
  expect(at('kubectl', 'darwin', 'arm64')).toBe('release/v1.2.3/bin/darwin/arm64/kubectl')
  expect(at('kubectl', 'windows', 'arm64')).toBe('release/v1.2.3/bin/windows/arm64/kubectl.exe')
  expect(at('kubectl', 'linux', 'riscv64')).toBeNull()
  const kind = 'kubernetes-sigs/kind/releases/download/v1.2.3'
  expect(at('kind', 'linux', 'arm64')).toBe(`${kind}/kind-linux-arm64`)
  expect(at('kind', 'darwin', 'amd64')).toBe(`${kind}/kind-darwin-amd64`)
  // The asset has no suffix, and no build of its own for ARM.
  expect(at('kind', 'windows', 'amd64')).toBe(`${kind}/kind-windows-amd64`)
  expect(at('kind', 'windows', 'arm64')).toBe(`${kind}/kind-windows-amd64`)
  expect(at('kind', 'linux', 's390x')).toBeNull()
  const minikube = 'kubernetes/minikube/releases/download/v1.2.3'
  expect(at('minikube', 'linux', 's390x')).toBe(`${minikube}/minikube-linux-s390x`)
  expect(at('minikube', 'darwin', 'arm64')).toBe(`${minikube}/minikube-darwin-arm64`)
  expect(at('minikube', 'windows', 'arm64')).toBe(`${minikube}/minikube-windows-amd64.exe`)
  expect(at('minikube', 'linux', '386')).toBeNull()
  expect(buildFor('minikube', 'v1.2.3', 'linux', 'arm64')?.digestPath).toBe(`${minikube}/minikube-linux-arm64.sha256`)
  expect(at('docker', 'linux', 'amd64')).toBeNull()
  expect(buildFor('kind', 'v1.2.3', 'linux', 'amd64')?.digestPath).toBe(`${kind}/kind-linux-amd64.sha256sum`)
  expect(buildFor('kubectl', 'v1.2.3', 'windows', 'amd64')?.digestPath).toBe('release/v1.2.3/bin/windows/amd64/kubectl.exe.sha256')
  expect([programName('kind', 'windows'), programName('kind', 'darwin')]).toEqual(['kind.exe', 'kind'])
})

test('a digest is read from both forms of checksum file', () => {
  const digest = sha256('x')
  expect(parseDigest(digest, 'kubectl')).toBe(digest)
  expect(parseDigest(`${digest.toUpperCase()}\r\n`, 'kubectl')).toBe(digest)
  expect(parseDigest(`${digest}  kind-linux-amd64\n`, 'kind-linux-amd64')).toBe(digest)
  expect(parseDigest(`${sha256('y')}  kind-linux-arm64\n${digest} *./bin/kind-linux-amd64\n`, 'kind-linux-amd64')).toBe(digest)
  expect(parseDigest(`${digest}  kind-linux-arm64\n`, 'kind-linux-amd64')).toBeNull()
  expect(parseDigest(digest.slice(1), 'kubectl')).toBeNull()
  expect(parseDigest('<html>', 'kubectl')).toBeNull()
})

test('only a version is a version', () => {
  expect(['1.34.4', 'v1.34.4', 'v1.35.0-rc.1'].map(parseVersionWish)).toEqual(['v1.34.4', 'v1.34.4', 'v1.35.0-rc.1'])
  for (const text of ['', 'v1.34', 'stable', 'v1.34.4/..', '-1.2.3', 'v1.2.3\n', 'v1.2.3-..', 'v1.2.3+x', 'vv1.2.3'])
    expect(parseVersionWish(text)).toBeNull()
})
