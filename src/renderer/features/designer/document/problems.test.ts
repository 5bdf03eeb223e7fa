import { expect, test } from 'vitest'
import { problemsOf } from './problems.ts'

const head = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'
const said = (text: string) =>
  problemsOf(text).map(({ line, severity, reason, from, to }) => ({ line, severity, reason, at: text.slice(from, to) }))

test('everything that is wrong is found, each on its line', () => {
  const text = `${head}nodes:\n  - role: boss\n    imgae: a\n  - extraPortMappings:\n      - containerPort: 99999\nnetworking:\n  podSubnet: here # not\n`
  expect(said(text)).toEqual([
    { line: 4, severity: 'error', reason: 'one-of', at: 'boss' },
    { line: 5, severity: 'warning', reason: 'unknown-field', at: 'imgae' },
    { line: 7, severity: 'error', reason: 'too-big', at: '99999' },
    { line: 9, severity: 'error', reason: 'subnet', at: 'here' },
  ])
})

test('a missing value is said at the place where it would be', () => {
  expect(said(`${head}nodes:\n  - extraPortMappings:\n      - hostPort: 80\n`)).toEqual([
    { line: 5, severity: 'error', reason: 'missing', at: 'hostPort: 80' },
  ])
})

test('a text that does not parse says only that', () => {
  expect(problemsOf(`${head}nodes: [\n`)).toMatchObject([{ reason: 'syntax', severity: 'error' }])
  expect(problemsOf(`${head}name: a\nname: b\n`)).toMatchObject([
    { reason: 'syntax', line: 4, expected: expect.stringContaining('DUPLICATE_KEY') },
  ])
})

test('the second document has its own lines', () => {
  expect(
    said(`${head}---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nmanifests:\n  - relative.yaml\n  - https://example.test/a.yaml\n`),
  ).toEqual([{ line: 7, severity: 'error', reason: 'source', at: 'relative.yaml' }])
})

test.each(['', 'a: 1\n', 'kind: Pod\n', '- x\n'])('what is no cluster is said to be none: %j', (text) => {
  expect(problemsOf(text)).toMatchObject([{ reason: 'not-a-cluster' }])
})

test('a good document has no problems, also with what YAML allows', () => {
  expect(problemsOf(`${head}nodes:\n  - &a\n    role: control-plane\n  - { <<: *a, role: worker }\n`)).toEqual([])
  expect(problemsOf('kind: MinikubeCluster\napiVersion: cove/v1alpha1\nnodes: 3\ncontrolPlanes: 3\n')).toEqual([])
})
