import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { NetworkLook, NetworkNode } from '#shared/contract/network.ts'
import type { NetworkPluginId } from '#shared/messages/network-plugins.ts'
import { AppError, errorShape } from '../error.ts'
import type { Targets } from '../targets/types.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import { nodesPath } from '../workloads/paths.ts'
import { type ApiNode, configMapSchema, daemonSetSchema, ipPoolSchema, items, nodeSchema, podSchema } from './api-objects.ts'
import { parseCidr } from './cidr.ts'
import { nodeScript, parseNodeFiles } from './cni-files.ts'
import { findingsOf } from './findings.ts'
import { ciliumRanges, clusterRanges, flannelRanges, rangePaths } from './ranges.ts'
import { pluginsOf } from './recognise.ts'

export type LookDeps = { readonly kubectl: Pick<Kubectl, 'get'>; readonly targets: Pick<Targets, 'list' | 'get'> }

/**
 * The network of a cluster as its API and its nodes say it. Only that the nodes can be listed is needed; what else fails is a gap.
 * Throws `context-not-found`, `api-*`, `tool-*`.
 */
export async function look(
  { kubectl, targets }: LookDeps,
  cluster: Pick<Cluster, 'id' | 'name'>,
  context: ContextRef,
  signal: AbortSignal,
): Promise<Omit<NetworkLook, 'installs'>> {
  const gaps: NetworkLook['gaps'] = []
  /** Null: there is no such object, or it could not be asked (then it is a gap). */
  const ask = async <T extends z.ZodType>(what: string, path: string, schema: T): Promise<z.output<T> | null> => {
    try {
      return await kubectl.get(context, path, schema, { signal })
    } catch (error) {
      if (!isAbsent(error)) gaps.push({ what, error: errorShape(error) })
      return null
    }
  }
  const [api, daemonSets, kubeadm, components] = await Promise.all([
    kubectl.get(context, nodesPath, items(nodeSchema), { signal }),
    ask('DaemonSets', '/apis/apps/v1/daemonsets', items(daemonSetSchema)),
    ask('kubeadm-config', rangePaths.kubeadm, configMapSchema),
    ask('kube-system', rangePaths.components, items(podSchema)),
  ])
  const nodes = await Promise.all(api.items.map(await reader(targets, cluster, signal)))
  const plugins = pluginsOf(
    daemonSets?.items ?? [],
    nodes.flatMap(({ files }) => (files ?? []).filter(({ taken }) => taken)),
  )
  const pluginCidrs: NetworkLook['pluginCidrs'] = []
  const note = (plugin: NetworkPluginId, cidrs: readonly string[], from: string) => {
    for (const cidr of cidrs) pluginCidrs.push({ plugin, cidr, from })
  }
  await Promise.all(
    plugins.map(async ({ id, workload }) => {
      const namespace = encodeURIComponent(workload?.namespace ?? 'kube-system')
      const map = (name: string) => ask(name, `/api/v1/namespaces/${namespace}/configmaps/${name}`, configMapSchema)
      if (id === 'flannel') note(id, flannelRanges(await map('kube-flannel-cfg')), 'kube-flannel-cfg')
      if (id === 'canal') note(id, flannelRanges(await map('canal-config')), 'canal-config')
      if (id === 'cilium') note(id, ciliumRanges(await map('cilium-config')), 'cilium-config')
      if (id === 'calico') {
        const pools = await ask('IPPools', '/apis/crd.projectcalico.org/v1/ippools', items(ipPoolSchema))
        for (const { metadata, spec } of pools?.items ?? [])
          if (spec?.disabled !== true && parseCidr(spec?.cidr ?? '') !== null) note(id, [spec?.cidr ?? ''], `IPPool ${metadata.name}`)
      }
    }),
  )
  const seen = { plugins, nodes, ...clusterRanges(kubeadm, components?.items ?? []), pluginCidrs }
  return { ...seen, findings: findingsOf({ ...seen, asked: daemonSets !== null }), gaps }
}

/** What kubectl says where a path or an object is not there: of a resource that the server does not know, and of a name. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  return error.code === 'not-found' || (error.code === 'command-failed' && /\(NotFound\)/.test(String(error.facts['tail'])))
}

/** Reads the files of a node where it is a target that is known: one of this cluster, or one of its name that is the same machine. */
async function reader(targets: LookDeps['targets'], cluster: Pick<Cluster, 'id'>, signal: AbortSignal) {
  const known = await targets.list().catch(() => [])
  return async (node: ApiNode): Promise<NetworkNode> => {
    const { name } = node.metadata
    const conditions = node.status.conditions
    const ready = conditions.find(({ type }) => type === 'Ready')
    const shown: NetworkNode = {
      name,
      ready: ready?.status === 'True',
      reason: ready?.status === 'True' ? null : (ready?.message ?? ready?.reason ?? null),
      podCidrs: node.spec.podCIDRs.length > 0 ? node.spec.podCIDRs : node.spec.podCIDR ? [node.spec.podCIDR] : [],
      target: null,
      files: null,
      error: null,
    }
    const addresses = [name, ...node.status.addresses.map(({ address }) => address)]
    const isOfName = (target: string, kind: string) =>
      addresses.includes(kind === 'ssh' ? target.replace(/^(?:ssh:\/\/)?(?:[^@]*@)?|:\d+$/g, '') : target)
    const own = known.find((one) => one.clusterId === cluster.id && one.name === name)
    const entry = own ?? known.find((one) => one.clusterId === null && one.state !== 'down' && isOfName(one.name, one.kind))
    if (entry === undefined || entry.state === 'down') return shown
    try {
      const target = await targets.get(entry.id)
      // As whoever one is there: a window that asks for a password is nothing that a look may open.
      const root = (await target.rootWay()) === 'sudo'
      const { stdout } = await target.check({ argv: ['sh', '-c', nodeScript], root, quiet: true, timeoutMs: 20_000, signal })
      const read = parseNodeFiles(stdout)
      if (read === null) throw new AppError('command-output-unreadable', { command: `sh (${name})`, reason: 'cut off' })
      // Another machine of the same name says nothing of this cluster.
      const machine = node.status.nodeInfo?.machineID ?? ''
      if (own === undefined && machine !== read.machine) return shown
      return { ...shown, target: entry.id, files: [...read.files] }
    } catch (error) {
      return { ...shown, target: entry.id, error: errorShape(error) }
    }
  }
}
