import { coerce, lt } from 'semver'
import { z } from 'zod'
import { AppError } from '../error.ts'
import { type Look, lookAt } from '../kubeadm/look.ts'
import type { Host } from '../kubeadm/types.ts'
import { lookAtNode, type NodeWork } from '../runtimes/migration-node.ts'
import { look } from '../runtimes/look.ts'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { advertisedIn, nodeObjectSchema, type NodeObject, ownKubeletArgs, ownLabels, ownTaints } from './node-object.ts'
import type { GoneNode } from './replacement-store.ts'

const podsSchema = z.object({
  items: z.array(
    z.object({
      spec: z.object({ nodeName: z.string().optional() }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
    }),
  ),
})

export type Seen = { readonly node: GoneNode /** Other nodes of the cluster. */; readonly others: readonly string[] }

/**
 * What a node is and what its next one needs; nothing is changed. Throws `replacement-refused` where it cannot leave its cluster or could not come back,
 * `kubeadm-no-control-plane`, `tool-absent`, and as `lookAtNode`.
 */
export async function lookAtReplaced(on: NodeWork & { readonly host: Host; readonly via: Host }, driver: CgroupDriver): Promise<Seen> {
  const { host, via, kube, signal } = on
  const [own, cluster, runtimes] = await Promise.all([lookAt(host, signal), lookAt(via, signal), look(host, signal)])
  // One machine may be known as a container and through ssh.
  if (host.id === via.id || own.node === cluster.node) throw refused(own.node, 'same-machine')
  if (cluster.kind !== 'control-plane') throw new AppError('kubeadm-no-control-plane', { target: via.name })
  if (own.kind !== 'worker' && own.kind !== 'control-plane') throw refused(own.node, own.kind === 'half' ? 'half' : 'not-joined')
  if (own.authority === null || own.authority !== cluster.authority) throw refused(own.node, 'other-cluster')
  if (own.programs.kubeadm === null) throw new AppError('tool-absent', { tool: 'kubeadm' })
  mayJoin(own, cluster)
  const runtime = await lookAtNode(on, driver, runtimes)
  const name = runtime.node ?? own.node
  const object = await kube.json(['get', 'node', '-o=json', '--', name], nodeObjectSchema, { signal })
  const controlPlane = own.kind === 'control-plane'
  if (controlPlane) await mayLeave(on, name, object, cluster)
  const read = async (path: string) => (await host.readFile(path, { root: true })) ?? ''
  return {
    node: {
      name,
      controlPlane,
      cordoned: runtime.cordoned,
      was: runtime.was,
      units: runtime.units.filter((unit) => unit !== 'kubelet.service'),
      // What kubeadm writes goes with the reset, and is written anew.
      files: runtime.files.filter(({ path }) => !path.startsWith('/var/lib/kubelet/')),
      labels: ownLabels(object),
      taints: ownTaints(object),
      criSocket: runtimes.kubelet.endpoint,
      kubeletArgs: [...ownKubeletArgs(await read('/var/lib/kubelet/kubeadm-flags.env'))],
      advertise: controlPlane ? advertisedIn(await read('/etc/kubernetes/manifests/kube-apiserver.yaml')) : null,
      podSubnet: cluster.cluster?.podSubnet || null,
      authority: own.authority,
    },
    others: (cluster.nodes ?? []).map((one) => one.name).filter((one) => one !== name),
  }
}

/** A kubeadm that is older than its cluster does not join it: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#version-skew-policy */
function mayJoin(own: Look, { cluster }: Look): void {
  const [kubeadm, kubernetes] = [coerce(own.programs.kubeadm), coerce(cluster?.version)]
  if (kubeadm === null || kubernetes === null) return
  if (lt(`${kubeadm.major}.${kubeadm.minor}.0`, `${kubernetes.major}.${kubernetes.minor}.0`)) throw refused(own.node, 'kubeadm-older')
}

/**
 * A control plane leaves only where another one answers for the cluster, at an address that is not its own, and where every other member of etcd is well: with it
 * the cluster loses a member for the while. https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/
 */
async function mayLeave({ host, kube, signal }: NodeWork & { readonly host: Host }, name: string, object: NodeObject, cluster: Look) {
  const others = (cluster.nodes ?? []).filter((one) => one.controlPlane && one.name !== name)
  if (others.length === 0) throw refused(name, 'only-control-plane')
  if (!others.every((one) => one.ready)) throw refused(name, 'control-plane-not-ready')
  const endpoint = (cluster.cluster?.endpoint ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  const own = [name, host.name, ...object.status.addresses.map(({ address }) => address)]
  if (own.includes(endpoint)) throw refused(name, 'endpoint-here')
  // None where etcd is outside, of which the API server says how it is.
  const select = ['--namespace=kube-system', '--selector=component=etcd', '-o=json'] as const
  const { items } = await kube.json(['get', 'pods', ...select], podsSchema, { signal })
  const well = (pod: (typeof items)[number]) => pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  if (!items.filter(({ spec }) => spec.nodeName !== name).every(well)) throw refused(name, 'etcd-unhealthy')
  const said = await kube.run(['get', '--raw=/readyz/etcd'], { quiet: true, timeoutMs: 15_000, signal })
  if (said.exitCode !== 0) throw refused(name, 'etcd-unhealthy')
}

const refused = (node: string, reason: string) => new AppError('replacement-refused', { node, reason })
