import { expect, test } from 'vitest'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { type Ground, growthFindings, preflightFindings } from './rules.ts'
import { chosenSubnets, wishOf } from './wish.ts'
import { specOf } from '../fixtures/spec.ts'

const spec: CreateSpec = specOf()
const ground: Ground = {
  wish: wishOf(spec, 'v1.34.4'),
  engine: { cpus: 8, memoryBytes: 16e9, cgroupVersion: '2', rootless: false },
  native: true,
  host: {
    availableBytes: 8e9,
    inotify: { instances: 512, watches: 524_288 },
    routes: [{ subnet: '192.168.1.0/24', device: 'eth0' }],
    ipv6: true,
    lowestPort: 1024,
  },
  kubectl: 'v1.34.0',
  nodes: 0,
  networks: [{ name: 'kind', subnet: '172.18.0.0/16' }],
  others: [],
  missingMounts: [],
  undelegated: null,
  extras: { missingManifests: [], missingImages: [], registry: null },
}
const engine = (part: object): Pick<Ground, 'engine'> => ({
  engine: { cpus: 8, memoryBytes: 16e9, cgroupVersion: '2', rootless: false, ...part },
})
const host = (part: Partial<Ground['host']>): Pick<Ground, 'host'> => ({ host: { ...ground.host, ...part } })
const wish = (part: Partial<CreateSpec>, version = 'v1.34.4'): Pick<Ground, 'wish'> => ({ wish: wishOf({ ...spec, ...part }, version) })
const kind = (yaml: string) => wish({ document: `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n${yaml}\n` })
const minikube = (yaml = '', workers = 0) =>
  wish({ provider: 'minikube', workers, document: `kind: MinikubeCluster\napiVersion: cove/v1alpha1\n${yaml}\n` })
const port = (hostPort: number) => ({ hostPort, containerPort: 80, protocol: 'TCP' as const, listenAddress: '127.0.0.1' })
const said = (part: Partial<Ground>) => preflightFindings({ ...ground, ...part }).map(({ level, cause, facts }) => [level, cause, facts])

test('a machine with enough of everything has nothing to say, nor one of which nothing is known', () => {
  expect(said({})).toEqual([])
  expect(
    said({
      engine: null,
      native: false,
      kubectl: null,
      networks: [],
      host: { availableBytes: null, inotify: null, routes: [], ipv6: null, lowestPort: null },
    }),
  ).toEqual([])
})

test.each<readonly [string, Partial<Ground>, readonly unknown[]]>([
  [
    'less memory than the nodes need',
    { ...engine({ memoryBytes: 900e6 }), ...wish({ controlPlanes: 3 }) },
    [['problem', 'memory-low', { availableMiB: 858, neededMiB: 1800 }]],
  ],
  ['little memory free', host({ availableBytes: 300e6 }), [['warning', 'memory-low', { availableMiB: 286, neededMiB: 600 }]]],
  ['little memory free, but the engine has its own', { ...host({ availableBytes: 300e6 }), native: false }, []],
  [
    'minikube wants 1800 MiB at least',
    { ...minikube(), ...engine({ memoryBytes: 1.5e9 }) },
    [['problem', 'memory-low', { availableMiB: 1430, neededMiB: 1800 }]],
  ],
  [
    'minikube is told to take more than there is',
    { ...minikube('memory: 20g'), ...host({ availableBytes: 64e9 }) },
    [['problem', 'memory-low', { availableMiB: 15_258, neededMiB: 20_480 }]],
  ],
  [
    'a virtual machine takes its memory from the host',
    { ...minikube('driver: kvm2\nmemory: 4g\nnodes: 2', 1), ...host({ availableBytes: 4e9 }), engine: null },
    [['warning', 'memory-low', { availableMiB: 3814, neededMiB: 8192 }]],
  ],
  ['one CPU: kind is slow', engine({ cpus: 1 }), [['warning', 'cpu-too-few', { cpus: 1, needed: 2 }]]],
  ['one CPU: minikube refuses', { ...minikube(), ...engine({ cpus: 1 }) }, [['problem', 'cpu-too-few', { cpus: 1, needed: 2 }]]],
  ['minikube is told to take more CPUs than there are', { ...minikube('cpus: 16') }, [['problem', 'cpu-too-few', { cpus: 8, needed: 16 }]]],
  ['rootless on cgroup v1', engine({ rootless: true, cgroupVersion: '1' }), [['problem', 'rootless-limits', { reason: 'cgroup v1' }]]],
  [
    'rootless without delegation',
    { ...engine({ rootless: true }), undelegated: ['memory', 'pids'] },
    [['problem', 'rootless-limits', { reason: 'Delegate=yes: memory, pids' }]],
  ],
  ['rootless with delegation', { ...engine({ rootless: true }), undelegated: [] }, []],
  [
    'rootless and a low port',
    { ...engine({ rootless: true }), ...wish({ ports: [port(80), port(8080)] }) },
    [['warning', 'port-privileged', { port: 80 }]],
  ],
  [
    'rootless and a low port that the system gives to all',
    { ...engine({ rootless: true }), ...host({ lowestPort: 80 }), ...wish({ ports: [port(80)] }) },
    [],
  ],
  ['a low port of an engine of root', wish({ ports: [port(80)] }), []],
  [
    'IPv6 asked for and off',
    { ...kind('networking: { ipFamily: dual }'), ...host({ ipv6: false }) },
    [['problem', 'ipv6-off', { reason: 'net.ipv6.conf.all.disable_ipv6 = 1' }]],
  ],
  ['IPv6 off and not asked for', host({ ipv6: false }), []],
  [
    'a mount that kind’s engine will make',
    { ...kind('nodes: [{ extraMounts: [{ hostPath: /nowhere, containerPath: /x }] }]'), missingMounts: ['/nowhere'] },
    [['warning', 'mount-missing', { path: '/nowhere' }]],
  ],
  [
    'a mount that minikube refuses',
    { ...minikube('mount: { source: /nowhere, target: /x }'), missingMounts: ['/nowhere'] },
    [['problem', 'mount-missing', { path: '/nowhere' }]],
  ],
  [
    'what the document wants around the tool and this machine lacks',
    {
      ...kind('---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nregistry: { port: 5005 }'),
      extras: { missingManifests: ['/srv/a.yaml'], missingImages: ['web:1'], registry: 'other' },
    },
    [
      ['problem', 'registry-name-taken', { name: 'kind-registry', port: 5005 }],
      ['problem', 'load-image-missing', { image: 'web:1' }],
      ['problem', 'manifest-missing', { path: '/srv/a.yaml' }],
    ],
  ],
  [
    'pods where a VPN is',
    host({ routes: [{ subnet: '10.0.0.0/8', device: 'tun0' }] }),
    [
      ['warning', 'subnet-overlap', { subnet: '10.244.0.0/16', other: '10.0.0.0/8', with: 'tun0' }],
      ['warning', 'subnet-overlap', { subnet: '10.96.0.0/16', other: '10.0.0.0/8', with: 'tun0' }],
    ],
  ],
  [
    'pods where the engine’s network is',
    kind('networking: { podSubnet: 172.18.0.0/17 }'),
    [['warning', 'subnet-overlap', { subnet: '172.18.0.0/17', other: '172.18.0.0/16', with: 'kind' }]],
  ],
  [
    'the engine’s bridge is named once, by its network',
    { ...kind('networking: { podSubnet: 172.18.0.0/17 }'), ...host({ routes: [{ subnet: '172.18.0.0/16', device: 'br-1' }] }) },
    [['warning', 'subnet-overlap', { subnet: '172.18.0.0/17', other: '172.18.0.0/16', with: 'kind' }]],
  ],
  [
    'services of IPv6 where a route is',
    { ...kind('networking: { ipFamily: ipv6 }'), ...host({ routes: [{ subnet: 'fd00:10:96::/64', device: 'wg0' }] }) },
    [['warning', 'subnet-overlap', { subnet: 'fd00:10:96::/112', other: 'fd00:10:96::/64', with: 'wg0' }]],
  ],
  [
    'a chosen network that another cluster has',
    { ...kind('networking: { podSubnet: 10.50.0.0/16 }'), others: [{ cluster: 'shop', subnet: '10.50.128.0/17' }] },
    [['warning', 'subnet-overlap', { subnet: '10.50.0.0/16', other: '10.50.128.0/17', with: 'shop' }]],
  ],
  [
    'nodes of minikube where a VPN is',
    { ...minikube('subnet: 192.168.60.0/24'), ...host({ routes: [{ subnet: '192.168.0.0/16', device: 'tun0' }] }) },
    [['warning', 'subnet-overlap', { subnet: '192.168.60.0/24', other: '192.168.0.0/16', with: 'tun0' }]],
  ],
  [
    'nodes of minikube where the engine’s network is, and another cluster',
    { ...minikube('subnet: 172.18.4.0/24'), others: [{ cluster: 'shop', subnet: '172.18.4.0/24' }] },
    [['warning', 'subnet-overlap', { subnet: '172.18.4.0/24', other: '172.18.0.0/16', with: 'kind' }]],
  ],
  [
    'nodes of minikube in the network that another cluster asks for, which its usual services share without meeting',
    {
      ...minikube('subnet: 192.168.60.0/24'),
      others: [
        { cluster: 'shop', subnet: '192.168.60.0/24' },
        { cluster: 'shop', subnet: '10.96.0.0/12' },
      ],
    },
    [['warning', 'subnet-overlap', { subnet: '192.168.60.0/24', other: '192.168.60.0/24', with: 'shop' }]],
  ],
  [
    'the network of a minikube cluster that is made anew',
    {
      ...minikube('subnet: 192.168.60.0/24'),
      networks: [{ name: spec.name, subnet: '192.168.60.0/24' }],
      ...host({ routes: [{ subnet: '192.168.60.0/24', device: 'br-1' }] }),
    },
    [],
  ],
  [
    'a network for nodes that a virtual machine’s driver does not look at',
    { ...minikube('driver: kvm2\nsubnet: 192.168.1.0/24'), engine: null },
    [],
  ],
  ['the usual networks, which clusters share without meeting', { others: [{ cluster: 'shop', subnet: '10.244.0.0/16' }] }, []],
  ['kubectl two versions behind', { kubectl: 'v1.32.1' }, [['warning', 'kubectl-skew', { kubectl: 'v1.32.1', kubernetes: 'v1.34.4' }]]],
  ['kubectl one version ahead', { kubectl: 'v1.35.0' }, []],
  ['a version that is not known yet', { kubectl: 'v1.20.0', ...wish({}, '') }, []],
  [
    'inotify instances for the nodes that there are and will be',
    { ...host({ inotify: { instances: 128, watches: 524_288 } }), nodes: 3 },
    [['warning', 'inotify-low', { instances: 128, watches: 524_288, nodes: 4 }]],
  ],
  [
    'inotify watches',
    { ...host({ inotify: { instances: 512, watches: 8_192 } }), nodes: 1 },
    [['warning', 'inotify-low', { instances: 512, watches: 8_192, nodes: 2 }]],
  ],
  ['inotify of a host that the engine is not on', { ...host({ inotify: { instances: 1, watches: 1 } }), native: false }, []],
])('%s', (_name, part, expected) => {
  expect(said(part)).toEqual(expected)
})

test('every finding says what shows it', () => {
  const findings = preflightFindings({
    ...ground,
    ...engine({ cpus: 1 }),
    ...host({ availableBytes: 1e6, inotify: { instances: 1, watches: 1 } }),
    kubectl: 'v1.20.0',
  })
  expect(findings.map(({ evidence }) => evidence[0]?.text)).toEqual([
    'MemAvailable: 0 MiB',
    'NCPU: 1',
    'fs.inotify.max_user_instances = 1, fs.inotify.max_user_watches = 1',
    'v1.20.0',
  ])
})

test('the networks that a document asks for; one that says none asks for none', () => {
  expect(chosenSubnets('kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking: { podSubnet: "10.1.0.0/16,fd01::/48" }\n')).toEqual([
    '10.1.0.0/16',
    'fd01::/48',
  ])
  expect(chosenSubnets('kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n')).toEqual([])
  expect(chosenSubnets('not a document')).toEqual([])
  expect(chosenSubnets(null)).toEqual([])
})

test.each<readonly [string, Partial<Ground>, readonly unknown[]]>([
  ['a machine with enough of everything', {}, []],
  [
    'the engine has not the memory for all nodes of the cluster',
    engine({ memoryBytes: 1.2e9 }),
    [['problem', 'memory-low', { availableMiB: 1144, neededMiB: 1350 }]],
  ],
  [
    'the memory that is free is not enough for one more',
    host({ availableBytes: 200e6 }),
    [['warning', 'memory-low', { availableMiB: 190, neededMiB: 250 }]],
  ],
  ['the memory that is free is enough for one more, not for all again', host({ availableBytes: 400e6 }), []],
  [
    'a virtual machine takes what it was told to',
    { ...minikube('driver: kvm2\nmemory: 4g\nnodes: 1'), ...host({ availableBytes: 4e9 }), engine: null },
    [['warning', 'memory-low', { availableMiB: 3814, neededMiB: 4096 }]],
  ],
  [
    'inotify instances for one node more than there are',
    { ...host({ inotify: { instances: 128, watches: 524_288 } }), nodes: 3 },
    [['warning', 'inotify-low', { instances: 128, watches: 524_288, nodes: 4 }]],
  ],
  // What a cluster that is there has already is not judged again.
  [
    'a route where its pods are, an old kubectl, a mount that is gone',
    { ...host({ routes: [{ subnet: '10.0.0.0/8', device: 'tun0' }] }), kubectl: 'v1.20.0', missingMounts: ['/x'] },
    [],
  ],
])('one more worker of a cluster of three: %s', (_name, part, expected) => {
  const all = { ...ground, ...part }
  const worker = { ...all.wish, controlPlanes: 0, workers: 1 }
  const whole = { ...all.wish, controlPlanes: 1, workers: 3 }
  expect(growthFindings({ ...all, wish: worker, whole }).map(({ level, cause, facts }) => [level, cause, facts])).toEqual(expected)
})
