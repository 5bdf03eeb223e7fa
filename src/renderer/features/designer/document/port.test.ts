import { expect, test } from 'vitest'
import { withPort } from './port.ts'

const kind = `# mine
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking: { apiServerPort: 6500 } # fixed
nodes:
# the only one
- role: control-plane
  extraPortMappings:
  - containerPort: 8080
    hostPort: 8080 # web
  - {containerPort: 53, hostPort: 8080, protocol: UDP}
  - containerPort: 8080
    hostPort: 80800
---
kind: ClusterExtras
apiVersion: cove/v1alpha1
registry: { port: 5005 } # of the team
`
const usual = `${kind.replace('{ port: 5005 }', '{ name: images }')}`
const minikube = `kind: MinikubeCluster
apiVersion: cove/v1alpha1
ports: ["127.0.0.1:8080:8080/tcp", "[::1]:8080:80", 9090:8080] # three
`

test.each([
  [
    kind,
    8080,
    kind.replace('hostPort: 8080 # web', 'hostPort: 8090 # web').replace('hostPort: 8080, protocol: UDP', 'hostPort: 8090, protocol: UDP'),
  ],
  [kind, 6500, kind.replace('6500', '8090')],
  [kind, 5005, kind.replace('5005', '8090')],
  [usual, 5001, usual.replace('{ name: images }', '{ name: images, port: 8090 }')],
  [`${minikube}---${kind.split('---')[1]}`, 5005, `${minikube}---${kind.split('---')[1]}`.replace('5005', '8090')],
  [minikube, 8080, minikube.replace('127.0.0.1:8080:', '127.0.0.1:8090:').replace('1]:8080:', '1]:8090:')],
])('a port of this machine gives way to another, and nothing else of the text does: %#', (text, taken, expected) => {
  expect(withPort(text, taken, 8090)).toBe(expected)
})

test.each([
  [kind, 80],
  [kind, 5001],
  [minikube, 5001],
  [minikube, 80],
  ['kind: Cluster\n', 80],
  ['kind: [', 8080],
  ['', 8080],
])('a text that names no such port, or cannot be read, has none to give: %#', (text, taken) => {
  expect(withPort(text, taken, 8090)).toBeNull()
})
