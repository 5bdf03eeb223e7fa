import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MinikubeConfig } from '#shared/contract/minikube-config.ts'
import {
  addOnArgs,
  addOnsArgs,
  createArgs,
  deleteArgs,
  endAddOnArgs,
  endLoadArgs,
  imageListArgs,
  imageLoadArgs,
  imageRemoveArgs,
  logsArgs,
  nodeAddArgs,
  nodeDeleteArgs,
  nodeImagesArgs,
  nodeKnownArgs,
  pauseArgs,
  servicesArgs,
  startArgs,
  statusArgs,
  stopArgs,
  unpauseArgs,
  updateContextArgs,
} from './args.ts'

const base: MinikubeConfig = { kind: 'MinikubeCluster', apiVersion: 'cove/v1alpha1' }
const spec = { name: 'one', controlPlanes: 1, workers: 0, ports: [] }

/** What the shell of a machine is given to end something there. */
const scripts = [endLoadArgs('one', null), endAddOnArgs('one')].map((args) => args.slice(args.indexOf('--') + 1))

test('a script in a machine is one word of the shell there, and so is each word that it is given', () => {
  for (const [sudo, sh, dash, ...words] of scripts) {
    expect([sudo, sh, dash]).toEqual(['sudo', 'sh', '-c'])
    const read = execFileSync('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
    expect(read[0]).toMatch(/pgrep -f -- "\$1"/)
    expect(read[1]).toBe('sh')
    expect(read).toHaveLength(words.length)
  }
})

test('no argument that comes from data can be an option', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('-x', '--force', '-', '--', '-p=other'))
  fc.assert(
    fc.property(words, words, fc.array(words, { maxLength: 3 }), (a, b, list) => {
      const config = {
        ...base,
        driver: a,
        containerRuntime: a as 'docker',
        cpus: a as 'max',
        memory: b,
        diskSize: a,
        cni: b,
        addons: list,
        mount: { source: a, target: b },
        ports: list,
        extraConfig: list,
        featureGates: { [a]: true },
        serviceSubnet: a,
        subnet: b,
        insecureRegistries: list,
        registryMirrors: list,
      }
      const ports = [{ hostPort: 1, containerPort: 2, protocol: 'TCP' as const, listenAddress: b }]
      const all = [
        createArgs({ spec: { ...spec, name: a, ports }, config: null, kubernetesVersion: b }),
        createArgs({ spec: { ...spec, name: a, controlPlanes: 3 }, config, kubernetesVersion: null }),
        ...[
          startArgs,
          stopArgs,
          pauseArgs,
          unpauseArgs,
          deleteArgs,
          statusArgs,
          updateContextArgs,
          addOnsArgs,
          servicesArgs,
          imageListArgs,
        ].map((make) => make(a)),
        nodeAddArgs(a, 'worker'),
        nodeAddArgs(a, 'control-plane'),
        nodeDeleteArgs(a, b),
        nodeImagesArgs(a, b),
        nodeKnownArgs(a, `v1.2.${b.length}`, b),
        imageLoadArgs(a, b),
        imageRemoveArgs(a, b),
        addOnArgs(a, b, true),
        logsArgs(a, b),
        endLoadArgs(a, b),
        endLoadArgs(a, null),
        endAddOnArgs(a),
      ]
      for (const args of all) {
        const end = args.indexOf('--')
        for (const arg of end === -1 ? args : args.slice(0, end)) expect(arg).toMatch(/^(?:--[a-z-]+=|[a-z-]+$)/)
        // What follows is a program in the node, whose data stands after a `--` of its own; a script there has nothing of it at all.
        if (args[end + 2] === 'sh') {
          expect(scripts).toContainEqual(args.slice(end + 1))
        } else if (args[end + 1] === 'sudo') {
          const inner = args.slice(end + 1)
          const last = inner.indexOf('--')
          for (const arg of last === -1 ? inner : inner.slice(0, last)) expect(arg).toMatch(/^(?:--[a-z-]+=|[a-z/.0-9-]+$)/)
        }
      }
    }),
  )
})

test('a spec without a document', () => {
  const ports = [{ hostPort: 8080, containerPort: 80, protocol: 'UDP' as const, listenAddress: '127.0.0.1' }]
  expect(createArgs({ spec: { ...spec, controlPlanes: 3, workers: 1, ports }, config: null, kubernetesVersion: 'v1.34.4' })).toEqual([
    'start',
    '--profile=one',
    '--interactive=false',
    '--output=json',
    '--kubernetes-version=v1.34.4',
    '--nodes=4',
    '--ha=true',
    '--ports=127.0.0.1:8080:80/udp',
  ])
})

test('every field of a document becomes its flag', () => {
  const config: MinikubeConfig = {
    ...base,
    name: 'other',
    driver: 'kvm2',
    containerRuntime: 'cri-o',
    kubernetesVersion: 'v1.33.1',
    nodes: 2,
    cpus: 4,
    memory: '4g',
    diskSize: '30g',
    cni: 'calico',
    addons: ['ingress', 'metrics-server'],
    mount: { source: '/home/me', target: '/me' },
    ports: ['8080:80'],
    extraConfig: ['kubelet.max-pods=200'],
    featureGates: { A: true, B: false, C: null },
    serviceSubnet: '10.1.0.0/16',
    subnet: '192.168.60.0/24',
    insecureRegistries: ['10.0.0.0/24'],
    registryMirrors: ['https://mirror.example'],
    apiServerPort: 6443,
  }
  expect(createArgs({ spec: { ...spec, workers: 1 }, config, kubernetesVersion: null }).slice(4)).toEqual([
    '--kubernetes-version=v1.33.1',
    '--nodes=2',
    '--driver=kvm2',
    '--container-runtime=cri-o',
    '--cpus=4',
    '--memory=4g',
    '--disk-size=30g',
    '--cni=calico',
    '--addons=ingress',
    '--addons=metrics-server',
    '--mount=true',
    '--mount-string=/home/me:/me',
    '--ports=8080:80',
    '--extra-config=kubelet.max-pods=200',
    '--feature-gates=A=true,B=false',
    '--service-cluster-ip-range=10.1.0.0/16',
    '--subnet=192.168.60.0/24',
    '--insecure-registry=10.0.0.0/24',
    '--registry-mirror=https://mirror.example',
    '--apiserver-port=6443',
  ])
})
