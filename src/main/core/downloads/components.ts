import { type Component, componentSchema, type ReleaseBuild } from '#shared/contract/downloads.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'

/** Where a file of a release lies below the publisher's address (no leading slash). */
export type ReleaseFile = {
  readonly component: Component
  readonly kind: 'program' | 'archive'
  readonly path: string
  readonly fileName: string
  /** A file with the digest in hex, nothing else. */
  readonly digestPath: string
  /** The same with SHA-512. */
  readonly sha512Path: string
  /** Of cosign without a key; null: none was published. */
  readonly signature: { readonly signaturePath: string; readonly certificatePath: string } | null
}

/** The oldest minor whose table Cove knows. */
export const oldestMinor = 26

type Platforms = Readonly<Record<string, readonly string[]>>

const servers: Platforms = { linux: ['amd64', 'arm64', 'ppc64le', 's390x'] }
/** Download tables of the CHANGELOGs: https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.37.md#downloads-for-v1370 */
const groups = {
  client: {
    linux: ['386', 'amd64', 'arm', 'arm64', 'ppc64le', 's390x'],
    darwin: ['amd64', 'arm64'],
    windows: ['386', 'amd64', 'arm64'],
  },
  node: { ...servers, windows: ['amd64'] },
  server: servers,
} satisfies Record<string, Platforms>
type Group = keyof typeof groups

/**
 * `kube::golang::server_targets` and `node_targets`, the same from 1.26.0 to 1.37.2: https://github.com/kubernetes/kubernetes/blob/v1.37.2/hack/lib/golang.sh. Each is
 * published, `CopyBinaries`: https://github.com/kubernetes/release/blob/master/pkg/release/release.go
 */
const programs: Readonly<Partial<Record<Component, Group>>> = {
  kubectl: 'client',
  'kubectl-convert': 'client',
  kubeadm: 'node',
  kubelet: 'node',
  'kube-proxy': 'node',
  'kube-apiserver': 'server',
  'kube-controller-manager': 'server',
  'kube-scheduler': 'server',
  'kube-aggregator': 'server',
  'apiextensions-apiserver': 'server',
  'kube-log-runner': 'node',
  mounter: 'server',
}
const archives: Readonly<Partial<Record<Component, Group>>> = {
  'client-archive': 'client',
  'node-archive': 'node',
  'server-archive': 'server',
}

/** `34` of `v1.34.4`. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1])
}

/** The published file of a component; null where there is none. Nothing is known of versions before 1.26. Pure. */
export function releaseFile(component: Component, { version, os, arch }: ReleaseBuild): ReleaseFile | null {
  const minor = minorOf(version)
  if (minor < oldestMinor) return null
  const program = programs[component]
  if (program !== undefined) {
    if (!hasBuild(program, version, os, arch)) return null
    const fileName = os === 'windows' ? `${component}.exe` : component
    return fileAt(component, 'program', `release/${version}/bin/${os}/${arch}/${fileName}`)
  }
  if (isForEveryPlatform(component))
    return fileAt(component, 'archive', `${version}/kubernetes${component === 'source-archive' ? '-src' : ''}.tar.gz`)
  const archive = archives[component] as Group
  return hasBuild(archive, version, os, arch) ? fileAt(component, 'archive', `${version}/kubernetes-${archive}-${os}-${arch}.tar.gz`) : null
}

/** Every component: what there is of it, and which of them is not there. Pure. */
export function releaseFiles(build: ReleaseBuild): { readonly files: ReleaseFile[]; readonly missing: Component[] } {
  const all = componentSchema.options.map((component) => ({ component, file: releaseFile(component, build) }))
  return {
    files: all.flatMap(({ file }) => (file === null ? [] : [file])),
    missing: all.flatMap(({ component, file }) => (file === null ? [component] : [])),
  }
}

function hasBuild(group: Group, version: string, os: string, arch: string): boolean {
  const platforms: Platforms = groups[group]
  // 1.26 was the last with servers and nodes for 32-bit ARM, after it only v1.27.0-alpha.1 to 3 had them:
  // https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.27.md#downloads-for-v1270-alpha3
  if (group !== 'client' && os === 'linux' && arch === 'arm') return minorOf(version) <= 26 || version.startsWith('v1.27.0-alpha.')
  return platforms[os]?.includes(arch) ?? false
}

/** Everything is signed since 1.26: https://kubernetes.io/docs/tasks/administer-cluster/verify-signed-artifacts/ */
function fileAt(component: Component, kind: ReleaseFile['kind'], path: string): ReleaseFile {
  return {
    component,
    kind,
    path,
    fileName: path.split('/').pop() as string,
    digestPath: `${path}.sha256`,
    sha512Path: `${path}.sha512`,
    signature: { signaturePath: `${path}.sig`, certificatePath: `${path}.cert` },
  }
}
