import { z } from 'zod'
import { placeholderLabels } from '../providers/kind/addresses.ts'
import {
  kindLabel,
  kindRoleLabel,
  minikubeLabel,
  minikubeNameLabel,
  minikubeRoleLabel,
  type ThingContainer,
  type ThingNetwork,
  type ThingVolume,
} from './types.ts'

const fields = ['ID', 'Names', 'CreatedAt', 'Mounts', 'Networks']
const labelNames = [kindLabel, kindRoleLabel, minikubeLabel, minikubeNameLabel, minikubeRoleLabel, ...Object.values(placeholderLabels)]

/**
 * Not `{{json .}}`: that holds `Size`, for which the engine walks every container's files, and all labels joined by commas, where a value with a comma
 * looks like two labels.
 */
export const containerFormat = `{${fields.map((field) => `"${field}":{{json .${field}}}`).join(',')},"Labels":{${labelNames
  .map((label) => `"${label}":{{json (.Label "${label}")}}`)
  .join(',')}}}`

const containerSchema = z.object({
  ID: z.string(),
  Names: z.string(),
  /** Empty: it has no such label. */
  Labels: z.record(z.string(), z.string()),
  CreatedAt: z.string(),
  Mounts: z.string(),
  Networks: z.string(),
})
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})
const volumeSchema = z.object({ Name: z.string(), Labels: labels, CreatedAt: z.string().optional() })
const networkSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Driver: z.string(),
  Created: z.string().optional(),
  Labels: labels,
  Options: labels,
  Containers: z.record(z.string(), z.unknown()).nullish(),
})

/** Lines of `docker ps --all --no-trunc`. Throws where a line is not such JSON: half an answer would make what is in use look unused. */
export function parseContainers(stdout: string): ThingContainer[] {
  return lines(stdout).map((line) => {
    const one = containerSchema.parse(JSON.parse(line))
    return {
      id: one.ID,
      name: one.Names.split(',').find((name) => !name.includes('/')) ?? one.Names,
      labels: Object.fromEntries(Object.entries(one.Labels).filter(([, value]) => value !== '')),
      createdAt: timeOf(one.CreatedAt),
      volumes: words(one.Mounts),
      networks: words(one.Networks),
    }
  })
}

/** Lines of `docker volume inspect --format={{json .}}`. Throws as above. */
export function parseVolumes(stdout: string): ThingVolume[] {
  return lines(stdout).map((line) => {
    const one = volumeSchema.parse(JSON.parse(line))
    return { name: one.Name, labels: one.Labels, createdAt: timeOf(one.CreatedAt ?? '') }
  })
}

/** Lines of `docker network inspect --format={{json .}}`. Throws as above. */
export function parseNetworks(stdout: string): ThingNetwork[] {
  return lines(stdout).map((line) => {
    const one = networkSchema.parse(JSON.parse(line))
    return {
      id: one.Id,
      name: one.Name,
      driver: one.Driver,
      labels: one.Labels,
      createdAt: timeOf(one.Created ?? ''),
      attached: Object.keys(one.Containers ?? {}).length,
      masquerade: one.Options['com.docker.network.bridge.enable_ip_masquerade'] === 'true',
    }
  })
}

const sizesSchema = z.object({
  Containers: z.array(z.object({ ID: z.string(), Size: z.string() })).nullish(),
  Volumes: z.array(z.object({ Name: z.string(), Size: z.string() })).nullish(),
})

/** `docker system df -v --format={{json .}}`: bytes by id of a container (its first 12 digits) and name of a volume. Empty where it says nothing. */
export function parseSizes(stdout: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  try {
    const { Containers, Volumes } = sizesSchema.parse(JSON.parse(stdout))
    const add = (key: string, size: string) => {
      const bytes = bytesOf(size)
      if (bytes !== null) sizes.set(key, bytes)
    }
    for (const one of Containers ?? []) add(one.ID.slice(0, 12), one.Size)
    for (const one of Volumes ?? []) add(one.Name, one.Size)
  } catch {
    // Only sizes are lost.
  }
  return sizes
}

/** `12.3MB (virtual 684MB)`, `0B`: decimal units. Null where it is none, as `N/A`. */
function bytesOf(size: string): number | null {
  const match = /^([\d.]+)\s*([kKMGT]?)B\b/.exec(size)
  return match === null ? null : Math.round(Number(match[1]) * 1000 ** ' KMGT'.indexOf((match[2] ?? '').toUpperCase() || ' '))
}

/** `2026-11-24 03:30:05 +0000 UTC` and RFC 3339. */
function timeOf(time: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)/.exec(time)
  const zone = match?.[3]?.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${zone}`)
  return Number.isNaN(ms) || ms < 0 ? null : ms
}

const lines = (stdout: string) => stdout.split('\n').filter((line) => line.trim() !== '')
const words = (joined: string) => joined.split(',').filter((word) => word !== '')
