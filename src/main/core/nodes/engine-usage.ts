import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { NodeUsage } from '#shared/contract/nodes.ts'

export type EngineUsageDeps = { readonly exec: Pick<Exec, 'run'>; readonly engines: Pick<Engines, 'require' | 'explain'> }

/**
 * What the engine counts of containers by now; asking takes it about two seconds, as CPU is the difference of two looks.
 * Throws `engine-*`, `cancelled`, `command-timeout`, `command-failed` (also where one of them does not run).
 */
export async function engineUsage(
  { exec, engines }: EngineUsageDeps,
  containers: readonly { readonly name: string; readonly containerId: string }[],
  signal: AbortSignal,
): Promise<NodeUsage[]> {
  const { docker, engine } = await engines.require()
  const args = ['stats', '--no-stream', '--no-trunc', '--format={{json .}}', '--', ...containers.map((one) => one.containerId)]
  const result = await runDocker({ exec, engines }, { file: docker, args, quiet: true, timeoutMs: 15_000, signal })
  const stats = parseStats(result.stdout)
  return containers.map(({ name, containerId }) => {
    const found = stats.find(({ id }) => id !== '' && (containerId.startsWith(id) || id.startsWith(containerId)))
    return {
      node: name,
      cpu: found?.cpu ?? null,
      cpus: engine.cpus,
      memoryBytes: found?.memoryBytes ?? null,
      memoryLimitBytes: found?.memoryLimitBytes ?? null,
    }
  })
}

/**
 * Lines of `docker stats --format={{json .}}`; 100 % is one core. What cannot be read is null, as is `--`, which it prints for one that does not run, and
 * nothing of no limit, which it prints where the engine got no figures (seen on 20.10 with cgroups that containerd does not find). Pure.
 */
export function parseStats(
  stdout: string,
): { id: string; cpu: number | null; memoryBytes: number | null; memoryLimitBytes: number | null }[] {
  return stdout.split('\n').flatMap((line) => {
    const json = objectOf(line)
    if (json === null) return []
    const percent = Number.parseFloat(textOf(json['CPUPerc']))
    const [used = '', limit = ''] = textOf(json['MemUsage']).split(' / ')
    const counted = parseBytes(used) !== 0 || parseBytes(limit) !== 0
    return [
      {
        id: textOf(json['ID']),
        cpu: Number.isFinite(percent) && counted ? percent / 100 : null,
        memoryBytes: counted ? parseBytes(used) : null,
        memoryLimitBytes: parseBytes(limit) || null,
      },
    ]
  })
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

function parseBytes(text: string): number | null {
  const [, number = '', unit = ''] = /^([\d.]+)([kKMGT]?i?B)$/.exec(text.trim()) ?? []
  const step = unit.includes('i') ? 1024 : 1000
  const power = ' KMGT'.indexOf((unit[0] ?? '').toUpperCase() === 'B' ? ' ' : (unit[0] ?? '').toUpperCase())
  return number === '' ? null : Math.round(Number(number) * step ** power)
}

function objectOf(line: string): Record<string, unknown> | null {
  // A terminal's clear sequences may stand before the line.
  const start = line.indexOf('{')
  try {
    const value: unknown = start < 0 ? null : JSON.parse(line.slice(start))
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}
