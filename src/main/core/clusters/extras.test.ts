import { expect, test } from 'vitest'
import { specOf } from './fixtures/spec.ts'
import { extraSteps, publishes } from './extras.ts'

test('the port of a registry that is there already, as docker has it', () => {
  expect(publishes('{"5000/tcp":[{"HostIp":"127.0.0.1","HostPort":"5001"}]}', 5001)).toBe(true)
  expect(publishes('{"5000/tcp":[{"HostIp":"127.0.0.1","HostPort":"5002"}]}', 5001)).toBe(false)
  for (const other of ['{}', 'null', '{"5000/tcp":null}', '{"80/tcp":[{"HostPort":"5001"}]}', ''])
    expect(publishes(other, 5001)).toBe(false)
})

test('steps around the tool are those that the document asks for, in their order', () => {
  const document = (extras: string) =>
    `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n---\nkind: ClusterExtras\napiVersion: cove/v1alpha1\n${extras}`
  const ids = (extras: string) => extraSteps(specOf({ document: document(extras) })).map((step) => step.id)
  expect(ids('manifests: [/a.yaml]\nimages: [shop:1]\nregistry: {port: 5001}\n')).toEqual([
    'set-up-registry',
    'load-images',
    'apply-manifests',
  ])
  expect(ids('images: []\n')).toEqual([])
  expect(extraSteps(specOf())).toEqual([])
})
