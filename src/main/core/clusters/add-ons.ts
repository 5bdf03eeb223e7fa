import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Cluster } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { folderOf, makeFolder } from './create.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

/** The job that turns an add-on on or off. Throws `not-found` (what: add-on) where its provider has none. */
export function addOnJob({ provider, dataDir }: ProviderDeps, { name, nodes }: Cluster, addOn: string, on: boolean): JobDefinition {
  const { setAddOn } = provider
  if (setAddOn === undefined) throw new AppError('not-found', { what: 'add-on', name: addOn })
  return {
    kind: 'cluster.add-on',
    subject: name,
    facts: { provider: provider.name, addOn, on: on ? 'on' : 'off' },
    key: clusterKey(provider.name, name),
    steps: [{ id: 'add-on', usualMs: 8_000 }],
    run: async (job) => {
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        await job.step('add-on', () => setAddOn({ name, nodes, folder }, addOn, on, { jobId: job.id, signal: job.signal }), { addOn })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
  }
}

/** Where the services of a cluster are reached; null where its provider does not say. */
export async function servicesOf({ provider, dataDir }: ProviderDeps, { name }: Cluster) {
  if (provider.services === undefined) return null
  const folder = folderOf(dataDir, `services-${randomUUID()}`)
  await makeFolder(folder)
  try {
    return (await provider.services(name, folder)).map((one) => ({ ...one, urls: [...one.urls] }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
