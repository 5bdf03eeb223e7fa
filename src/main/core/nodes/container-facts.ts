import { z } from 'zod'
import type { NodeContainer } from '#shared/contract/nodes.ts'

const text = z.string().nullish()
const binding = z.object({ HostIp: text, HostPort: text })

/** The parts of `docker inspect` that a node's page shows: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect */
const rawContainerSchema = z.object({
  Id: z.string(),
  State: z.object({ Status: text, StartedAt: text, FinishedAt: text, ExitCode: z.number().nullish(), OOMKilled: z.boolean().nullish() }),
  Config: z.object({ Image: text }),
  HostConfig: z.object({
    NanoCpus: z.number().nullish(),
    Memory: z.number().nullish(),
    RestartPolicy: z.object({ Name: text, MaximumRetryCount: z.number().nullish() }).nullish(),
  }),
  Mounts: z.array(z.object({ Type: text, Name: text, Source: text, Destination: text, RW: z.boolean().nullish() })).nullish(),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(binding).nullish()).nullish(),
    Networks: z.record(z.string(), z.object({ IPAddress: text, GlobalIPv6Address: text })).nullish(),
  }),
})

/** `docker inspect --format={{json .}}` of one container. Null: not such JSON. Pure. */
export function parseContainer(stdout: string): NodeContainer | null {
  const parsed = rawContainerSchema.safeParse(jsonOf(stdout))
  if (!parsed.success) return null
  const { Id, State, Config, HostConfig, Mounts, NetworkSettings } = parsed.data
  const restart = HostConfig.RestartPolicy
  return {
    id: Id,
    image: Config.Image ?? '',
    state: State.Status ?? '',
    startedAt: timeOf(State.StartedAt),
    finishedAt: timeOf(State.FinishedAt),
    exitCode: State.Status === 'exited' || State.Status === 'dead' ? (State.ExitCode ?? null) : null,
    oomKilled: State.OOMKilled === true,
    restartPolicy: restart?.MaximumRetryCount ? `${restart.Name ?? ''}:${restart.MaximumRetryCount}` : (restart?.Name ?? ''),
    cpus: HostConfig.NanoCpus ? HostConfig.NanoCpus / 1e9 : null,
    memoryBytes: HostConfig.Memory || null,
    ports: Object.entries(NetworkSettings.Ports ?? {}).flatMap(([inside, bindings]) => {
      const [port = '', protocol = 'tcp'] = inside.split('/')
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        hostIp: HostIp ?? '',
        hostPort: Number(HostPort),
        containerPort: Number(port),
        protocol,
      }))
    }),
    mounts: (Mounts ?? []).map((mount) => ({
      type: mount.Type ?? '',
      name: mount.Name ?? '',
      source: mount.Source ?? '',
      destination: mount.Destination ?? '',
      writable: mount.RW !== false,
    })),
    networks: Object.entries(NetworkSettings.Networks ?? {}).map(([name, network]) => ({
      name,
      ipv4: network.IPAddress ?? '',
      ipv6: network.GlobalIPv6Address ?? '',
    })),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `0001-01-01T00:00:00Z` is docker's word for never. */
function timeOf(time: string | null | undefined): number | null {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) || ms <= 0 ? null : ms
}
