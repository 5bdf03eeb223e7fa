import { expect, test } from 'vitest'
import { isBeside } from './beside.ts'
import { viewOf, type View } from './document/form.ts'

const kind = viewOf(`kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking: {apiServerPort: 6443}
nodes:
  - extraPortMappings: [{containerPort: 80, hostPort: 8080}]
  - role: worker
    extraMounts: [{hostPath: /srv/a, containerPath: /a}]
---
kind: ClusterExtras
apiVersion: cove/v1alpha1
registry: {}
`) as View
const minikube = viewOf(
  'kind: MinikubeCluster\napiVersion: cove/v1alpha1\nports: ["127.0.0.1:8080:80"]\nmount: {source: /srv/a, target: /a}\n',
) as View

test.each([
  ['port-taken', { port: 8080 }, kind, 0, true],
  ['port-taken', { port: 8080 }, kind, 1, false],
  ['port-invalid', { port: 6443 }, kind, 1, true],
  ['port-taken', { port: 5001 }, kind, 1, true],
  ['mount-missing', { path: '/srv/a' }, kind, 1, true],
  ['mount-missing', { path: '/srv/a' }, kind, 0, false],
  // The last node was chosen when it went.
  ['mount-missing', { path: '/srv/a' }, kind, 7, true],
  ['port-taken', { port: 8080 }, minikube, 0, true],
  ['port-taken', { port: 80 }, minikube, 0, false],
  ['mount-missing', { path: '/srv/a' }, minikube, 0, true],
  ['name-taken', { name: 'a', suggestion: 'b' }, kind, 0, true],
  // The list of them may be far below.
  ['load-image-missing', { image: 'web:1' }, kind, 0, false],
  ['engine-stopped', {}, kind, 0, false],
] as const)('%s %j is said beside a field that is in sight, else above', (code, facts, view, chosen, beside) => {
  expect(isBeside({ code, facts }, view, chosen)).toBe(beside)
})
