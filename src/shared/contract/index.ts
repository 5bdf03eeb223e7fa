import { clusters } from './clusters.ts'
import { downloads } from './downloads.ts'
import { host } from './host.ts'
import { hostChanges } from './host-changes.ts'
import { hostChecks } from './host-checks.ts'
import { hostImages } from './host-images.ts'
import { jobs } from './jobs.ts'
import { kubeadm } from './kubeadm.ts'
import { kubeconfig } from './kubeconfig.ts'
import { kubeadmConfig } from './kubeadm-config-procedures.ts'
import { leftovers } from './leftovers.ts'
import { logs } from './logs.ts'
import { network } from './network.ts'
import { nodes, shell } from './nodes.ts'
import { profiles } from './profiles.ts'
import { replacements } from './replacements.ts'
import { runtimes } from './runtimes.ts'
import { settings } from './settings.ts'
import { setup } from './setup.ts'
import { targets } from './targets.ts'
import { toolchain } from './toolchain.ts'
import { tunnels } from './tunnels.ts'
import { workloads } from './workloads.ts'

/** Everything the renderer and core say to each other. By name, as what the compiler would write out of it in full is longer than it allows (TS7056). */
export type Contract = {
  readonly clusters: typeof clusters
  readonly jobs: typeof jobs
  readonly toolchain: typeof toolchain
  readonly kubeconfig: typeof kubeconfig
  readonly workloads: typeof workloads
  readonly leftovers: typeof leftovers
  readonly network: typeof network
  readonly nodes: typeof nodes
  readonly shell: typeof shell
  readonly logs: typeof logs
  readonly profiles: typeof profiles
  readonly kubeadmConfig: typeof kubeadmConfig
  readonly settings: typeof settings
  readonly downloads: typeof downloads
  readonly host: typeof host
  readonly targets: typeof targets
  readonly hostChanges: typeof hostChanges
  readonly hostChecks: typeof hostChecks
  readonly hostImages: typeof hostImages
  readonly kubeadm: typeof kubeadm
  readonly replacements: typeof replacements
  readonly runtimes: typeof runtimes
  readonly setup: typeof setup
  readonly tunnels: typeof tunnels
}
export const contract: Contract = {
  clusters,
  jobs,
  toolchain,
  kubeconfig,
  workloads,
  leftovers,
  network,
  nodes,
  shell,
  logs,
  profiles,
  kubeadmConfig,
  settings,
  downloads,
  host,
  targets,
  hostChanges,
  hostChecks,
  hostImages,
  kubeadm,
  replacements,
  runtimes,
  setup,
  tunnels,
}
