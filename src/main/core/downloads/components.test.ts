import { expect, test } from 'vitest'
import { architectureSchema, type Component, componentSchema, systemSchema } from '#shared/contract/downloads.ts'
import { releaseFile, releaseFiles } from './components.ts'

type Arch = (typeof architectureSchema.options)[number]
type System = (typeof systemSchema.options)[number]

const nodes: Component[] = ['kubeadm', 'kubelet', 'kube-proxy', 'kube-log-runner']
const servers: Component[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-aggregator',
  'apiextensions-apiserver',
  'mounter',
]
const clients: Component[] = ['kubectl', 'kubectl-convert', 'client-archive']
const source: Component[] = ['source-archive', 'scripts-archive']
const all = [...clients, ...nodes, 'node-archive', ...servers, 'server-archive', ...source] as Component[]

// Download tables of the CHANGELOGs of 1.27 to 1.37, and `hack/lib/golang.sh` for the programs.
test.each<[System, Arch, readonly Component[]]>([
  ['linux', 'amd64', all],
  ['linux', 'arm64', all],
  ['linux', '386', [...clients, ...source]],
  ['linux', 'arm', [...clients, ...source]],
  ['linux', 'ppc64le', all],
  ['linux', 's390x', all],
  ['darwin', 'amd64', [...clients, ...source]],
  ['darwin', 'arm64', [...clients, ...source]],
  ['windows', 'amd64', [...clients, ...nodes, 'node-archive', ...source]],
  ['windows', 'arm64', [...clients, ...source]],
  ['windows', '386', [...clients, ...source]],
  ['darwin', '386', source],
  ['darwin', 's390x', source],
  ['windows', 'ppc64le', source],
])('%s/%s', (os, arch, expected) => {
  for (const version of ['v1.27.0', 'v1.34.4', 'v1.37.2', 'v1.38.0-rc.1']) {
    const { files, missing } = releaseFiles({ version, os, arch })
    expect(files.map(({ component }) => component).sort()).toEqual([...expected].sort())
    expect([...files.map(({ component }) => component), ...missing].sort()).toEqual([...componentSchema.options].sort())
    for (const { component, path } of files) {
      if (component === 'source-archive') expect(path).toBe(`${version}/kubernetes-src.tar.gz`)
      else if (component === 'scripts-archive') expect(path).toBe(`${version}/kubernetes.tar.gz`)
      else if (component.endsWith('-archive'))
        expect(path).toBe(`${version}/kubernetes-${component.replace('-archive', '')}-${os}-${arch}.tar.gz`)
      else expect(path).toBe(`release/${version}/bin/${os}/${arch}/${component}${os === 'windows' ? '.exe' : ''}`)
    }
  }
})

// The "Downloads for …" tables of CHANGELOG-1.26.md to CHANGELOG-1.37.md, of all 216 releases from v1.26.0-alpha.1 to v1.37.1, are one of these two.
const windows = ['windows-386', 'windows-amd64', 'windows-arm64']
const linux = ['linux-386', 'linux-amd64', 'linux-arm', 'linux-arm64', 'linux-ppc64le', 'linux-s390x']
const servers4 = ['linux-amd64', 'linux-arm64', 'linux-ppc64le', 'linux-s390x']
const listed = (servers: readonly string[]) => [
  ...['darwin-amd64', 'darwin-arm64', ...windows, ...linux].map((pair) => `-client-${pair}`),
  ...servers.flatMap((pair) => [`-server-${pair}`, `-node-${pair}`]),
  '-node-windows-amd64',
  '-src',
  '',
]
test.each([
  ...['v1.26.0-alpha.1', 'v1.26.0', 'v1.26.14', 'v1.27.0-alpha.1', 'v1.27.0-alpha.3'].map(
    (version) => [version, [...servers4, 'linux-arm']] as const,
  ),
  ...['v1.27.0-beta.0', 'v1.27.0', 'v1.28.0', 'v1.34.3', 'v1.37.1'].map((version) => [version, servers4] as const),
])('the archives of %s are those of the CHANGELOG, no more and no less', (version, pairs) => {
  const known = systemSchema.options.flatMap((os) =>
    architectureSchema.options.flatMap((arch) => releaseFiles({ version, os, arch }).files.map(({ path }) => path)),
  )
  expect([...new Set(known.filter((path) => path.endsWith('.tar.gz')))].sort()).toEqual(
    listed(pairs)
      .map((name) => `${version}/kubernetes${name}.tar.gz`)
      .sort(),
  )
})

test('32-bit ARM nodes and servers end with 1.27.0-alpha.3; before 1.26 Cove says nothing', () => {
  for (const version of ['v1.26.15', 'v1.27.0-alpha.3'])
    expect(releaseFiles({ version, os: 'linux', arch: 'arm' }).missing, version).toEqual([])
  for (const version of ['v1.27.0-beta.0', 'v1.27.0'])
    expect(releaseFiles({ version, os: 'linux', arch: 'arm' }).missing.sort(), version).toEqual(
      [...nodes, ...servers, 'node-archive', 'server-archive'].sort(),
    )
  expect(releaseFiles({ version: 'v1.25.16', os: 'linux', arch: 'amd64' }).files).toEqual([])
})

test('digest, signature and certificate lie beside the file', () => {
  expect(releaseFile('kubectl', { version: 'v1.34.4', os: 'windows', arch: 'arm64' })).toEqual({
    component: 'kubectl',
    kind: 'program',
    fileName: 'kubectl.exe',
    path: 'release/v1.34.4/bin/windows/arm64/kubectl.exe',
    digestPath: 'release/v1.34.4/bin/windows/arm64/kubectl.exe.sha256',
    sha512Path: 'release/v1.34.4/bin/windows/arm64/kubectl.exe.sha512',
    signature: {
      signaturePath: 'release/v1.34.4/bin/windows/arm64/kubectl.exe.sig',
      certificatePath: 'release/v1.34.4/bin/windows/arm64/kubectl.exe.cert',
    },
  })
})
