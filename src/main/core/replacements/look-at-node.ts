import { isIP } from 'node:net'
import { coerce } from 'semver'
import { z } from 'zod'
import { AppError } from '../error.ts'
import { type Look, lookAt } from '../kubeadm/look.ts'
import type { Host } from '../kubeadm/types.ts'
import { lookAtNode, type NodeWork } from '../runtimes/migration-node.ts'
import { look } from '../runtimes/look.ts'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { absentLabels, advertisedIn, nodeObjectSchema, type NodeObject, ownKubeletArgs, ownLabels, ownTaints } from './node-object.ts'
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
  if (own.signs.some((path) => foreignManifest.test(path))) throw refused(own.node, 'static-pods')
  const runtime = await lookAtNode(on, driver, runtimes)
  const name = runtime.node ?? own.node
  const object = await kube.json(['get', 'node', '-o=json', '--', name], nodeObjectSchema, { signal })
  const controlPlane = own.kind === 'control-plane'
  const read = async (path: string) => (await host.readFile(path, { root: true })) ?? ''
  const advertise = controlPlane ? advertisedIn(await read('/etc/kubernetes/manifests/kube-apiserver.yaml')) : null
  if (controlPlane) await mayLeave(on, name, object, { own, cluster, port: advertise?.port ?? 6443 })
  return {
    node: {
      name,
      controlPlane,
      cordoned: runtime.cordoned,
      was: runtime.was,
      units: runtime.units.filter((unit) => unit !== 'kubelet.service'),
      // What kubeadm writes goes with the reset, and is written anew.
      files: runtime.files.filter(({ path }) => !path.startsWith('/var/lib/kubelet/')),
      etcd: own.signs.includes('/etc/kubernetes/manifests/etcd.yaml'),
      labels: ownLabels(object),
      absentLabels: controlPlane ? absentLabels(object) : [],
      taints: ownTaints(object),
      criSocket: runtimes.kubelet.endpoint,
      kubeletArgs: [...ownKubeletArgs(await read('/var/lib/kubelet/kubeadm-flags.env'))],
      advertise,
      podSubnet: cluster.cluster?.podSubnet || null,
      authority: own.authority,
    },
    others: (cluster.nodes ?? []).map((one) => one.name).filter((one) => one !== name),
  }
}

/** What the kubelet runs besides what kubeadm has it run: a reset deletes it, and no join makes it anew. It passes over names that begin with a dot. */
const foreignManifest = /^\/etc\/kubernetes\/manifests\/(?!\.)(?!(?:etcd|kube-(?:apiserver|controller-manager|scheduler))\.yaml$)/

/**
 * A kubeadm that is older than its cluster does not join it: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#version-skew-policy;
 * nor does one that is two minors newer, as it reads no configuration of that: https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/constants/constants.go#L491
 */
function mayJoin(own: Look, { cluster }: Look): void {
  const [kubeadm, kubernetes] = [coerce(own.programs.kubeadm), coerce(cluster?.version)]
  if (kubeadm === null || kubernetes === null || kubeadm.major !== kubernetes.major) return
  if (kubeadm.minor < kubernetes.minor) throw refused(own.node, 'kubeadm-older')
  if (kubeadm.minor > kubernetes.minor + 1) throw refused(own.node, 'kubeadm-newer')
}

type Leaving = { readonly own: Look; readonly cluster: Look /** Of its own API server. */; readonly port: number }

/**
 * A control plane leaves only where another one answers for the cluster, at an address that is not its own, and where every other member of etcd is well: with it
 * the cluster loses a member for the while. https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/
 */
async function mayLeave(
  { host, via, kube, signal }: NodeWork & { readonly host: Host; readonly via: Host },
  name: string,
  object: NodeObject,
  { own, cluster, port }: Leaving,
): Promise<void> {
  const others = (cluster.nodes ?? []).filter((one) => one.controlPlane && one.name !== name)
  if (others.length === 0) throw refused(name, 'only-control-plane')
  if (!others.every((one) => one.ready)) throw refused(name, 'control-plane-not-ready')
  // Without the cluster's configuration a reset takes no member out of etcd. Where no kubectl can ask, what the reset says is waited for:
  // https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/cmd/phases/reset/removeetcdmember.go#L64
  if (own.cluster === null && own.programs.kubectl !== null) throw refused(name, 'no-answer-here')
  const [, endpoint = '', at = ''] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(cluster.cluster?.endpoint ?? '') ?? []
  const addresses = object.status.addresses.map(({ address }) => address)
  if ([name, host.name, ...addresses].includes(endpoint)) throw refused(name, 'endpoint-here')
  const [here, there] = await Promise.all([addressesOf(host, endpoint, signal), addressesOf(via, endpoint, signal)])
  // A line in /etc/hosts may lead there. On itself its own port may have the name of the machine too; another one there is a balancer, which stays.
  const isHere = (address: string) => addresses.includes(address) || (Number(at || 6443) === port && /^(?:127\.|::1$)/.test(address))
  if (here.length > 0 && here.every(isHere)) throw refused(name, 'endpoint-here')
  if (there.length > 0 && there.every((address) => addresses.includes(address))) throw refused(name, 'endpoint-here')
  // None where etcd is outside, of which the API server says how it is.
  const select = ['--namespace=kube-system', '--selector=component=etcd', '-o=json'] as const
  const { items } = await kube.json(['get', 'pods', ...select], podsSchema, { signal })
  const well = (pod: (typeof items)[number]) => pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  if (!items.filter(({ spec }) => spec.nodeName !== name).every(well)) throw refused(name, 'etcd-unhealthy')
  const said = await kube.run(['get', '--raw=/readyz/etcd'], { quiet: true, timeoutMs: 15_000, signal })
  if (said.exitCode !== 0) throw refused(name, 'etcd-unhealthy')
}

/** What a name leads to on a host, its own /etc/hosts included; none: it is not known there, or nobody can be asked. */
async function addressesOf(host: Host, name: string, signal: AbortSignal): Promise<string[]> {
  if (name === '') return []
  const said = await host.run({ argv: ['getent', 'ahosts', name], quiet: true, timeoutMs: 10_000, signal })
  if (said.exitCode !== 0) return []
  return said.stdout
    .split('\n')
    .flatMap((line) => line.split(/\s/).slice(0, 1))
    .filter((word) => isIP(word) > 0)
}

const refused = (node: string, reason: string) => new AppError('replacement-refused', { node, reason })
