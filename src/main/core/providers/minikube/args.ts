import type { CreateSpec } from '#shared/contract/clusters.ts'
import type { MinikubeConfig } from '#shared/contract/minikube-config.ts'
import { quoteWord } from '../../targets/quote.ts'

/** Arguments of minikube. Values are always `--flag=value` or after `--`, so that no name can be an option. */

const profile = (name: string) => `--profile=${name}`
/** stdin is closed: a question would otherwise be answered by its end. */
const unattended = ['--interactive=false', '--output=json']

export type CreateInput = {
  readonly spec: Pick<CreateSpec, 'name' | 'controlPlanes' | 'workers' | 'ports'>
  /** The document, where the spec has one: it says all but the name and the version. */
  readonly config: MinikubeConfig | null
  /** Null: minikube's own choice. */
  readonly kubernetesVersion: string | null
}

/** https://minikube.sigs.k8s.io/docs/commands/start/ */
export function createArgs({ spec, config, kubernetesVersion }: CreateInput): string[] {
  const version = kubernetesVersion ?? config?.kubernetesVersion
  return [
    'start',
    profile(spec.name),
    ...unattended,
    ...flag('kubernetes-version', version),
    `--nodes=${spec.controlPlanes + spec.workers}`,
    // Before 1.33 there is no such flag, so it is only given where it is meant.
    ...(spec.controlPlanes > 1 ? ['--ha=true'] : []),
    ...(config === null ? spec.ports.map((port) => `--ports=${portMapping(port)}`) : configFlags(config)),
  ]
}

function configFlags(config: MinikubeConfig): string[] {
  const { mount } = config
  const gates = Object.entries(config.featureGates ?? {}).flatMap(([name, on]) => (on === null ? [] : `${name}=${on}`))
  return [
    ...flag('driver', config.driver),
    ...flag('container-runtime', config.containerRuntime),
    ...flag('cpus', config.cpus?.toString()),
    ...flag('memory', config.memory),
    ...flag('disk-size', config.diskSize),
    ...flag('cni', config.cni),
    ...flags('addons', config.addons),
    // From 1.37 on the second alone mounts and the first is not looked at; before that it takes both.
    ...(mount ? ['--mount=true', `--mount-string=${mount.source}:${mount.target}`] : []),
    ...flags('ports', config.ports),
    ...flags('extra-config', config.extraConfig),
    ...flag('feature-gates', gates.join(',')),
    ...flag('service-cluster-ip-range', config.serviceSubnet),
    ...flag('subnet', config.subnet),
    ...flags('insecure-registry', config.insecureRegistries),
    ...flags('registry-mirror', config.registryMirrors),
    ...flag('apiserver-port', config.apiServerPort?.toString()),
  ]
}

const flag = (name: string, value: string | null | undefined) =>
  value === null || value === undefined || value === '' ? [] : [`--${name}=${value}`]
const flags = (name: string, values: readonly string[] | null | undefined) => (values ?? []).flatMap((value) => flag(name, value))

function portMapping({ listenAddress, hostPort, containerPort, protocol }: CreateSpec['ports'][number]): string {
  const listen = listenAddress.includes(':') ? `[${listenAddress}]` : listenAddress
  return `${listen === '' ? '' : `${listen}:`}${hostPort}:${containerPort}/${protocol.toLowerCase()}`
}

/** Of a cluster that is there: everything else stands in its profile. */
export const startArgs = (name: string): string[] => ['start', profile(name), ...unattended]
export const stopArgs = (name: string): string[] => ['stop', profile(name), '--output=json']
/** All namespaces: those of minikube's own choice are the control plane's and a few add-ons', and the user's pods would go on. */
export const pauseArgs = (name: string): string[] => ['pause', profile(name), '--all-namespaces=true', '--output=json']
export const unpauseArgs = (name: string): string[] => ['unpause', profile(name), '--all-namespaces=true', '--output=json']
export const deleteArgs = (name: string): string[] => ['delete', profile(name), '--output=json']
export const statusArgs = (name: string): string[] => ['status', profile(name), '--output=json']
/** Writes the context into the file that KUBECONFIG names, also where it holds none yet. */
export const updateContextArgs = (name: string): string[] => ['update-context', profile(name)]

/** These two do not know `--output`. */
export const nodeAddArgs = (name: string, role: 'control-plane' | 'worker'): string[] => [
  'node',
  'add',
  profile(name),
  ...(role === 'control-plane' ? ['--control-plane=true'] : []),
]
export const nodeDeleteArgs = (name: string, node: string): string[] => ['node', 'delete', profile(name), '--', node]

/** `archive`: an absolute path, so that it cannot be taken for the name of an image. */
export const imageLoadArgs = (name: string, archive: string): string[] => ['image', 'load', profile(name), '--', archive]
export const imageListArgs = (name: string): string[] => ['image', 'ls', profile(name), '--format=json']
export const imageRemoveArgs = (name: string, image: string): string[] => ['image', 'rm', profile(name), '--', image]
/** Of one node alone, which `image ls` does not say. */
export const nodeImagesArgs = (name: string, node: string): string[] => [
  'ssh',
  profile(name),
  `--node=${node}`,
  '--',
  'sudo',
  'crictl',
  'images',
  '--output=json',
]

/** Where minikube puts the file of an image in a machine: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/vmpath/constants.go */
const machineImages = '/var/lib/minikube/images'
/** Name of every file that Cove gives minikube to load, here and in the machines: no word of it means anything to a shell. */
export const imageFile = 'image.tar'

// What is looked for in command lines must not be found in that of the script itself: hence its brackets, and the name of the file apart.
const endScript = 'i=0; while pgrep -f -- "$1" >/dev/null && [ $i -lt 120 ]; do i=$((i+1)); sleep 0.5; done; pkill -f -- "$1"'

// An import whose file ends early gives back what it had taken in; one that is killed leaves that to a lease of a day:
// https://github.com/containerd/containerd/blob/v1.7.0/lease.go. Docker may have been given all of it already and then takes it in to its end, however long that is:
// the shell around it is what is waited for.
const endLoadScript = `file=${machineImages}/$2; [ -e "$file" ] && : >"$file"; ${endScript}; rm -f -- "$file"`

/**
 * Ends the load of `imageFile` in one machine, waits for that at most a minute, and takes the file away. `node` null: the only machine. minikube gives the words to a
 * shell there, so each is quoted.
 */
export const endLoadArgs = (name: string, node: string | null): string[] => [
  'ssh',
  profile(name),
  ...(node === null ? [] : [`--node=${node}`]),
  '--',
  'sudo',
  'sh',
  '-c',
  ...[endLoadScript, 'sh', `images[/]${imageFile.replace('.', '[.]')}`, imageFile].map(quoteWord),
]

const endAddOnScript = `${endScript}; true`

/** Waits until kubectl in the first machine is done with add-ons, at most for a minute, then ends it: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/addons/kubectl.go */
export const endAddOnArgs = (name: string): string[] => [
  'ssh',
  profile(name),
  '--',
  'sudo',
  'sh',
  '-c',
  ...[endAddOnScript, 'sh', 'kubernetes[/]addons/'].map(quoteWord),
]

export const addOnsArgs = (name: string): string[] => ['addons', 'list', profile(name), '--output=json']
export const addOnArgs = (name: string, addOn: string, on: boolean): string[] => [
  'addons',
  on ? 'enable' : 'disable',
  profile(name),
  '--',
  addOn,
]
export const servicesArgs = (name: string): string[] => ['service', 'list', profile(name), '--output=json']
/** `--cleanup` first takes away the routes of tunnels that were killed. https://minikube.sigs.k8s.io/docs/commands/tunnel/ */
export const tunnelArgs = (name: string): string[] => ['tunnel', profile(name), '--cleanup=true']
export const logsArgs = (name: string, file: string): string[] => ['logs', profile(name), `--file=${file}`]
/** Asks nobody but minikube itself. */
export const versionsArgs = (): string[] => ['config', 'defaults', 'kubernetes-version', '--output=json']

/** kubectl on the first machine, with its own program and administrator. */
const ownKubectl = (name: string, version: string): string[] => [
  'ssh',
  profile(name),
  '--',
  'sudo',
  `/var/lib/minikube/binaries/${version}/kubectl`,
  '--kubeconfig=/var/lib/minikube/kubeconfig',
]

/** Prints `node/<name>` where Kubernetes has that node, nothing where it has not. */
export const nodeKnownArgs = (name: string, version: string, node: string): string[] => [
  ...ownKubectl(name, version),
  'get',
  'node',
  '--ignore-not-found=true',
  '--output=name',
  '--',
  node,
]
/** Lets pods onto a node again that minikube's `node delete` drained. */
export const nodeUncordonArgs = (name: string, version: string, node: string): string[] => [
  ...ownKubectl(name, version),
  'uncordon',
  '--',
  node,
]
