import { z } from 'zod'
import { sections } from '../exec/sections.ts'
import type { NodeEvidence, NodeInside } from './evidence.ts'

const inspectSchema = z.array(
  z.object({
    Name: z.string(),
    State: z.object({ Status: z.string(), ExitCode: z.number().nullish(), OOMKilled: z.boolean().nullish(), Error: z.string().nullish() }),
    Config: z.object({ Image: z.string().nullish() }).nullish(),
    HostConfig: z.object({ Memory: z.number().nullish() }).nullish(),
  }),
)

/** Of `docker inspect`. Pure. Nothing where it cannot be read. */
export function parseInspect(text: string): NodeEvidence[] {
  const parsed = inspectSchema.safeParse(jsonOf(text))
  return (parsed.data ?? []).map(({ Name, State, Config, HostConfig }) => ({
    name: Name.replace(/^\//, ''),
    status: State.Status,
    exitCode: State.ExitCode ?? null,
    oomKilled: State.OOMKilled === true,
    error: State.Error ?? '',
    image: Config?.Image ?? '',
    memoryBytes: HostConfig?.Memory || null,
    inside: null,
  }))
}

/** Of the script that is run in a node. `now`: this machine's time when its answer came. Pure. */
export function parseInside(text: string, now: number): NodeInside | null {
  const parts = sections(text)
  if (parts.size === 0) return null
  const part = (name: string) => (parts.get(name) ?? '').trim()
  const cni = part('cni')
  const filesystem = part('cgroup')
  const used = /\s(\d+)%\s/.exec(part('disk'))?.[1]
  const systemd = /SystemdCgroup\s*=\s*(true|false)/.exec(part('runtime-driver'))?.[1]
  const date = Number(part('date'))
  const unit: Record<string, string> = Object.fromEntries(
    part('kubelet')
      .split('\n')
      .flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [])),
  )
  const since = Number(unit['ActiveEnterTimestampMonotonic']) / 1000
  const uptime = Number(part('uptime').split(' ')[0]) * 1000
  return {
    cni: cni === 'absent' ? null : cni.split('\n').filter((name) => name !== ''),
    resolvConf: part('resolv'),
    kubeletUnit: unit,
    kubeletMs: unit['ActiveState'] === 'active' && since > 0 && uptime > since ? Math.round(uptime - since) : null,
    cgroup: filesystem === 'cgroup2fs' ? '2' : filesystem === '' ? null : '1',
    kubeletCgroupDriver: /cgroupDriver:\s*"?(\w+)/.exec(part('kubelet-driver'))?.[1] ?? null,
    runtimeCgroupDriver: systemd === undefined ? null : systemd === 'true' ? 'systemd' : 'cgroupfs',
    diskUsed: used === undefined ? null : Number(used) / 100,
    clockMs: Number.isFinite(date) && date > 0 ? date - now : null,
  }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
