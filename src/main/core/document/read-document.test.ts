import { expect, test } from 'vitest'
import { AppError } from '#core/error.ts'
import { readDocument } from './read-document.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'

function failure(text: string) {
  try {
    readDocument(text)
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, ...error.facts }
    throw error
  }
  return null
}

test('the smallest document of kind is one', () => {
  expect(readDocument(head)).toMatchObject({ provider: 'kind', config: { kind: 'Cluster' }, extras: null, source: head })
})

test('fields that Cove does not know stay, and empty ones are what kind takes them for', () => {
  const { config } = readDocument(`${head}name:\nnewField: { a: 1 }\nnodes:\n  - role: control-plane\n    later: yes\n`)
  expect(config).toMatchObject({ newField: { a: 1 }, nodes: [{ later: 'yes' }] })
})

test('scalars fit texts and the old words fit flags, as in kind', () => {
  const { config } = readDocument(`${head}nodes:\n  - labels: { zone: 1, ready: true }\nnetworking:\n  disableDefaultCNI: yes\n`)
  expect(config).toMatchObject({ nodes: [{ labels: { zone: '1', ready: 'true' } }], networking: { disableDefaultCNI: true } })
})

test('the second document says what Cove does around the tool, and the first one alone goes to kind', () => {
  const text = `# mine\n${head}name: a # here\n---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nimages: [busybox:1.36]\nregistry: { port: 5001 }\n`
  const read = readDocument(text)
  expect(read.extras).toMatchObject({ images: ['busybox:1.36'], registry: { port: 5001 } })
  expect(read.source).toBe(`# mine\n${head}name: a # here\n`)
  const turned = text.split('---\n').reverse().join('---\n')
  expect(readDocument(turned).source).toContain('name: a # here')
  expect(readDocument(turned).source).not.toContain('busybox')
})

test("Cove's own document for minikube", () => {
  const text = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\nname: one\ncpus: max\nmemory: 4g\nports: ["127.0.0.1:8080:80/udp"]\n'
  expect(readDocument(text)).toMatchObject({ provider: 'minikube', config: { cpus: 'max', memory: '4g' } })
})

test.each([
  ['nodes: 3\n', { line: 3, field: 'nodes', reason: 'type', expected: 'list' }],
  ['nodes:\n  - role: worker\n', { line: 4, field: 'nodes', reason: 'control-plane-missing' }],
  ['nodes:\n  - role: boss\n', { line: 4, column: 11, field: 'nodes[0].role', reason: 'one-of', expected: 'control-plane, worker' }],
  ['networking:\n  podSubnet: 10.96.0.0/12\n', { line: 4, reason: 'subnets-overlap' }],
  ['networking:\n  podSubnet: fd00::/16\n  serviceSubnet: 10.0.0.0/16,fd00:1::/112\n', { line: 5, reason: 'subnets-overlap' }],
  [
    'networking: { apiServerPort: 80 }\nnodes:\n  - extraPortMappings: [{ containerPort: 1, hostPort: 80 }]\n',
    { line: 5, reason: 'duplicate-port' },
  ],
  [
    'nodes:\n  - extraPortMappings:\n      - hostPort: 80\n',
    { line: 5, field: 'nodes[0].extraPortMappings[0].containerPort', reason: 'missing' },
  ],
  ['nodes:\n  - extraPortMappings:\n      - containerPort: 99999\n', { line: 5, reason: 'too-big', expected: '65535' }],
  ['networking:\n  podSubnet: 10.244.0.0\n', { line: 4, column: 14, reason: 'subnet' }],
  ['networking:\n  apiServerAddress: here\n', { line: 4, reason: 'address' }],
  ['a: [1\nb: 2\n', { line: 4, reason: 'syntax' }],
  ['name: a\nname: b\n', { line: 4, reason: 'syntax' }],
  ['---\nkind: Cluster\n', { line: 4, reason: 'too-many-documents' }],
  [
    'nodes:\n  - extraPortMappings:\n    - { containerPort: 1, hostPort: 80 }\n    - { containerPort: 2, hostPort: 80 }\n',
    { line: 6, reason: 'duplicate-port' },
  ],
  [
    'nodes:\n  - extraMounts:\n    - { hostPath: /a, containerPath: /data }\n    - { hostPath: /b, containerPath: /data }\n',
    { line: 6, field: 'nodes[0].extraMounts[1].containerPath', reason: 'duplicate-mount' },
  ],
])('what is wrong is named with its line: %j', (rest, expected) => {
  expect(failure(head + rest)).toMatchObject({ code: 'document-invalid', ...expected })
})

test.each([
  ['', 'not-a-cluster'],
  ['- a\n- b\n', 'not-a-cluster'],
  ['kind: Pod\napiVersion: v1\n', 'not-a-cluster'],
  ['kind: ClusterExtras\napiVersion: cove/v1alpha1\n', 'not-a-cluster'],
  ['kind: Cluster\n', 'one-of'],
  ['kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha3\n', 'one-of'],
  ['just words', 'not-a-cluster'],
  ['x'.repeat(200_001), 'too-large'],
  [`${'['.repeat(20_000)}`, 'syntax'],
])('what is no cluster is refused: %.30j', (text, reason) => {
  expect(failure(text)).toMatchObject({ code: 'document-invalid', reason })
})

test('an alias bomb is refused', () => {
  const lines = Array.from({ length: 20 }, (_, index) =>
    index === 0 ? 'a0: &a0 [x, x]' : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}, *a${index - 1}]`,
  )
  expect(failure(`${head}${lines.join('\n')}\n`)).toMatchObject({ reason: 'too-many-aliases' })
})

test.each([
  ['controlPlanes: 3\nnodes: 2\n', 'control-planes-too-few-nodes'],
  ['memory: lots\n', 'size'],
  ['ports: ["80"]\n', 'mapping'],
  ['ports: ["80:80", "80:81"]\n', 'duplicate-port'],
  ['extraConfig: [max-pods]\n', 'setting'],
  ['mount: { source: /a, target: b }\n', 'place'],
  ['---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nmanifests: [http://example.test/a.yaml]\n', 'source'],
  ['---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nregistry: { name: "-x" }\n', 'registry'],
  ['---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nmirrors: { docker.io: [mirror] }\n', 'address-url'],
  ['---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nmirrors: { ../etc: ["https://a.example"] }\n', 'registry-host'],
])('of minikube and of extras: %j', (rest, reason) => {
  expect(failure(`kind: MinikubeCluster\napiVersion: cove/v1alpha1\n${rest}`)).toMatchObject({ reason })
})
