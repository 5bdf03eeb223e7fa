/** Why something is not known: only root may see it, what tells it is not there, it took too long, it failed. */
export type WhyUnknown = 'denied' | 'absent' | 'timeout' | 'failed'

/** What was read, or why not: "could not look" is never "no". */
export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: WhyUnknown }

/** A setting in a file: the later one counts. */
export type Setting = { readonly file: string; readonly key: string; readonly value: string }

export type Listener = {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Null: not known whose it is. */
  readonly holder: string | null
}

export type Service = {
  readonly name: string
  readonly there: boolean
  readonly active: boolean
  readonly enabled: boolean
  /** Soft limit of open files; Infinity: none. Null: not told. */
  readonly openFiles: number | null
}

export type CriAnswer = {
  readonly socket: string
  /** `containerd`, `cri-o`, `docker`. Null: it did not answer. */
  readonly name: string | null
  readonly version: string | null
  readonly api: string | null
  readonly driver: 'systemd' | 'cgroupfs' | null
  /** It tells the kubelet its cgroup driver: RuntimeConfig of the CRI. */
  readonly tellsDriver: boolean
  readonly error: string | null
}

export type Space = {
  readonly path: string
  readonly mount: string
  readonly freeBytes: number
  readonly sizeBytes: number
  /** Share of inodes that are free, 0 to 1. Null: the file system counts none. */
  readonly freeInodes: number | null
}

export type ProxySetting = { readonly where: string; readonly name: string; readonly value: string }

/** All that one run of the script says about a machine. Pure data. */
type Opened = { readonly ports: readonly string[]; readonly services: readonly string[] }

export type HostFacts = {
  /** Sections of the script that could not be read, though what they read may be there. */
  readonly unread: ReadonlyMap<string, WhyUnknown>
  readonly root: boolean
  readonly user: string
  readonly os: string
  readonly kernel: string
  /** As `uname -m`. */
  readonly arch: string
  readonly system: string
  readonly distribution: readonly string[]
  /** `none`, or what kind of container it says that it is. */
  readonly container: string
  /** `systemd`, or the name of process 1. */
  readonly init: string
  readonly systemd: boolean
  /** Name to `y` or `m`, and the file. */
  readonly kernelConfig: Known<{ readonly file: string; readonly options: ReadonlyMap<string, string> }>
  readonly modules: ReadonlyMap<string, 'loaded' | 'builtin' | 'available' | 'absent' | 'no-modprobe'>
  /** Names of modules that are loaded at boot, with the file that says so. */
  readonly modulesAtBoot: Known<readonly { readonly file: string; readonly name: string }[]>
  readonly sysctl: ReadonlyMap<string, string>
  readonly sysctlFiles: Known<readonly Setting[]>
  readonly swaps: Known<readonly { readonly name: string; readonly sizeBytes: number }[]>
  readonly fstab: Known<readonly string[]>
  /** Units that systemd would start, with the file each is in. */
  readonly swapUnits: Known<readonly { readonly name: string; readonly file: string }[]>
  readonly kubeletConfig: Known<Readonly<Record<string, unknown>>>
  /** Without dashes: `fail-swap-on` to `false`. */
  readonly kubeletFlags: ReadonlyMap<string, string>
  readonly cgroup: {
    readonly version: 1 | 2 | null
    readonly controllers: readonly string[]
  }
  readonly sockets: readonly string[]
  readonly cri: Known<readonly CriAnswer[]>
  readonly containerdConfig: Known<{
    readonly version: number | null
    readonly driver: 'systemd' | 'cgroupfs'
    readonly criDisabled: boolean
  }>
  readonly crioDriver: Known<'systemd' | 'cgroupfs'>
  readonly dockerDriver: Known<'systemd' | 'cgroupfs' | null>
  readonly containerdVersion: string | null
  readonly crioVersion: string | null
  readonly images: Known<readonly string[]>
  /** Files of an etcd outside the cluster. */
  readonly etcdFiles: readonly { readonly path: string; readonly there: 'yes' | 'no' | 'denied' }[]
  /** What each of its addresses says of itself. `version`: `3.6.5`; null: none was said. */
  readonly etcdVersions: Known<readonly { readonly address: string; readonly version: string | null; readonly said: string }[]>
  readonly services: Known<ReadonlyMap<string, Service>>
  readonly listening: readonly Listener[]
  readonly holders: Known<true>
  readonly hostname: string
  readonly hosts: string
  readonly resolves: Known<readonly string[]>
  readonly productUuid: Known<string>
  readonly machineId: Known<string>
  readonly cards: readonly { readonly name: string; readonly mac: string; readonly device: boolean }[]
  readonly cpus: Known<number>
  readonly memoryBytes: Known<number>
  readonly space: readonly Space[]
  /** Seconds since 1970 by its own clock. */
  readonly clock: Known<number>
  readonly ntpSynchronized: boolean | null
  readonly selinux: 'off' | 'permissive' | 'enforcing'
  readonly selinuxConfig: string | null
  readonly apparmor: boolean
  readonly firewalld: Known<Opened & { readonly running: boolean /** After a reload. */; readonly permanent: Opened }>
  readonly ufw: Known<{ readonly active: boolean; readonly rules: readonly string[] }>
  /** `iptables v1.8.9 (nf_tables)`. */
  readonly iptablesVersion: Known<string>
  readonly iptablesRules: Known<readonly string[]>
  readonly iptablesCount: Known<{ readonly legacy: number | null; readonly nft: number | null }>
  readonly nftHooks: Known<readonly string[]>
  readonly tools: ReadonlyMap<string, string>
  readonly kubeadm: string | null
  readonly kubelet: string | null
  readonly resolv: Known<{
    readonly link: string
    readonly nameservers: readonly string[]
    readonly search: readonly string[]
  }>
  readonly resolvedUpstream: readonly string[]
  readonly proxies: readonly ProxySetting[]
  readonly routes: readonly { readonly subnet: string; readonly device: string }[]
  readonly defaultRoute: boolean
  /** Its own, without loopback and link-local: `172.18.0.4/16`. */
  readonly addresses: readonly { readonly device: string; readonly address: string }[]
  /** Files of kubeadm: there or not. */
  readonly there: ReadonlyMap<string, 'yes' | 'no' | 'denied'>
  readonly etcdDir: Known<readonly string[]>
  readonly cniBin: Known<readonly string[]>
  readonly cniConf: Known<readonly string[]>
}

export const known = <T>(value: T): Known<T> => ({ known: true, value })
export const unknown = (why: WhyUnknown): { readonly known: false; readonly why: WhyUnknown } => ({ known: false, why })
