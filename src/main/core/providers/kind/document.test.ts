import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readDocument } from '#core/document/read-document.ts'
import { imagesOf, kindConfigText, readKindDocument } from './document.ts'
import { livingDocument } from './living.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const nothing = { name: null, image: null }

test('a document says name, nodes, image and every port of this machine that it asks for', () => {
  const text = `${head}name: lab
networking: { apiServerPort: 7443, apiServerAddress: 127.0.0.2 }
nodes:
  - image: kindest/node:v1.34.0
    extraPortMappings:
      - { containerPort: 80, hostPort: 8080 }
      - { containerPort: 81 }
      - { containerPort: 82, hostPort: -1 }
  - role: worker
    extraPortMappings: [{ containerPort: 53, hostPort: 5353, protocol: UDP, listenAddress: 127.0.0.1 }]
`
  expect(readKindDocument(text, nothing)).toEqual({
    name: 'lab',
    provider: 'kind',
    document: text,
    profileId: null,
    image: 'kindest/node:v1.34.0',
    controlPlanes: 1,
    workers: 1,
    ports: [
      { hostPort: 8080, containerPort: 80, protocol: 'TCP', listenAddress: '0.0.0.0' },
      { hostPort: 5353, containerPort: 53, protocol: 'UDP', listenAddress: '127.0.0.1' },
      { hostPort: 7443, containerPort: 6443, protocol: 'TCP', listenAddress: '127.0.0.2' },
    ],
  })
  expect(readKindDocument(text, { name: 'other', image: 'x:v1' })).toMatchObject({ name: 'other', image: 'x:v1' })
})

test("a document without nodes is one control plane, without a name kind's own", () => {
  expect(readKindDocument(head, nothing)).toMatchObject({ name: 'kind', controlPlanes: 1, workers: 0, image: null, ports: [] })
})

test('a document of minikube is none of kind', () => {
  expect(() => readKindDocument('kind: MinikubeCluster\napiVersion: cove/v1alpha1\n', nothing)).toThrow('document-invalid')
})

test('kind gets the text with name and images set, comments kept, and without what is only for Cove', () => {
  const text = `${head}nodes: # two\n  - role: control-plane\n    image: a:v1 # old\n  - role: worker\n---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\n`
  const made = kindConfigText(text, 'lab', { wish: null, fallback: 'b:v2' })
  expect(made).toContain('# two')
  expect(made).toContain('image: a:v1 # old')
  expect(made).not.toContain('ClusterExtras')
  expect(readDocument(made).config).toMatchObject({ name: 'lab', nodes: [{ image: 'a:v1' }, { image: 'b:v2' }] })
  expect(imagesOf(kindConfigText(text, 'lab', { wish: 'c:v3', fallback: '' }))).toEqual(['c:v3'])
  expect(imagesOf(text)).toEqual(['a:v1'])
  // The spec of a document carries the document's own image, which must not overrule its other nodes.
  expect(imagesOf(kindConfigText(text, 'lab', { wish: 'a:v1', fallback: 'b:v2' }))).toEqual(['a:v1', 'b:v2'])
})

test('nodes that are aliases of one another get images too', () => {
  const text = `${head}nodes:\n  - &one\n    role: control-plane\n  - *one\n  - { <<: *one, role: worker }\n`
  const { config } = readDocument(kindConfigText(text, 'lab', { wish: null, fallback: 'b:v2' }))
  expect(config.nodes).toMatchObject([
    { role: 'control-plane', image: 'b:v2' },
    { role: 'control-plane', image: 'b:v2' },
    { role: 'worker', image: 'b:v2' },
  ])
  expect(parse(kindConfigText(head, 'x', { wish: null, fallback: 'b:v2' }))).toMatchObject({
    nodes: [{ role: 'control-plane', image: 'b:v2' }],
  })
})

const kubeadm = `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: { podSubnet: "10.60.0.0/16", serviceSubnet: 10.96.0.0/16 }
apiServer: { extraArgs: { runtime-config: "api/alpha=true" } }
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: InitConfiguration
nodeRegistration: { kubeletExtraArgs: { node-labels: "zone=a,ingress-ready=true" } }
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
featureGates: { SidecarContainers: true }
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
`

test('the document of a living cluster is a document, and says what its nodes show', () => {
  const container = {
    Config: { Image: 'kindest/node:v1.34.4' },
    HostConfig: {
      PortBindings: { '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '40001' }], '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
    },
    Mounts: [
      { Type: 'bind', Source: '/lib/modules', Destination: '/lib/modules', RW: false },
      { Type: 'bind', Source: '/srv', Destination: '/data', RW: false, Propagation: 'rslave' },
      { Type: 'volume', Source: '/v', Destination: '/var' },
    ],
  }
  const text = livingDocument('lab', [
    { role: 'control-plane', image: 'sha256:1', container, kubeadm },
    {
      role: 'worker',
      image: 'kindest/node:v1.34.4',
      container: null,
      kubeadm: 'kind: JoinConfiguration\nnodeRegistration: { kubeletExtraArgs: [{ name: node-labels, value: "zone=b" }] }\n',
    },
  ])
  expect(readDocument(text).config).toEqual({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name: 'lab',
    networking: { podSubnet: '10.60.0.0/16', kubeProxyMode: 'nftables' },
    featureGates: { SidecarContainers: true },
    runtimeConfig: { 'api/alpha': 'true' },
    nodes: [
      {
        role: 'control-plane',
        image: 'kindest/node:v1.34.4',
        labels: { zone: 'a', 'ingress-ready': 'true' },
        extraMounts: [{ hostPath: '/srv', containerPath: '/data', readOnly: true, propagation: 'HostToContainer' }],
        extraPortMappings: [{ containerPort: 80, hostPort: 8080, listenAddress: '127.0.0.1' }],
      },
      { role: 'worker', image: 'kindest/node:v1.34.4', labels: { zone: 'b' } },
    ],
  })
})

test('of a cluster that is stopped only containers are seen, and the document says so', () => {
  const text = livingDocument('lab', [{ role: 'control-plane', image: 'a:v1', container: null, kubeadm: null }])
  expect(text).toContain('could not be read')
  expect(readDocument(text).config).not.toHaveProperty('networking')
})
