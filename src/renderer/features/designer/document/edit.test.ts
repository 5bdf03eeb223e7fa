import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { editText } from './edit.ts'
import { type Edit, same } from '../../document/plain.ts'

const set = (path: (string | number)[], value: unknown): Edit => ({ do: 'set', path, value })
const remove = (path: (string | number)[]): Edit => ({ do: 'set', path, value: undefined })

const text = `# mine
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking:
  disableDefaultCNI: true  # Cilium, below

  kubeProxyMode: "none"
nodes:
# the first
- role: control-plane
  labels: { ingress-ready: 'true' }
  extraPortMappings:
  - containerPort: 80   # web
    hostPort: 8080
# the second
- role: worker # plain
  kubeadmConfigPatches:
  - |
    kind: JoinConfiguration
- role: worker
---
# around
kind: ClusterExtras
apiVersion: cove/v1alpha1
images: [a, b]
`

test.each([
  ['a value, in its quotes', [set(['networking', 'kubeProxyMode'], 'ipvs')], ['  kubeProxyMode: "none"', '  kubeProxyMode: "ipvs"']],
  ['a value before a comment', [set(['networking', 'disableDefaultCNI'], false)], ['CNI: true  #', 'CNI: false  #']],
  ['a new field at its usual place', [set(['name'], 'lab')], ['v1alpha4\n', 'v1alpha4\nname: lab\n']],
  ['a new field in a flow map', [set(['nodes', 0, 'labels', 'zone'], 'a')], ["'true' }", "'true', zone: a }"]],
  [
    'a new item of a list',
    [{ do: 'insert', path: ['nodes'], index: 1, value: { role: 'worker' } } as Edit],
    ['8080\n', '8080\n- role: worker\n'],
  ],
  ['an item of an inner list', [remove(['nodes', 0, 'extraPortMappings', 0, 'hostPort'])], ['    hostPort: 8080\n', '']],
  [
    'the first key of an item',
    [remove(['nodes', 0, 'extraPortMappings', 0, 'containerPort'])],
    ['containerPort: 80   # web\n    hostPort', 'hostPort'],
  ],
  [
    'the last of a list takes the list along',
    [remove(['nodes', 1, 'kubeadmConfigPatches', 0])],
    ['  kubeadmConfigPatches:\n  - |\n    kind: JoinConfiguration\n', ''],
  ],
  ['an item with its dash', [remove(['nodes', 2])], ['- role: worker\n---', '---']],
  [
    'a block text',
    [set(['nodes', 1, 'kubeadmConfigPatches', 0], 'kind: InitConfiguration\na: 1\n')],
    ['    kind: JoinConfiguration\n', '    kind: InitConfiguration\n    a: 1\n'],
  ],
] as const)('only what is said changes: %s', (_, edits, [from, to]) => {
  expect(editText(text, 'cluster', edits)).toBe(text.replace(from, to))
})

test('an item is moved with the comments above it', () => {
  const moved = editText(text, 'cluster', [{ do: 'move', path: ['nodes'], from: 1, to: 2 }])
  expect(moved).toContain('    hostPort: 8080\n- role: worker\n# the second\n- role: worker # plain\n')
  expect(moved.length).toBe(text.length)
})

test('the document of extras is made when it is needed and goes when it says nothing', () => {
  const alone = text.slice(0, text.indexOf('---'))
  const made = editText(alone, 'extras', [set(['registry', 'port'], 5001)])
  expect(made).toBe(`${alone}---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\nregistry:\n  port: 5001\n`)
  expect(editText(made, 'extras', [remove(['registry', 'port'])])).toBe(alone)
  expect(editText(text, 'extras', [remove(['images'])])).toContain('# around')
})

test('aliases do not change along', () => {
  const aliased = 'kind: Cluster\nnodes:\n  - &one # shared\n    role: worker\n  - *one\n  - { <<: *one, image: a }\n'
  const changed = editText(aliased, 'cluster', [set(['nodes', 1, 'image'], 'b'), remove(['nodes', 2, 'role'])])
  expect(parse(changed, { merge: true })).toEqual({
    kind: 'Cluster',
    nodes: [{ role: 'worker' }, { role: 'worker', image: 'b' }, { image: 'a' }],
  })
})

test('a text that does not parse stays as it is', () => {
  expect(editText('a: [\n', 'cluster', [set(['b'], 1)])).toBe('a: [\n')
})

test('equal values are equal whatever the order of their keys', () => {
  expect(same({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true)
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false)
})
