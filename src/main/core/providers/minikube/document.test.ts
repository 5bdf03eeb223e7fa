import { expect, test } from 'vitest'
import { readDocument } from '#core/document/read-document.ts'
import { documentText, readMinikubeDocument } from './document.ts'
import { transcript } from './fixtures/transcripts.ts'
import { parseConfig, type ProfileConfig } from './profiles.ts'

const head = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\n'
const none = { name: null, image: null }

test('nodes, version and ports stand in the spec, and the document stays in it', () => {
  const text = `${head}name: two\nkubernetesVersion: v1.34.4\nnodes: 4\ncontrolPlanes: 3\nports: ["8080:80", "127.0.0.1:53:53/udp", "[::1]:443:443"]\n`
  expect(readMinikubeDocument(text, none)).toEqual({
    name: 'two',
    provider: 'minikube',
    document: text,
    profileId: null,
    image: 'v1.34.4',
    controlPlanes: 3,
    workers: 1,
    ports: [
      { hostPort: 8080, containerPort: 80, protocol: 'TCP', listenAddress: '0.0.0.0' },
      { hostPort: 53, containerPort: 53, protocol: 'UDP', listenAddress: '127.0.0.1' },
      { hostPort: 443, containerPort: 443, protocol: 'TCP', listenAddress: '::1' },
    ],
  })
  expect(readMinikubeDocument(text, { name: 'mine', image: 'v1.33.1' })).toMatchObject({ name: 'mine', image: 'v1.33.1' })
  expect(readMinikubeDocument(head, none)).toMatchObject({ name: 'minikube', image: null, controlPlanes: 1, workers: 0, ports: [] })
})

test("another provider's document is none", () => {
  expect(() => readMinikubeDocument('kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n', none)).toThrow(/document-invalid/)
})

const configOf = (file: string) => {
  const { valid } = JSON.parse(transcript(file)) as { valid: { Config: object }[] }
  return parseConfig(JSON.stringify(valid[0]?.Config)) as ProfileConfig
}

test('the document of a real profile is one that can be read, and says what it was made with', () => {
  expect(readDocument(documentText('two', configOf('profile-list-two-nodes.json')))).toMatchObject({
    provider: 'minikube',
    config: {
      name: 'two',
      driver: 'docker',
      containerRuntime: 'containerd',
      kubernetesVersion: 'v1.34.4',
      nodes: 2,
      cpus: 2,
      memory: '3000mb',
    },
  })
})

test('what was set by hand is in it, what is the default is not', () => {
  const base = configOf('profile-list.json')
  const config: ProfileConfig = {
    ...base,
    Driver: 'kvm2',
    DiskSize: 30000,
    APIServerPort: 6443,
    Addons: { ingress: true, dashboard: false, 'storage-provisioner': true },
    ExposedPorts: ['8080:80'],
    Mount: true,
    MountString: 'C:\\Users\\me:/me',
    InsecureRegistry: ['10.0.0.0/24'],
    RegistryMirror: ['https://mirror.example'],
    Subnet: '192.168.60.0/24',
    KubernetesConfig: {
      ...(base.KubernetesConfig as NonNullable<ProfileConfig['KubernetesConfig']>),
      ContainerRuntime: 'crio',
      CNI: 'calico',
      FeatureGates: 'A=true,B=false',
      ServiceCIDR: '10.1.0.0/16',
      ExtraOptions: [{ Component: 'kubelet', Key: 'max-pods', Value: '200' }],
    },
  }
  const read = readDocument(documentText('one', config)).config
  expect(read).toMatchObject({
    driver: 'kvm2',
    containerRuntime: 'cri-o',
    diskSize: '30000mb',
    cni: 'calico',
    addons: ['ingress'],
    mount: { source: 'C:\\Users\\me', target: '/me' },
    ports: ['8080:80'],
    extraConfig: ['kubelet.max-pods=200'],
    featureGates: { A: true, B: false },
    serviceSubnet: '10.1.0.0/16',
    subnet: '192.168.60.0/24',
    insecureRegistries: ['10.0.0.0/24'],
    registryMirrors: ['https://mirror.example'],
    apiServerPort: 6443,
  })
  const plain = readDocument(documentText('one', base)).config
  for (const field of ['diskSize', 'cni', 'addons', 'mount', 'ports', 'extraConfig', 'featureGates', 'serviceSubnet', 'apiServerPort'])
    expect(plain).not.toHaveProperty(field)
})
