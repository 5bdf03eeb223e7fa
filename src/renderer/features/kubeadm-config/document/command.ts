import { isRecord, type Path } from '../../document/plain.ts'
import { type Kind, type Plain, shown, truth, type Values } from './parts.ts'

/** The kubeadm command that does what a file says. `flags` null: it says something that no flag can say. */
export type KubeadmCommand = { readonly verb: readonly string[]; readonly flags: readonly string[] | null }

type Say = (value: unknown) => string[]
/** One value as one flag, or none where it is empty. */
const flag =
  (name: string): Say =>
  (value) =>
    shown(value) === '' ? [] : [`--${name}=${shown(value)}`]
const joined =
  (name: string): Say =>
  (value) =>
    Array.isArray(value) && value.length > 0 ? [`--${name}=${value.map(shown).join(',')}`] : []
const repeated =
  (name: string): Say =>
  (value) =>
    Array.isArray(value) ? value.map((one) => `--${name}=${shown(one)}`) : []
const on =
  (name: string): Say =>
  (value) =>
    truth(value) ? [`--${name}`] : []
/** A flag that is on by itself. */
const off =
  (name: string): Say =>
  (value) =>
    value === false ? [`--${name}=false`] : []
const gates: Say = (value) =>
  isRecord(value) && Object.keys(value).length > 0
    ? [
        `--feature-gates=${Object.entries(value)
          .map(([name, is]) => `${name}=${shown(is)}`)
          .join(',')}`,
      ]
    : []
const said: Say = () => []

const node = {
  'nodeRegistration.name': flag('node-name'),
  'nodeRegistration.criSocket': flag('cri-socket'),
  'nodeRegistration.ignorePreflightErrors': joined('ignore-preflight-errors'),
  skipPhases: joined('skip-phases'),
  'patches.directory': flag('patches'),
  dryRun: on('dry-run'),
} as const

/**
 * Fields that have a flag: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/, -join/, -reset/, -upgrade/. A field that is not here is in a
 * file or nowhere.
 */
const known: Readonly<Partial<Record<Kind, Readonly<Record<string, Say>>>>> = {
  InitConfiguration: {
    ...node,
    'localAPIEndpoint.advertiseAddress': flag('apiserver-advertise-address'),
    'localAPIEndpoint.bindPort': flag('apiserver-bind-port'),
    certificateKey: flag('certificate-key'),
  },
  ClusterConfiguration: {
    kubernetesVersion: flag('kubernetes-version'),
    controlPlaneEndpoint: flag('control-plane-endpoint'),
    imageRepository: flag('image-repository'),
    certificatesDir: flag('cert-dir'),
    'networking.podSubnet': flag('pod-network-cidr'),
    'networking.serviceSubnet': flag('service-cidr'),
    'networking.dnsDomain': flag('service-dns-domain'),
    'apiServer.certSANs': joined('apiserver-cert-extra-sans'),
    featureGates: gates,
  },
  JoinConfiguration: {
    ...node,
    'discovery.bootstrapToken.apiServerEndpoint': said,
    'discovery.bootstrapToken.token': flag('discovery-token'),
    'discovery.bootstrapToken.caCertHashes': repeated('discovery-token-ca-cert-hash'),
    'discovery.bootstrapToken.unsafeSkipCAVerification': on('discovery-token-unsafe-skip-ca-verification'),
    'discovery.file.kubeConfigPath': flag('discovery-file'),
    'discovery.tlsBootstrapToken': flag('tls-bootstrap-token'),
    'controlPlane.localAPIEndpoint.advertiseAddress': flag('apiserver-advertise-address'),
    'controlPlane.localAPIEndpoint.bindPort': flag('apiserver-bind-port'),
    'controlPlane.certificateKey': flag('certificate-key'),
  },
  UpgradeConfiguration: {
    'apply.kubernetesVersion': said,
    'apply.certificateRenewal': off('certificate-renewal'),
    'apply.etcdUpgrade': off('etcd-upgrade'),
    'apply.allowExperimentalUpgrades': on('allow-experimental-upgrades'),
    'apply.allowRCUpgrades': on('allow-release-candidate-upgrades'),
    'apply.forceUpgrade': on('force'),
    'apply.dryRun': on('dry-run'),
    'apply.printConfig': on('print-config'),
    'apply.ignorePreflightErrors': joined('ignore-preflight-errors'),
    'apply.skipPhases': joined('skip-phases'),
    'apply.patches.directory': flag('patches'),
  },
  ResetConfiguration: {
    certificatesDir: flag('cert-dir'),
    cleanupTmpDir: on('cleanup-tmp-dir'),
    criSocket: flag('cri-socket'),
    dryRun: on('dry-run'),
    force: on('force'),
    ignorePreflightErrors: joined('ignore-preflight-errors'),
    skipPhases: joined('skip-phases'),
  },
}

/** Pure. */
export function commandOf({ of, purpose }: Values): KubeadmCommand {
  const own: Readonly<Record<Values['purpose'], readonly Kind[]>> = {
    init: ['InitConfiguration', 'ClusterConfiguration'],
    join: ['JoinConfiguration'],
    upgrade: ['UpgradeConfiguration'],
    reset: ['ResetConfiguration'],
  }
  const verb = purpose === 'upgrade' ? ['kubeadm', 'upgrade', 'apply'] : ['kubeadm', purpose]
  const flags: string[] = []
  for (const [kind, value] of Object.entries(of) as [Kind, Plain][]) {
    const table = known[kind]
    const leaves = leavesOf(value)
    if (leaves.length > 0 && (table === undefined || !own[purpose].includes(kind))) return { verb, flags: null }
    for (const [path, leaf] of leaves) {
      const say = table?.[path.join('.')]
      if (say === undefined) return { verb, flags: null }
      flags.push(...say(leaf))
    }
  }
  const join = of.JoinConfiguration
  const endpoint = shown(pick(join, ['discovery', 'bootstrapToken', 'apiServerEndpoint']))
  const version = shown(pick(of.UpgradeConfiguration, ['apply', 'kubernetesVersion']))
  return {
    verb,
    flags: [
      ...(endpoint === '' ? [] : [endpoint]),
      ...(version === '' ? [] : [version]),
      // A control plane that says nothing more of itself is one all the same.
      ...(join?.['controlPlane'] ? ['--control-plane'] : []),
      ...flags,
    ],
  }
}

/** Every value that is no map, with its path; a map that is asked for as a whole stays one. What is empty says nothing. */
function leavesOf(value: Plain, path: Path = []): (readonly [Path, unknown])[] {
  return Object.entries(value).flatMap(([key, below]): (readonly [Path, unknown])[] => {
    if (path.length === 0 && (key === 'kind' || key === 'apiVersion')) return []
    if (below === null || (Array.isArray(below) && below.length === 0 && key !== 'taints')) return []
    return isRecord(below) && key !== 'featureGates' ? leavesOf(below, [...path, key]) : [[[...path, key], below]]
  })
}

function pick(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at: unknown, key) => (isRecord(at) ? at[key] : undefined), value)
}
