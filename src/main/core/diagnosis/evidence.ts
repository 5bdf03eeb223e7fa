import type { EvidenceLine } from '#shared/contract/findings.ts'
import type { ProviderName } from '../providers/provider.ts'

/** A text that was collected, as it was printed; `name` says where: a node, a file, a command. */
export type EvidenceText = { readonly source: EvidenceLine['source']; readonly name: string; readonly text: string }

/** One container that is a node, as the engine tells of it. */
export type NodeEvidence = {
  readonly name: string
  /** `running`, `exited`, `created`, … */
  readonly status: string
  readonly exitCode: number | null
  readonly oomKilled: boolean
  /** What the engine says when it could not start it. */
  readonly error: string
  readonly image: string
  /** Limit in bytes; null: none. */
  readonly memoryBytes: number | null
  /** What was read inside it; null: it could not be asked. */
  readonly inside: NodeInside | null
}

export type NodeInside = {
  /** File names in /etc/cni/net.d; null: no such folder. */
  readonly cni: readonly string[] | null
  readonly resolvConf: string
  /** `ActiveState`, `SubState`, `Result`, `NRestarts` … of the kubelet's unit. */
  readonly kubeletUnit: Readonly<Record<string, string>>
  readonly cgroup: '1' | '2' | null
  /** As configured: `systemd`, `cgroupfs`; null: not said. */
  readonly kubeletCgroupDriver: string | null
  readonly runtimeCgroupDriver: string | null
  /** How long the kubelet has run, ms; null: it does not, or does not say. */
  readonly kubeletMs: number | null
  /** How full /var is, 0…1; null: not known. */
  readonly diskUsed: number | null
  /** Its clock minus that of this machine, ms. */
  readonly clockMs: number | null
}

export type EngineEvidence = {
  readonly cgroupVersion: '1' | '2' | null
  readonly memoryBytes: number | null
  readonly cpus: number | null
  readonly architecture: string | null
  readonly securityOptions: readonly string[]
  /** Its clock minus that of this machine, ms; only known to half a second. */
  readonly clockMs: number | null
  readonly networks: readonly { readonly name: string; readonly bridge: string; readonly subnets: readonly string[] }[]
  /** What happened to the cluster's containers in the last minutes. */
  readonly events: readonly {
    readonly action: string
    readonly node: string
    readonly signal: string | null
    readonly exitCode: string | null
  }[]
}

export type HostEvidence = {
  readonly platform: string
  readonly memoryBytes: number | null
  readonly availableBytes: number | null
  readonly inotify: { readonly watches: number | null; readonly instances: number | null }
  /** Of this system's table, without the default route. */
  readonly routes: readonly { readonly subnet: string; readonly device: string }[]
  readonly selinux: 'enforcing' | 'permissive' | 'off' | null
  readonly apparmor: boolean | null
  /** False: switched off or not in the kernel. Null: not known. */
  readonly ipv6: boolean | null
}

/** Everything that rules may look at. Plain data, so that it can be kept, sent and replayed in tests. */
export type Evidence = {
  readonly provider: ProviderName
  readonly cluster: string
  readonly image: string | null
  /** Subnets that the cluster was asked to have, for pods and services. */
  readonly subnets: readonly string[]
  readonly command: { readonly argv: readonly string[]; readonly exitCode: number | null; readonly signal: string | null } | null
  readonly nodes: readonly NodeEvidence[]
  readonly engine: EngineEvidence | null
  readonly host: HostEvidence | null
  readonly texts: readonly EvidenceText[]
  /** Sources that did not answer, with why. */
  readonly silent: readonly { readonly source: string; readonly reason: string }[]
}

export const noEvidence: Evidence = {
  provider: 'kind',
  cluster: '',
  image: null,
  subnets: [],
  command: null,
  nodes: [],
  engine: null,
  host: null,
  texts: [],
  silent: [],
}
