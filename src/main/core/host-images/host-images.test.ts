import { expect, test } from 'vitest'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { nodeSchema } from '../network-plugins/api-objects.ts'
import { createHostImages, type HostImagesDeps } from './host-images.ts'

const node = (name: string) =>
  nodeSchema.parse({ metadata: { name }, spec: {}, status: { addresses: [], conditions: [], nodeInfo: { machineID: `id-${name}` } } })
const cluster = { name: 'lab', context: { file: '/k', name: 'lab' } } as unknown as Cluster

/** A cluster of these nodes, of which those of `known` are machines in the list; and which jobs were begun. */
function clusterOf(all: readonly string[], known: readonly string[]) {
  const begun: Pick<JobDefinition, 'kind' | 'subject' | 'facts'>[] = []
  const answer = (id: string) => `\n== machine\nid-${id.slice(4)}\n\n== hostname\n${id.slice(4)}\n\n== addresses\n\n== end\n`
  const images = createHostImages({
    find: async () => cluster,
    kubectl: { get: async () => ({ items: all.map(node) }) },
    jobs: {
      start: (job: JobDefinition) => {
        begun.push(job)
        return { id: 'j1' }
      },
    },
    targets: {
      list: async () => known.map((name) => ({ id: `ssh:${name}`, kind: 'ssh', name, clusterId: null, state: 'up', error: null })),
      get: async (id: string) => ({ id, check: async () => ({ stdout: answer(id) }) }),
      machine: async (id: string) => ({ id, name: id.slice(4) }),
    },
  } as unknown as HostImagesDeps)
  return { images, begun }
}
const from = { images: ['web:1'] }
const lacking = { code: 'node-no-machine', facts: { node: 'lab-2' } }

test('a load into a whole cluster is one into all of its nodes: one that is no machine Cove knows is told before anything begins', async () => {
  const { images, begun } = clusterOf(['lab-1', 'lab-2', 'lab-3'], ['lab-1', 'lab-3'])
  await expect(images.load({ targets: [], cluster: 'x', ...from })).rejects.toMatchObject(lacking)
  await expect(images.loadInto(cluster, from)).rejects.toMatchObject(lacking)
  expect(begun).toEqual([])
  // Who chose the machines knows which are left out.
  await images.load({ targets: ['ssh:lab-1', 'ssh:lab-3'], cluster: 'x', ...from })
  expect(begun).toMatchObject([{ kind: 'host.load-images', subject: 'lab', facts: { nodes: 2, targets: 'ssh:lab-1 ssh:lab-3' } }])
})

test('where all are known all are loaded into; a name is also taken from those alone that are', async () => {
  const all = clusterOf(['lab-1', 'lab-2'], ['lab-1', 'lab-2'])
  await all.images.loadInto(cluster, from)
  expect(all.begun).toMatchObject([{ facts: { targets: 'ssh:lab-1 ssh:lab-2' } }])
  const some = clusterOf(['lab-1', 'lab-2'], ['lab-1'])
  await some.images.removeFrom(cluster, 'web:1')
  expect(some.begun).toMatchObject([{ kind: 'host.remove-image', facts: { target: 'ssh:lab-1' } }])
  const none = clusterOf(['lab-2'], [])
  await expect(none.images.removeFrom(cluster, 'web:1')).rejects.toMatchObject(lacking)
  await expect(clusterOf([], []).images.loadInto(cluster, from)).rejects.toMatchObject({ code: 'not-found', facts: { name: 'lab' } })
})
