import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import type { Cluster, ClusterService } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import { createAsk } from './ask.ts'
import { folderOf, makeFolder } from './create.ts'
import type { ProviderDeps } from './types.ts'

/** Where the services of a cluster are reached; null where its provider does not say. What the API says of load balancers comes beside it, and may be missing. */
export async function servicesOf(
  deps: ProviderDeps,
  { name, version }: Pick<Cluster, 'name' | 'version'>,
): Promise<ClusterService[] | null> {
  const { provider, dataDir, versions } = deps
  if (provider.services === undefined) return null
  const folder = folderOf(dataDir, `services-${randomUUID()}`)
  const [file, context] = [provider.kubeconfigFile(folder), provider.contextName(name)]
  await makeFolder(folder)
  try {
    const found = await provider.services(name, folder)
    versions?.note({ file, name: context }, version)
    const balancers = await createAsk(deps)
      .json(file, context, ['get', 'services', '--all-namespaces'])
      .then(parseBalancers, (error: unknown) => {
        if (error instanceof AppError) return new Map<string, string[]>()
        throw error
      })
    return found.map((one) => ({ ...one, urls: [...one.urls], balancer: balancers.get(`${one.namespace}/${one.name}`) ?? null }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string() }),
      spec: z.object({ type: z.string().optional(), ports: z.array(z.object({ port: z.number() })).nullish() }),
      status: z
        .object({
          loadBalancer: z
            .object({ ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).nullish() })
            .optional(),
        })
        .optional(),
    }),
  ),
})

/** Services of type LoadBalancer by `namespace/name`, each with `address:port` for all that it has; empty of one that is not as the API has it. Pure. */
export function parseBalancers(json: unknown): Map<string, string[]> {
  const list = listSchema.safeParse(json).data?.items ?? []
  return new Map(
    list
      .filter(({ spec }) => spec.type === 'LoadBalancer')
      .map(({ metadata, spec, status }) => {
        const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => hostname ?? ip ?? [])
        const hosts = addresses.map((address) => (address.includes(':') ? `[${address}]` : address))
        return [`${metadata.namespace}/${metadata.name}`, hosts.flatMap((host) => (spec.ports ?? []).map(({ port }) => `${host}:${port}`))]
      }),
  )
}
