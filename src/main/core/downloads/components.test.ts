import { expect, test } from 'vitest'
import { architectureSchema, type Component, componentSchema, systemSchema } from '#shared/contract/downloads.ts'
import { releaseFile, releaseFiles } from './components.ts'

type Arch = (typeof architectureSchema.options)[number]
type System = (typeof systemSchema.options)[number]

const nodes: Component[] = ['kubeadm', 'kubelet', 'kube-proxy']
const servers: Component[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
const clients: Component[] = ['kubectl', 'kubectl-convert', 'client-archive']
const source: Component[] = ['source-archive']
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
      else if (component.endsWith('-archive'))
        expect(path).toBe(`${version}/kubernetes-${component.replace('-archive', '')}-${os}-${arch}.tar.gz`)
      else expect(path).toBe(`release/${version}/bin/${os}/${arch}/${component}${os === 'windows' ? '.exe' : ''}`)
    }
  }
})

test('the archives are those of the CHANGELOG, no more and no less', () => {
  // As it lists them for v1.34.3.
  const listed = [
    ...['darwin-amd64', 'darwin-arm64', 'linux-386', 'linux-amd64', 'linux-arm', 'linux-arm64', 'linux-ppc64le', 'linux-s390x'].map(
      (pair) => `client-${pair}`,
    ),
    ...['windows-386', 'windows-amd64', 'windows-arm64'].map((pair) => `client-${pair}`),
    ...['linux-amd64', 'linux-arm64', 'linux-ppc64le', 'linux-s390x'].flatMap((pair) => [`server-${pair}`, `node-${pair}`]),
    'node-windows-amd64',
    'src',
  ].map((name) => `v1.34.3/kubernetes-${name}.tar.gz`)
  const known = systemSchema.options.flatMap((os) =>
    architectureSchema.options.flatMap((arch) => releaseFiles({ version: 'v1.34.3', os, arch }).files.map(({ path }) => path)),
  )
  expect([...new Set(known.filter((path) => path.endsWith('.tar.gz')))].sort()).toEqual(listed.sort())
})

test('32-bit ARM nodes and servers end with 1.26; before that Cove says nothing', () => {
  expect(releaseFile('kubelet', { version: 'v1.26.15', os: 'linux', arch: 'arm' })?.path).toBe('release/v1.26.15/bin/linux/arm/kubelet')
  expect(releaseFile('server-archive', { version: 'v1.26.15', os: 'linux', arch: 'arm' })).not.toBeNull()
  expect(releaseFile('kubelet', { version: 'v1.27.0', os: 'linux', arch: 'arm' })).toBeNull()
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
