import { z } from 'zod'
import type { HeldImage } from '../provider.ts'

/** A node in `minikube status -o json`. Values that are not known are kept as they are. */
export type NodeStatus = {
  readonly name: string
  readonly host: string
  readonly kubelet: string
  readonly apiServer: string
  readonly worker: boolean
}

const statusSchema = z.looseObject({
  Name: z.string(),
  Host: z.string().catch(''),
  Kubelet: z.string().catch(''),
  APIServer: z.string().catch(''),
  Worker: z.boolean().catch(false),
})

/**
 * One object for one node, an array for more, `null` where a machine is missing, and events where the profile is (exit code 85). The exit code is a sum of
 * bits, 0 only where everything runs, so it says nothing here. Null: no status.
 */
export function parseStatus(stdout: string): NodeStatus[] | null {
  const json = jsonOf(stdout)
  if (json === null || typeof json !== 'object' || 'specversion' in json) return null
  const nodes = z.array(statusSchema).safeParse(Array.isArray(json) ? json : [json])
  if (!nodes.success || nodes.data.length === 0) return null
  return nodes.data.map((node) => ({
    name: node.Name,
    host: node.Host,
    kubelet: node.Kubelet,
    apiServer: node.APIServer,
    worker: node.Worker,
  }))
}

export type AddOn = { readonly name: string; readonly enabled: boolean }

/** `minikube addons list -o json`, by name. Null: not such JSON. */
export function parseAddOns(stdout: string): AddOn[] | null {
  const found = z.record(z.string(), z.looseObject({ Status: z.string().optional() })).safeParse(jsonOf(stdout))
  if (!found.success) return null
  return Object.entries(found.data)
    .map(([name, { Status }]) => ({ name, enabled: Status === 'enabled' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export type ServiceAddress = {
  readonly namespace: string
  readonly name: string
  /** Empty: it has no node port, or the driver makes it reachable through a tunnel only. */
  readonly urls: readonly string[]
}

const serviceSchema = z.looseObject({ Namespace: z.string(), Name: z.string(), URLs: z.array(z.string()).nullable().catch(null) })

/** `minikube service list -o json`. Null: not such JSON. */
export function parseServices(stdout: string): ServiceAddress[] | null {
  const found = z.array(serviceSchema).nullable().safeParse(jsonOf(stdout))
  if (!found.success) return null
  return (found.data ?? []).map(({ Namespace, Name, URLs }) => ({ namespace: Namespace, name: Name, urls: URLs ?? [] }))
}

const imageSchema = z.looseObject({
  id: z.string().catch(''),
  repoTags: z.array(z.string()).nullish(),
  repoDigests: z.array(z.string()).nullish(),
  size: z.union([z.string(), z.number()]).nullish(),
})

/** `minikube image ls --format=json` (an array) and `crictl images --output=json` (`images`): one row for each name. Null: not such JSON. */
export function parseHeldImages(stdout: string): HeldImage[] | null {
  const json = jsonOf(stdout)
  const list = z.array(imageSchema).safeParse(typeof json === 'object' && json !== null && 'images' in json ? json.images : json)
  if (!list.success) return null
  return list.data.flatMap(({ id, repoTags, repoDigests, size }) => {
    const bytes = size === null || size === undefined || size === '' ? Number.NaN : Number(size)
    const sizeBytes = Number.isFinite(bytes) ? bytes : null
    const names = repoTags?.length ? repoTags : repoDigests?.length ? repoDigests.slice(0, 1) : [id]
    return names.map((ref) => ({ ref, id, sizeBytes }))
  })
}

/** `minikube config defaults kubernetes-version -o json`: versions of that release, newest first. Null: not such JSON. */
export function parseVersions(stdout: string): string[] | null {
  const found = z.array(z.string()).safeParse(jsonOf(stdout))
  return found.success ? found.data.filter((version) => /^v\d+\.\d+\.\d+$/.test(version)) : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
