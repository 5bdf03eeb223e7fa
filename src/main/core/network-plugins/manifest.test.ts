import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '../error.ts'
import { objectsOf, reviewManifest } from './manifest.ts'
import { readConnect, testChecks, testNodes, testPods } from './test-plan.ts'
import type { ApiNode } from './api-objects.ts'

const cluster = ['10.244.0.0/16', 'fd00:10:244::/56']
const corrected = (text: string, own = cluster) => reviewManifest(text, own).corrected
const config = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: kube-system }\ndata:\n${data}`

test('the kit’s own manifest: objects, image, and the gap that is filled with the range of the cluster', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../e2e/real-cluster/node/default-cni.yaml'), 'utf8')
  const review = reviewManifest(text, cluster)
  expect(review.objects.map(({ kind, namespace, name }) => `${kind} ${namespace} ${name}`)).toEqual([
    'ServiceAccount kube-system pod-network',
    'ClusterRole null pod-network',
    'ClusterRoleBinding null pod-network',
    'DaemonSet kube-system pod-network',
  ])
  expect(review.images).toEqual(['cove.test/pod-network:1'])
  expect(review.plugins).toEqual(['unknown'])
  expect(review.ranges).toEqual([{ cidr: '{{ .PodSubnet }}', where: 'env POD_SUBNET', line: 38, fits: false }])
  expect(review.corrected).toContain('value: "10.244.0.0/16"')
  expect(reviewManifest(review.corrected ?? '', cluster)).toMatchObject({ ranges: [{ fits: true }], corrected: null })
  // Nothing else of the text is touched.
  expect(review.corrected?.replace('10.244.0.0/16', '{{ .PodSubnet }}')).toBe(text)
})

test('flannel’s ConfigMap: its network has to cover the cluster’s', () => {
  const flannel = (network: string, more = '') =>
    config(`  net-conf.json: |\n    {\n      "Network": "${network}",${more}\n      "Backend": { "Type": "vxlan" }\n    }\n`)
  expect(reviewManifest(flannel('10.244.0.0/16'), cluster)).toMatchObject({
    ranges: [{ cidr: '10.244.0.0/16', line: 7, fits: true }],
    corrected: null,
  })
  expect(corrected(flannel('10.5.0.0/16'))).toBe(flannel('10.244.0.0/16'))
  expect(corrected(flannel('10.244.0.0/24'))).toBe(flannel('10.244.0.0/16'))
  expect(corrected(flannel('10.5.0.0/16', '\n      "IPv6Network": "fd99::/48",'))).toBe(
    flannel('10.244.0.0/16', '\n      "IPv6Network": "fd00:10:244::/56",'),
  )
  expect(corrected(flannel('10.5.0.0/16'), [])).toBeNull()
})

test('pools of Calico and Cilium have to lie within', () => {
  const installation = (cidr: string) =>
    `apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: { name: default }\nspec:\n  calicoNetwork:\n    ipPools:\n    - name: default-ipv4-ippool\n      cidr: ${cidr}\n      encapsulation: VXLANCrossSubnet\n`
  expect(reviewManifest(installation('192.168.0.0/16'), cluster)).toMatchObject({ plugins: ['calico'], ranges: [{ line: 8, fits: false }] })
  expect(corrected(installation('192.168.0.0/16'))).toBe(installation('10.244.0.0/16'))
  expect(corrected(installation('10.244.0.0/18'))).toBeNull()
  const pool = (cidr: string) =>
    `apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: "${cidr}", natOutgoing: true }\n`
  expect(corrected(pool('192.168.0.0/16'))).toBe(pool('10.244.0.0/16'))
  const cilium = (cidr: string) => config(`  ipam: cluster-pool\n  cluster-pool-ipv4-cidr: ${cidr}\n`)
  expect(corrected(cilium('10.0.0.0/8'))).toBe(cilium('10.244.0.0/16'))
})

test('lists are what they list; JSON is taken too', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }] }
  expect(objectsOf(JSON.stringify(list))).toEqual([{ kind: 'Namespace', namespace: null, name: 'a' }])
})

test('images of every kind of pod template', () => {
  const job = `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\nspec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ image: b:1 }], containers: [{ image: a:1 }, { image: b:1 }] } } } } }\n`
  expect(reviewManifest(job, []).images).toEqual(['a:1', 'b:1'])
})

test.each([
  ['', { line: 1, reason: 'empty' }],
  ['# only a comment\n', { line: 1, reason: 'empty' }],
  ['a: [', { line: 1 }],
  ['apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\n- a\n', { line: 5, reason: 'not an object' }],
  ['apiVersion: v1\nkind: Namespace\n', { line: 1, reason: 'apiVersion, kind, metadata.name' }],
  ['<!DOCTYPE html>\n<html></html>\n', { line: 1 }],
])('%j is told with its line', (text, facts) => {
  expect(() => objectsOf(text)).toThrow(AppError)
  try {
    objectsOf(text)
  } catch (error) {
    expect(error).toMatchObject({ code: 'manifest-invalid', facts })
  }
})

const node = (name: string, ready = true) =>
  ({
    metadata: { name },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], addresses: [], images: [] },
  }) as unknown as ApiNode

test('nodes that are not ready are left out, and so are those beyond eight', () => {
  const many = Array.from({ length: 10 }, (_, index) => node(`n${index}`, index !== 1))
  expect(testNodes(many)).toEqual({ used: ['n0', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'], without: ['n1', 'n9'] })
})

test('every pair of nodes is tried in both directions; the outside only where it was asked for', () => {
  const places = {
    nodes: ['x', 'y'],
    podIps: new Map([
      ['a-0', '10.0.0.2'],
      ['b-0', '10.0.0.3'],
      ['a-1', '10.0.1.2'],
      ['b-1', 'fd00::3'],
    ] as const),
    nodeIps: new Map([
      ['x', '172.18.0.2'],
      ['y', '172.18.0.3'],
    ] as const),
    service: '10.96.0.9',
    api: '10.96.0.1:443',
    outside: null,
    hostPort: false,
  }
  const of = (more: object = {}) => testChecks({ ...places, ...more }).map(({ check, from, to }) => `${check} ${from} ${to}`)
  expect(of()).toEqual([
    'pod-same-node x 10.0.0.3:8080',
    'pod-other-node x 10.0.1.2:8080',
    'service x 10.96.0.9:80',
    'api x 10.96.0.1:443',
    'dns x kubernetes.default:443',
    'pod-node x 172.18.0.2:10250',
    'pod-node x 172.18.0.3:10250',
    'pod-same-node y [fd00::3]:8080',
    'pod-other-node y 10.0.0.2:8080',
    'service y 10.96.0.9:80',
    'api y 10.96.0.1:443',
    'dns y kubernetes.default:443',
    'pod-node y 172.18.0.2:10250',
    'pod-node y 172.18.0.3:10250',
  ])
  expect(of({ outside: 'example.com:443' })).toContain('dns-outside x example.com:443')
  expect(of({ outside: '1.1.1.1:53' }).filter((one) => /outside/.test(one))).toEqual(['outside x 1.1.1.1:53', 'outside y 1.1.1.1:53'])
  expect(of({ outside: '[2606:4700::1]:443' }).some((one) => /dns-outside/.test(one))).toBe(false)
  expect(of({ hostPort: true }).filter((one) => one.startsWith('host-port'))).toHaveLength(4)
  expect(testPods(['x', 'y'], true).map(({ name, hostPort }) => [name, hostPort])).toEqual([
    ['a-0', true],
    ['b-0', false],
    ['a-1', true],
    ['b-1', false],
  ])
})

test('what agnhost says is read: https://github.com/kubernetes/kubernetes/blob/v1.34.4/test/images/agnhost/connect/connect.go', () => {
  const said = (stderr: string, more: object = {}) => ({ exitCode: 1, stderr, timedOut: false, ...more })
  expect(readConnect('api', said('', { exitCode: 0 }))).toEqual({ state: 'ok', said: '' })
  expect(readConnect('api', said('TIMEOUT\ncommand terminated with exit code 1\n'))).toEqual({ state: 'failed', said: 'TIMEOUT' })
  expect(readConnect('api', said('REFUSED\ncommand terminated with exit code 1\n'))).toEqual({ state: 'failed', said: 'REFUSED' })
  expect(readConnect('dns', said('DNS: lookup kubernetes.default: i/o timeout\n'))).toMatchObject({ state: 'failed' })
  // The name was found; whether the way there is open is another row.
  expect(readConnect('dns', said('TIMEOUT\n'))).toEqual({ state: 'ok', said: '' })
  expect(readConnect('dns', said('', { timedOut: true }))).toEqual({ state: 'failed', said: 'TIMEOUT' })
  expect(readConnect('service', said('error: unable to upgrade connection: container not found ("there")\n'))).toMatchObject({
    state: 'unknown',
  })
})
