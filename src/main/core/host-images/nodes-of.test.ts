import { expect, test } from 'vitest'
import type { Target as TargetEntry } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import { nodeSchema } from '../network-plugins/api-objects.ts'
import type { Target } from '../targets/types.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import { type Identity, machineOf, nodesOf } from './nodes-of.ts'

const node = (name: string, machineID: string, address: string) =>
  nodeSchema.parse({
    metadata: { name },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: [],
      nodeInfo: { machineID },
    },
  })
const machine = (target: string, id: string, hostname: string, ...addresses: string[]): Identity => ({
  target,
  machine: id,
  hostname,
  addresses,
})

test('a node is the machine with its id and its name, or one of its addresses', () => {
  const lab = node('lab-1', 'm1', '10.0.0.5')
  expect(machineOf(lab, [machine('ssh:a', 'm1', 'lab-1', '192.0.2.1')])).toBe('ssh:a')
  // Named otherwise by `--hostname-override`.
  expect(machineOf(lab, [machine('ssh:a', 'm1', 'vm', '10.0.0.5', '192.0.2.1')])).toBe('ssh:a')
  // A machine of the same name elsewhere, and a copy of the same disk.
  expect(machineOf(lab, [machine('ssh:a', 'm2', 'lab-1', '10.0.0.5')])).toBeNull()
  expect(machineOf(lab, [machine('ssh:a', 'm1', 'lab-2', '10.0.0.6'), machine('ssh:b', 'm1', 'lab-1', '10.0.0.5')])).toBe('ssh:b')
})

test('every machine that Cove knows is asked but nodes of providers; one that does not answer is named where a node has none', async () => {
  const entry = (id: string, more: Partial<TargetEntry> = {}): TargetEntry => ({
    id,
    kind: id === 'local' ? 'local' : id.startsWith('ssh:') ? 'ssh' : 'container',
    name: id.replace(/^\w+:/, ''),
    clusterId: null,
    state: 'up',
    error: null,
    ...more,
  })
  const asked: string[] = []
  const answers: Readonly<Record<string, string>> = {
    local: '\n== machine\nmine\n\n== hostname\ndesk\n\n== addresses\n192.0.2.9 \n\n== end\n',
    'ssh:root@lab': '\n== machine\nm1\n\n== hostname\nLab-1\n\n== addresses\n10.0.0.5 \n\n== end\n',
  }
  const targets = {
    list: async () => [
      entry('local'),
      entry('container:shop', { clusterId: 'kind:shop:1' }),
      entry('container:off', { state: 'down' }),
      entry('ssh:root@lab', { state: 'unknown' }),
      entry('ssh:den'),
    ],
    get: async (id: string) =>
      ({
        id,
        check: async () => {
          asked.push(id)
          const stdout = answers[id]
          if (stdout === undefined) throw new AppError('ssh-timeout', { host: id })
          return { stdout }
        },
      }) as unknown as Target,
  }
  const kubectl = { get: async () => ({ items: [node('lab-1', 'm1', '10.0.0.5'), node('lab-2', 'm2', '10.0.0.6')] }) } as unknown as Pick<
    Kubectl,
    'get'
  >
  const found = await nodesOf({ kubectl, targets }, { file: '/k', name: 'lab' }, new AbortController().signal)
  expect(asked.sort()).toEqual(['local', 'ssh:den', 'ssh:root@lab'])
  expect(found).toMatchObject([
    { node: 'lab-1', target: 'ssh:root@lab', error: null },
    { node: 'lab-2', target: null, error: { code: 'node-no-machine', facts: { node: 'lab-2', address: '10.0.0.6', silent: 'den' } } },
  ])
})
