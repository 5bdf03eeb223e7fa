import { z } from 'zod'
import type { CgroupDriver, RegistryMirror } from '#shared/contract/runtimes.ts'
import { listOf, textOf } from './containerd-config.ts'
import { get, parsed } from './toml-edit.ts'

export type OtherConfig = {
  readonly driver: CgroupDriver | null
  readonly sandboxImage: string | null
  readonly ociRuntime: string | null
}

/** `crio status config` or `crio config`: https://github.com/cri-o/cri-o/blob/main/docs/crio.conf.5.md. Null: no TOML. Pure. */
export function readCrioConfig(text: string): OtherConfig | null {
  const tree = parsed(text)
  if (tree === null) return null
  return {
    driver: driverOf(get(tree, ['crio', 'runtime', 'cgroup_manager'])),
    sandboxImage: textOf(get(tree, ['crio', 'image', 'pause_image'])),
    ociRuntime: textOf(get(tree, ['crio', 'runtime', 'default_runtime'])),
  }
}

/** Mirrors of a registries.conf: https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md. Pure. */
export function readRegistriesConf(file: string, text: string): RegistryMirror[] {
  const registries = get(parsed(text), ['registry'])
  return (Array.isArray(registries) ? registries : []).flatMap((entry: unknown) => {
    const registry = textOf(get(entry, ['prefix'])) ?? textOf(get(entry, ['location']))
    const mirrors = get(entry, ['mirror'])
    const endpoints = (Array.isArray(mirrors) ? mirrors : []).flatMap((one: unknown) => textOf(get(one, ['location'])) ?? [])
    return registry === null || endpoints.length === 0 ? [] : [{ registry, endpoints, file }]
  })
}

const infoSchema = z.object({
  ServerVersion: z.string().optional(),
  CgroupDriver: z.string().optional(),
  DefaultRuntime: z.string().optional(),
  ServerErrors: z.array(z.string()).nullish(),
  RegistryConfig: z.object({ Mirrors: z.array(z.string()).nullish() }).nullish(),
})
const versionSchema = z.object({
  Server: z.object({ Version: z.string().optional(), Platform: z.object({ Name: z.string().optional() }).nullish() }).nullish(),
})

export type DockerAnswer = {
  readonly version: string | null
  readonly driver: CgroupDriver | null
  readonly ociRuntime: string | null
  readonly mirrors: readonly string[]
  readonly mirantis: boolean
}

/** `docker info` and `docker version` as JSON. With the daemon down both are JSON all the same, without a version. Null: no server answered. Pure. */
export function readDocker(info: string | null, version: string | null): DockerAnswer | null {
  const told = infoSchema.safeParse(jsonOf(info))
  const server = versionSchema.safeParse(jsonOf(version)).data?.Server
  if (!told.success || !told.data.ServerVersion || (told.data.ServerErrors?.length ?? 0) > 0) return null
  return {
    version: told.data.ServerVersion,
    driver: driverOf(told.data.CgroupDriver),
    ociRuntime: told.data.DefaultRuntime ?? null,
    mirrors: told.data.RegistryConfig?.Mirrors ?? [],
    // "Mirantis Container Runtime" of its server: https://docs.mirantis.com/mcr/
    mirantis: /mirantis/i.test(server?.Platform?.Name ?? ''),
  }
}

/** The driver that a daemon.json asks for; null: it leaves that to Docker. Pure. */
export function daemonJsonDriver(text: string): CgroupDriver | null {
  const options = listOf(get(jsonOf(text), ['exec-opts']))
  return driverOf(options.findLast((option) => option.startsWith('native.cgroupdriver='))?.slice('native.cgroupdriver='.length))
}

export function driverOf(value: unknown): CgroupDriver | null {
  return value === 'systemd' || value === 'cgroupfs' ? value : null
}

export function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
