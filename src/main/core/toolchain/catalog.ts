import type { ToolName } from '#shared/contract/toolchain.ts'

/** Who publishes a tool. Their addresses are in sources.ts. */
export type Publisher = 'kubernetes' | 'github'

/** Where a build lies below its publisher's address (no leading slash). */
export type Build = {
  readonly publisher: Publisher
  readonly path: string
  /** The publisher's checksum file. */
  readonly digestPath: string
}

export type CatalogEntry = {
  /** argv that prints the version without asking a cluster or an engine. */
  readonly versionArgs: readonly string[]
  /** `v1.34.4` out of what it printed; null where that is no version. */
  readonly parseVersion: (stdout: string) => string | null
  readonly download: {
    /** Taken where nobody wishes for another. */
    readonly wanted: string
    /** GOOS → GOARCH of the machine → GOARCH of the build. */
    readonly builds: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly at: (version: string, os: string, arch: string) => Build
    /** Text file below the publisher's address that names the newest version; null: `stable` means `wanted`. */
    readonly stablePath: string | null
  } | null
}

const kubernetesClients = { amd64: 'amd64', arm64: 'arm64' }

/** What Cove knows about each tool it drives. */
export const catalog: Readonly<Record<ToolName, CatalogEntry>> = {
  kubectl: {
    versionArgs: ['version', '--client', '--output=json'],
    parseVersion: (text) => gitVersion(text),
    // https://dl.k8s.io: the checksum file holds the hex digits only. Pairs: download tables of the Kubernetes CHANGELOG.
    download: {
      wanted: 'v1.34.4',
      builds: {
        linux: { ...kubernetesClients, '386': '386', arm: 'arm', ppc64le: 'ppc64le', s390x: 's390x' },
        darwin: kubernetesClients,
        windows: { ...kubernetesClients, '386': '386' },
      },
      at: (version, os, arch) => {
        const path = `release/${version}/bin/${os}/${arch}/${programName('kubectl', os)}`
        return { publisher: 'kubernetes', path, digestPath: `${path}.sha256` }
      },
      stablePath: 'release/stable.txt',
    },
  },
  kind: {
    versionArgs: ['version'],
    parseVersion: (text) => normal(/^kind v?(\d+\.\d+\.\d+\S*)/m.exec(text)?.[1]),
    download: {
      wanted: 'v0.33.0',
      // No windows/arm64 build is published; Windows runs the amd64 one emulated.
      builds: { linux: kubernetesClients, darwin: kubernetesClients, windows: { amd64: 'amd64', arm64: 'amd64' } },
      // The Windows asset has no .exe: https://github.com/kubernetes-sigs/kind/blob/main/hack/release/build/cross.sh
      at: (version, os, arch) => {
        const path = `kubernetes-sigs/kind/releases/download/${version}/kind-${os}-${arch}`
        return { publisher: 'github', path, digestPath: `${path}.sha256sum` }
      },
      // A kind release is only sure to work with the node images of its notes, so Cove takes the one it knows.
      stablePath: null,
    },
  },
  minikube: {
    versionArgs: ['version', '--output=json'],
    parseVersion: (text) => normal(json(text)?.minikubeVersion),
    download: {
      wanted: 'v1.38.1',
      // Windows on ARM runs the amd64 build emulated, as for kind.
      builds: {
        linux: { ...kubernetesClients, ppc64le: 'ppc64le', s390x: 's390x' },
        darwin: kubernetesClients,
        windows: { amd64: 'amd64', arm64: 'amd64' },
      },
      // The checksum file holds the hex digits only: https://minikube.sigs.k8s.io/docs/start/
      at: (version, os, arch) => {
        const path = `kubernetes/minikube/releases/download/${version}/minikube-${os}-${arch}${os === 'windows' ? '.exe' : ''}`
        return { publisher: 'github', path, digestPath: `${path}.sha256` }
      },
      // Which Kubernetes it makes by itself goes with the release, so Cove takes the one it knows.
      stablePath: null,
    },
  },
  docker: {
    versionArgs: ['--version'],
    // podman-docker puts `podman` behind this name and prints `podman version 5.4.0`.
    parseVersion: (text) => normal(/^(?:Docker|podman) version v?(\d+\.\d+[^\s,]*)/im.exec(text)?.[1]),
    download: null,
  },
  kubeadm: {
    versionArgs: ['version', '--output=json'],
    parseVersion: (text) => gitVersion(text),
    download: null,
  },
  helm: {
    versionArgs: ['version', '--short'],
    // `v3.19.0+g3d8990f`; helm 2 said `Client: v2.17.0+ga690bad`.
    parseVersion: (text) => normal(/^(?:Client: )?v?(\d+\.\d+\.\d+\S*)/m.exec(text)?.[1]),
    download: null,
  },
}

/** The file name of a program: `kubectl`, on Windows `kubectl.exe` (never .cmd or .bat: CVE-2024-27980). */
export function programName(tool: ToolName, os: string): string {
  return os === 'windows' ? `${tool}.exe` : tool
}

/** The published build of `version` for a machine; null where there is none. */
export function buildFor(tool: ToolName, version: string, os: string, arch: string): Build | null {
  const { download } = catalog[tool]
  const buildArch = download?.builds[os]?.[arch]
  return download && buildArch ? download.at(version, os, buildArch) : null
}

/** `1.34.4` and `v1.34.4` → `v1.34.4`; null for what is no version, so that it can never become part of a path or an address. */
export function parseVersionWish(text: string): string | null {
  const version = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[0-9A-Za-z.]{1,40})?)$/.exec(text)?.[1]
  return version === undefined || version.includes('..') ? null : `v${version}`
}

/** The digest in a checksum file: hex digits alone (dl.k8s.io), or `<hex>  <name>` lines of sha256sum (GitHub). In lower case; null where there is none for `fileName`. */
export function parseDigest(text: string, fileName: string): string | null {
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i.exec(line.trim())
    if (match && (match[2] === undefined || match[2].split('/').pop() === fileName)) return (match[1] as string).toLowerCase()
  }
  return null
}

function gitVersion(text: string): string | null {
  const client = json(text)?.clientVersion
  return typeof client === 'object' && client !== null && 'gitVersion' in client ? normal(client.gitVersion) : null
}

function json(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function normal(version: unknown): string | null {
  return typeof version === 'string' && /^v?\d+\.\d+/.test(version) && version.length < 100 ? `v${version.replace(/^v/, '')}` : null
}
