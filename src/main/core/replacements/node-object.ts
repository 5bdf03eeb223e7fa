import { z } from 'zod'
import type { Registration, Taint } from '../kubeadm/documents.ts'

/** `kubectl get node -o=json`, as far as it goes with the node to its next Node object. */
export const nodeObjectSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z
    .object({
      unschedulable: z.boolean().nullish(),
      taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })).nullish(),
    })
    .default({}),
  status: z.object({
    addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    nodeInfo: z.object({ machineID: z.string().default('') }).default({ machineID: '' }),
  }),
})
export type NodeObject = z.infer<typeof nodeObjectSchema>

/** What each control plane gets that joins: https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go */
const controlPlaneLabels = ['node-role.kubernetes.io/control-plane', 'node.kubernetes.io/exclude-from-external-load-balancers']

/** Of the kubelet and of kubeadm, which set them anew: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const labelsOfOthers = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  ...controlPlaneLabels,
])

/** Labels that somebody gave the node, which a new Node object has not. Pure. */
export const ownLabels = ({ metadata }: NodeObject): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.labels).filter(([key]) => !labelsOfOthers.has(key)))

/** Labels of a control plane that somebody took from it. Pure. */
export const absentLabels = ({ metadata }: NodeObject): string[] => controlPlaneLabels.filter((key) => metadata.labels[key] === undefined)

/** Taints but those of controllers, which say how the old node was: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-not-ready. Pure. */
export const ownTaints = ({ spec }: NodeObject): Taint[] =>
  (spec.taints ?? [])
    .filter(({ key }) => !/^node\.(?:cloudprovider\.)?kubernetes\.io\//.test(key))
    .map(({ key, value, effect }) => (value === undefined ? { key, effect } : { key, value, effect }))

/** `key=value:Effect`, as kubectl has it. Pure. */
export const taintText = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`

/** What kubeadm writes into this file by itself: https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/phases/kubelet/flags.go */
const flagsOfKubeadm = new Set([
  'container-runtime',
  'container-runtime-endpoint',
  'pod-infra-container-image',
  'hostname-override',
  'register-with-taints',
  'network-plugin',
  // It is what is changed: the new one stands in the configuration.
  'cgroup-driver',
])

/** Flags in kubeadm-flags.env that a person wanted, as `kubeletExtraArgs`: `--node-ip` where a machine has several networks. Pure. */
export function ownKubeletArgs(env: string): NonNullable<Registration['kubeletArgs']> {
  const line = /^KUBELET_KUBEADM_ARGS="?([^"\n]*)"?$/m.exec(env)?.[1] ?? ''
  return line.split(/\s+/).flatMap((word) => {
    const [, name = '', value = 'true'] = /^--([a-z][\w-]*)(?:=(.*))?$/.exec(word) ?? []
    return name === '' || flagsOfKubeadm.has(name) ? [] : [{ name, value }]
  })
}

/** Where kubeadm says in the manifest of an API server that it is reached, `10.0.0.5:6443`; null: it says nothing. Pure. */
export function advertisedIn(manifest: string): NonNullable<Registration['advertise']> | null {
  const [, host, port] = /kube-apiserver\.advertise-address\.endpoint: ["']?\[?([0-9a-f.:]+?)\]?:(\d+)["']?\s*$/m.exec(manifest) ?? []
  return host === undefined ? null : { address: host, port: Number(port) }
}
