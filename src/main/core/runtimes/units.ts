import type { RuntimeUnit } from '#shared/contract/runtimes.ts'
import type { Target } from '../targets/types.ts'
import type { Parts } from './parts.ts'

export type Unit = RuntimeUnit & {
  /** argv of ExecStart, as systemd shows it: variables are not filled in. */
  readonly command: string
  /** Paths that a socket unit listens on. */
  readonly listens: readonly string[]
  /** Seconds since boot when it became active; null: it is not. */
  readonly activeSince: number | null
}

/** What `systemctl show` says of a unit. `unknown` where it was not asked. Pure. */
export function readUnit(parts: Parts, name: string): Unit {
  const text = parts.text(`unit ${name}`)
  if (text === null) return { name, state: 'unknown', enabled: null, command: '', listens: [], activeSince: null }
  const values = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const))
  const said = (key: string) => values.get(key) ?? ''
  const since = Number(said('ActiveEnterTimestampMonotonic')) / 1e6
  const active = said('ActiveState')
  return {
    name,
    state:
      said('LoadState') !== 'loaded'
        ? 'absent'
        : active === 'active' || active === 'reloading'
          ? 'running'
          : active === 'failed'
            ? 'failed'
            : 'stopped',
    enabled: said('UnitFileState') === '' ? null : said('UnitFileState').startsWith('enabled'),
    command: /argv\[\]=(.*?) ; /.exec(said('ExecStart'))?.[1] ?? '',
    listens: text.split('\n').flatMap((line) => /^Listen=(\S+)/.exec(line)?.[1] ?? []),
    activeSince: active === 'active' && since > 0 ? since : null,
  }
}

/** A file was written after a unit became active: it works with what stood there before. Null: it cannot be told. Pure. */
export function isNewer(parts: Parts, written: string, unit: Unit): boolean | null {
  const [now, uptime] = (parts.text('clock') ?? '').split('\n').map(Number)
  const at = Number(parts.text(written) ?? Number.NaN)
  if (unit.activeSince === null || now === undefined || uptime === undefined || Number.isNaN(at)) return null
  // Both clocks are whole seconds at best: what was written in the second of the start counts as read.
  return at > Math.ceil(now - uptime + unit.activeSince) + 1
}

/** The value of a flag in a command line: `--name=value` or `--name value`. Pure. */
export function flagOf(command: string, name: string): string | null {
  return (
    new RegExp(`(?:^|\\s)${name}(?:=|\\s+)(?:"([^"]*)"|([^\\s"]+))`)
      .exec(command)
      ?.slice(1)
      .find((value) => value !== undefined) ?? null
  )
}

/** The command of the unit of cri-dockerd, as it is in effect; empty where there is none. Throws what the target throws. */
export async function dockerdCommand(target: Target): Promise<string> {
  const { stdout } = await target.run({
    argv: ['systemctl', 'show', 'cri-docker.service', '-p', 'ExecStart'],
    quiet: true,
    timeoutMs: 10_000,
  })
  return /argv\[\]=(.*?) ; /.exec(stdout)?.[1] ?? ''
}
