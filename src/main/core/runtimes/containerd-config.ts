import type { CgroupDriver, RegistryMirror } from '#shared/contract/runtimes.ts'
import { get, parsed } from './toml-edit.ts'

/** The names of the CRI plugin, by the version of the configuration: https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
export const criPlugins = {
  2: { runtime: 'io.containerd.grpc.v1.cri', images: 'io.containerd.grpc.v1.cri' },
  3: { runtime: 'io.containerd.cri.v1.runtime', images: 'io.containerd.cri.v1.images' },
} as const

/** Names under which a configuration of any version turns CRI off. */
export const criNames: readonly string[] = [
  'cri',
  'io.containerd.grpc.v1.cri',
  'io.containerd.cri.v1.runtime',
  'io.containerd.cri.v1.images',
]

export type ContainerdConfig = {
  readonly version: number
  readonly driver: CgroupDriver | null
  readonly sandboxImage: string | null
  readonly criDisabled: boolean
  readonly ociRuntime: string | null
  /** Where hosts.toml files are; `/etc/containerd/certs.d`, maybe several with colons between. */
  readonly certsDir: string | null
  /** Of the deprecated table `registry.mirrors`. */
  readonly mirrors: readonly { readonly registry: string; readonly endpoints: readonly string[] }[]
}

/** What `containerd config dump` or a configuration file says. `null`: no TOML. A file of version 1 has other names and is read for what is the same. Pure. */
export function readContainerdConfig(text: string): ContainerdConfig | null {
  const tree = parsed(text)
  if (tree === null) return null
  const version = Number(get(tree, ['version']) ?? 1)
  const names = version >= 3 ? criPlugins[3] : criPlugins[2]
  const under = (plugin: string, ...path: string[]) => get(tree, ['plugins', plugin, ...path])
  const runtimeName = textOf(under(names.runtime, 'containerd', 'default_runtime_name')) ?? 'runc'
  const runtime = (...path: string[]) => under(names.runtime, 'containerd', 'runtimes', runtimeName, ...path)
  const systemd = runtime('options', 'SystemdCgroup')
  const table = under(names.images, 'registry', 'mirrors')
  return {
    version,
    // Not said in a runtime that is: its default is cgroupfs.
    driver: systemd === true ? 'systemd' : systemd === false || runtime() !== undefined ? 'cgroupfs' : null,
    sandboxImage: textOf(under(names.images, 'pinned_images', 'sandbox')) ?? textOf(under(names.images, 'sandbox_image')),
    criDisabled: listOf(get(tree, ['disabled_plugins'])).some((name) => criNames.includes(name)),
    ociRuntime: textOf(runtime('options', 'BinaryName')) ?? (runtime() === undefined ? null : runtimeName),
    certsDir: textOf(under(names.images, 'registry', 'config_path')),
    mirrors: Object.entries((table ?? {}) as Record<string, unknown>).map(([registry, at]) => ({
      registry,
      endpoints: listOf(get(at, ['endpoint'])),
    })),
  }
}

/** The hosts of a hosts.toml, in its order: https://github.com/containerd/containerd/blob/main/docs/hosts.md. Null: no TOML, or it names none. Pure. */
export function readHostsToml(path: string, text: string): RegistryMirror | null {
  const hosts = get(parsed(text), ['host'])
  const registry = /\/([^/]+)\/hosts\.toml$/.exec(path)?.[1]
  if (registry === undefined || typeof hosts !== 'object' || hosts === null) return null
  return { registry, endpoints: Object.keys(hosts), file: path }
}

/** `io.containerd.grpc.v1 cri` of `ctr plugins ls`. Null: the list does not name it. Pure. */
export function criPluginState(text: string): 'ok' | 'off' | null {
  const states = text.split('\n').flatMap((line) => {
    const [type = '', id = '', , state = ''] = line.trim().split(/\s+/)
    return (type === 'io.containerd.grpc.v1' && id === 'cri') || type === 'io.containerd.cri.v1' ? [state] : []
  })
  return states.length === 0 ? null : states.every((state) => state === 'ok') ? 'ok' : 'off'
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
