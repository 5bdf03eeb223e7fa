import { expect, test } from 'vitest'
import { commandTexts, extraCommands } from './command-text.ts'

test("kind's command reads the document from its input", () => {
  const commands = [
    ['/usr/bin/docker', 'pull', '--', 'kindest/node:v1.34.0'],
    ['/opt/kind', 'create', 'cluster', '--name=lab', '--config=/tmp/x/kind.yaml', '--kubeconfig=/tmp/x/kubeconfig', '--retain=true'],
  ]
  expect(commandTexts(commands, 'kind: Cluster\nEOF\n')).toEqual({
    short: 'kind create cluster --name=lab --config=-',
    more: 1,
    whole: "docker pull -- kindest/node:v1.34.0\nkind create cluster --name=lab --config=- <<'EOF_'\nkind: Cluster\nEOF\nEOF_",
  })
})

test("minikube's is whole as it is", () => {
  expect(commandTexts([['minikube', 'start', '--profile=one', '--cni=a b']], 'x').whole).toBe("minikube start --profile=one '--cni=a b'")
})

test('images and manifests of the document follow, in their order', () => {
  const extras = { images: ['app:dev'], manifests: ['/a b.yaml'], registry: null, mirrors: [] }
  expect(commandTexts([], '', extraCommands({ provider: 'kind', nodes: [], extras }, 'lab')).whole).toBe(
    "kind load docker-image --name=lab -- app:dev\nkubectl apply --context=kind-lab '--filename=/a b.yaml'",
  )
  expect(extraCommands({ provider: 'minikube', extras }, 'one')[0]).toBe('minikube image load --profile=one -- app:dev')
})
