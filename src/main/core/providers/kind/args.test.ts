import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createArgs, deleteArgs, exportLogsArgs, exportKubeconfigArgs, nodeNames } from './args.ts'
import { buildConfig, needsConfig } from './config.ts'

const spec = {
  name: 't1',
  provider: 'kind' as const,
  document: null,
  profileId: null,
  image: null,
  controlPlanes: 1,
  workers: 0,
  ports: [],
}

test('no argument that comes from data can be an option', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const all = [
        createArgs({ name: a, image: b, kubeconfig: a, config: b }),
        deleteArgs(a, b),
        exportKubeconfigArgs(a, b),
        exportLogsArgs(a, b),
      ]
      for (const args of all) {
        const end = args.indexOf('--')
        for (const arg of end === -1 ? args : args.slice(0, end)) {
          if (arg.startsWith('-')) expect(arg).toMatch(/^--(?:name|image|kubeconfig|config|retain)=/)
          else expect(['create', 'delete', 'kubeconfig', 'export', 'cluster', 'docker-image', 'logs']).toContain(arg)
        }
      }
    }),
  )
})

test('one node without ports needs no configuration', () => {
  expect(needsConfig(spec)).toBe(false)
  expect(createArgs({ name: 't1', image: 'kindest/node:v1.34.4', kubeconfig: '/tmp/k', config: null })).toEqual([
    'create',
    'cluster',
    '--name=t1',
    '--image=kindest/node:v1.34.4',
    '--kubeconfig=/tmp/k',
    '--retain=true',
  ])
})

test('workers and ports are in the configuration', () => {
  const ports = [{ hostPort: 8080, containerPort: 80, protocol: 'TCP' as const, listenAddress: '127.0.0.1' }]
  expect(parse(buildConfig({ ...spec, workers: 2, ports }))).toEqual({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      { role: 'control-plane', extraPortMappings: [{ containerPort: 80, hostPort: 8080, listenAddress: '127.0.0.1', protocol: 'TCP' }] },
      { role: 'worker' },
      { role: 'worker' },
    ],
  })
})

test('names of the containers as kind gives them', () => {
  expect(nodeNames({ name: 'ha', controlPlanes: 2, workers: 2 })).toEqual([
    'ha-control-plane',
    'ha-control-plane2',
    'ha-worker',
    'ha-worker2',
    'ha-external-load-balancer',
  ])
})
