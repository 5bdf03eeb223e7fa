import type { EngineContainer, EngineImage } from './types.ts'

export type VersionAnswer = {
  readonly context: string | null
  /** Null: no engine answered. */
  readonly server: {
    readonly version: string
    readonly platform: string
    readonly components: readonly string[]
    readonly os: string | null
    readonly arch: string | null
    readonly build: string
  } | null
}

/** `docker version --format '{{json .}}'`; `Server` is null when nothing answers (exit code 1). Null: not such JSON. */
export function parseVersion(stdout: string): VersionAnswer | null {
  const json = parseObject(stdout)
  if (json === null || typeof json['Client'] !== 'object') return null
  const client = object(json['Client'])
  const server = object(json['Server'])
  const version = text(server['Version'])
  return {
    context: text(client['Context']),
    server:
      version === null
        ? null
        : {
            version,
            platform: text(object(server['Platform'])['Name']) ?? '',
            components: array(server['Components']).flatMap((one) => text(object(one)['Name']) ?? []),
            os: text(server['Os']),
            arch: text(server['Arch']),
            build: [version, text(server['GitCommit']), text(server['KernelVersion'])].join(' '),
          },
  }
}

export type InfoAnswer = {
  readonly operatingSystem: string
  readonly name: string
  readonly cpus: number | null
  readonly memoryBytes: number | null
  readonly cgroupVersion: '1' | '2' | null
  readonly rootless: boolean
}

/** `docker info --format '{{json .}}'`. Null where the engine did not answer: the CLI then prints an object of zero values. */
export function parseInfo(stdout: string): InfoAnswer | null {
  const json = parseObject(stdout)
  if (json === null || text(json['ServerVersion']) === null || array(json['ServerErrors']).length > 0) return null
  const cgroup = json['CgroupVersion']
  return {
    operatingSystem: text(json['OperatingSystem']) ?? '',
    name: text(json['Name']) ?? '',
    cpus: positive(json['NCPU']),
    memoryBytes: positive(json['MemTotal']),
    cgroupVersion: cgroup === '1' || cgroup === '2' ? cgroup : null,
    rootless: array(json['SecurityOptions']).some((one) => /(^|,)name=rootless(,|$)/.test(text(one) ?? '')),
  }
}

/** Endpoint of `docker context inspect --format '{{json .}}'`. */
export function parseEndpoint(stdout: string): string | null {
  const json = parseObject(stdout)
  return json === null ? null : text(object(object(json['Endpoints'])['docker'])['Host'])
}

/** Lines of `docker ps --all --no-trunc` as JSON. Null: a line is not such JSON. */
export function parseContainers(stdout: string): EngineContainer[] | null {
  return parseLines(stdout, (json) => {
    const [id, names, status] = [text(json['ID']), text(json['Names']), text(json['Status']) ?? '']
    if (id === null || names === null) return null
    const exit = /^Exited \((-?\d+)\)/.exec(status)
    return {
      id,
      // With links a container has several: `web,other/alias`.
      name: names.split(',').find((name) => !name.includes('/')) ?? names,
      image: text(json['Image']) ?? '',
      labels: parseLabels(text(json['Labels']) ?? ''),
      state: text(json['State']) ?? stateOf(status),
      exitCode: exit === null ? null : Number(exit[1]),
      createdAt: parseTime(text(json['CreatedAt']) ?? ''),
      ports: parsePorts(text(json['Ports']) ?? ''),
    }
  })
}

/**
 * `a=1,b=2`, as `docker ps` joins labels. A value with a comma cannot be told from two labels; a piece without `=` is taken as the
 * rest of the value before it. (`.Labels` of the CLI is a joined string: https://docs.docker.com/reference/cli/docker/container/ls/#format)
 */
export function parseLabels(joined: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let last: string | null = null
  for (const piece of joined === '' ? [] : joined.split(',')) {
    const at = piece.indexOf('=')
    if (at > 0) {
      last = piece.slice(0, at)
      labels[last] = piece.slice(at + 1)
    } else if (last !== null) labels[last] += `,${piece}`
  }
  return labels
}

/** `127.0.0.1:43117->6443/tcp, [::]:80-82->80-82/udp, 9153/tcp`: the published ones, ranges one by one. */
export function parsePorts(joined: string): EngineContainer['ports'] {
  return joined.split(', ').flatMap((one) => {
    const match = /^(.*):(\d+)(?:-(\d+))?->(\d+)(?:-\d+)?\/(\w+)$/.exec(one)
    if (match === null) return []
    const [first, last, inside] = [Number(match[2]), Number(match[3] ?? match[2]), Number(match[4])]
    const hostIp = (match[1] ?? '').replace(/^\[(.*)\]$/, '$1')
    return Array.from({ length: Math.min(65536, Math.max(0, last - first + 1)) }, (_, n) => ({
      hostIp,
      hostPort: first + n,
      containerPort: inside + n,
      protocol: match[5] ?? 'tcp',
    }))
  })
}

/** Lines of `docker image ls --no-trunc --format '{{json .}}'`, without those that have no name. Sizes are rounded for people (`684MB`). */
export function parseImages(stdout: string): EngineImage[] | null {
  const images = parseLines(stdout, (json) => {
    const [id, repository, tag] = [text(json['ID']), text(json['Repository']), text(json['Tag'])]
    if (id === null || repository === null || tag === null) return null
    return {
      id,
      ref: repository === '<none>' || tag === '<none>' ? '' : `${repository}:${tag}`,
      sizeBytes: parseSize(text(json['Size']) ?? ''),
      labels: {},
    }
  })
  return images?.filter(({ ref }) => ref !== '') ?? null
}

/** Lines of `docker image inspect --format '{{json .}}'`: size in bytes and labels by id. */
export function parseImageDetails(stdout: string): Map<string, { readonly sizeBytes: number; readonly labels: Record<string, string> }> {
  const details = new Map<string, { sizeBytes: number; labels: Record<string, string> }>()
  for (const line of stdout.split('\n')) {
    const json = parseObject(line)
    const [id, size] = [text(json?.['Id']), positive(json?.['Size'])]
    if (json === null || id === null || size === null) continue
    const labels = Object.entries(object(object(json['Config'])['Labels'])).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    )
    details.set(id, { sizeBytes: size, labels: Object.fromEntries(labels) })
  }
  return details
}

/** `8.45MB`, `1.2GB`, `934B`: decimal units. 0 where it is none. */
function parseSize(size: string): number {
  const match = /^([\d.]+)\s*([kKMGT]?)B$/.exec(size)
  return match === null ? 0 : Math.round(Number(match[1]) * 1000 ** ' KMGT'.indexOf((match[2] ?? '').toUpperCase() || ' '))
}

/** `2026-11-24 03:30:05 +0000 UTC` */
function parseTime(time: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d\d)(\d\d)/.exec(time)
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`)
  return Number.isNaN(ms) ? null : ms
}

/** Before 20.10 there is no `State`. */
function stateOf(status: string): string {
  if (status.startsWith('Up')) return status.endsWith('(Paused)') ? 'paused' : 'running'
  return (/^\w+/.exec(status)?.[0] ?? 'unknown').toLowerCase()
}

function parseLines<T>(stdout: string, read: (json: Record<string, unknown>) => T | null): T[] | null {
  const rows: T[] = []
  for (const line of stdout.split('\n')) {
    if (line.trim() === '') continue
    const json = parseObject(line)
    const row = json === null ? null : read(json)
    if (row === null) return null
    rows.push(row)
  }
  return rows
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const positive = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null)
